"""What lies outside of the workspace: discovery looks for sources that are due, and those that are due are read."""

from __future__ import annotations

from collections.abc import Callable

from waypost.catalog.discovery.finding import discovery_due, run_discovery
from waypost.catalog.remote.readers import Reader
from waypost.catalog.remote.refreshing import is_anything_due, refresh_due
from waypost.core.clock import utc_now
from waypost.core.host import Host


def discover_due(host: Host, reader: Reader) -> None:
    """Let every provider of discovery look that is due. One query where none is."""
    if discovery_due(host.engine, host.settings, utc_now()):
        run_discovery(host.engine, host.settings, utc_now, reader)


def read_due(host: Host, reader: Reader, *, is_stopped: Callable[[], bool] = lambda: False) -> int:
    """Read the sources that are due, and return how many were read. One query where none is.

    Several processes may do this at once: they share the work.

    Args:
        is_stopped: Tells to begin nothing more.
    """
    if not is_anything_due(host.engine, utc_now):
        return 0
    return refresh_due(host.engine, reader, host.settings, utc_now, is_stopped=is_stopped)
