"""Facts of one entity anew, as somebody asked the server: the refresher collects them and evaluates."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from waypost.cli.processes import run_in_child
from waypost.core.clock import utc_now
from waypost.core.database import reading, transaction
from waypost.core.host import Host, load_knowledge, open_host, run_jobs
from waypost.core.jobcontext import job_context
from waypost.core.progress import SilentProgress
from waypost.facts.refreshing import collect_asked, is_anybody_waiting, mark_done

FAILED_WAIT_S: Final = 30.0

_log = logging.getLogger(__name__)


class FactRefresher:
    """Looks whether somebody wants facts anew, and has them collected.

    Args:
        refresh: Collects and evaluates what is wanted; it runs in a process of its own.
    """

    def __init__(self, host: Host, refresh: Callable[[], None]) -> None:
        self._host = host
        self._refresh = refresh
        self._not_before = 0.0

    def tick(self) -> None:
        """Look once; do what is wanted."""
        if time.monotonic() < self._not_before:
            return
        with reading(self._host.engine) as connection:
            if not is_anybody_waiting(connection):
                return
        # No database can stand that two processes have the same connection.
        self._host.engine.dispose()
        if code := run_in_child(self._refresh):
            self._not_before = time.monotonic() + FAILED_WAIT_S
            _log.error("facts that somebody wants anew were not collected: exit code %d", code)


def refresh_facts(root: Path, overrides: tuple[str, ...]) -> None:
    """Collect the facts of every entity that somebody waits for, evaluate, and tell them that it is done."""
    with open_host(root, overrides) as host:
        knowledge = load_knowledge(host.workspace, host.plugins, host.settings, host.engine, is_synced=True)
        progress = SilentProgress()
        with transaction(host.engine) as connection:
            context = job_context(host, knowledge, connection, now=utc_now(), progress=progress)
            refreshed = collect_asked(context)
        run_jobs("evaluate", host, knowledge, now=utc_now(), progress=progress)
        with transaction(host.engine) as connection:
            mark_done(connection, refreshed, utc_now())
        for one in refreshed:
            _log.info("%s", one.said)
