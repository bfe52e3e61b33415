"""The notifier: a process beside the server's workers that sends webhooks."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from sqlalchemy.exc import DBAPIError

from waypost.cli.stopping import stop_on_signal
from waypost.core.host import open_host
from waypost.core.telemetry import configure_logging
from waypost.scorecards.notifying.service import Notifier, open_sender, site_of

TICK_S: Final = 1.0
LONGEST_WAIT_S: Final = 30.0

_log = logging.getLogger(__name__)


def keep_notifying(root: Path, overrides: Sequence[str]) -> None:
    """Send the webhooks of the workspace at *root* until a signal says stop.

    What is under way then is sent again by whoever comes next, under the same id.
    """
    configure_logging(logging.INFO)
    stopping = stop_on_signal()
    _log.info("sending webhooks in process %d", os.getpid())
    wait_s = TICK_S
    with ExitStack() as stack:
        host = stack.enter_context(open_host(root, overrides))
        sender = stack.enter_context(open_sender(host.engine, host.settings))
        notifier = Notifier(sender, site_of(host.settings))
        while not stopping.wait(wait_s):
            try:
                while notifier.tick() and not stopping.is_set():
                    pass
            except DBAPIError as error:
                wait_s = min(2 * wait_s, LONGEST_WAIT_S)
                _log.warning("the database refused: %s; it is asked again in %g s", error.orig, wait_s)
            else:
                wait_s = TICK_S
