"""The refresher: a process beside the server's workers that keeps what hangs on the catalog up to date."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy.exc import DBAPIError

from waypost.catalog.discovery.finding import run_discovery
from waypost.catalog.ingestion.applying import WANTED
from waypost.catalog.remote.readers import Reader, open_reader
from waypost.catalog.remote.refreshing import refresh_due
from waypost.catalog.store import REVISION
from waypost.cli.evaluated import claim_evaluation, is_evaluated, mark_evaluated
from waypost.cli.processes import run_in_child
from waypost.cli.refreshfacts import FactRefresher, refresh_facts
from waypost.cli.stopping import stop_on_signal
from waypost.core.clock import utc_now
from waypost.core.database import reading, revision_of
from waypost.core.host import Host, load_knowledge, open_host, run_jobs
from waypost.core.plugin import Knowledge
from waypost.core.progress import SilentProgress
from waypost.core.telemetry import configure_logging
from waypost.core.watch import RevisionWatch

TICK_S: Final = 0.5
# Discovery looks at times that it sets itself, far apart; nobody waits for it as for a new location.
DISCOVER_S: Final = 5.0
LONGEST_WAIT_S: Final = 30.0
# Changes that come one after the other are evaluated together, and evaluation takes a tenth of the time at most.
EVALUATE_AFTER_S: Final = 2.0
SHARE: Final = 10
CLAIMED_WAIT_S: Final = 15.0

_log = logging.getLogger(__name__)


def keep_refreshing(root: Path, overrides: Sequence[str]) -> None:
    """Refresh the workspace at *root* until a signal says stop.

    It stops within seconds: what is not yet committed is begun anew by whoever comes next.
    """
    configure_logging(logging.INFO)
    stopping = stop_on_signal()
    _log.info("refreshing in process %d", os.getpid())
    wait_s = TICK_S
    with ExitStack() as stack:
        host = stack.enter_context(open_host(root, overrides))
        reader = stack.enter_context(open_reader(host.settings))
        evaluate = partial(evaluate_anew, root, tuple(overrides))
        ingest = partial(ingest_files, root, tuple(overrides))
        refresher = Refresher(host, reader, evaluate, ingest, is_stopped=stopping.is_set)
        facts = FactRefresher(host, partial(refresh_facts, root, tuple(overrides)))
        while not stopping.wait(wait_s):
            try:
                refresher.tick()
                facts.tick()
            except DBAPIError as error:
                wait_s = min(max(2 * wait_s, 1.0), LONGEST_WAIT_S)
                _log.warning("the database refused: %s; it is asked again in %g s", error.orig, wait_s)
            else:
                wait_s = TICK_S


class Refresher:
    """What the process remembers between two looks.

    Args:
        evaluate: Evaluates the revision with this number; it runs in a process of its own.
        ingest: Reads the workspace's files that changed, in a process of its own too.
        is_stopped: Tells to begin nothing more.
    """

    def __init__(
        self,
        host: Host,
        reader: Reader,
        evaluate: Callable[[int], None],
        ingest: Callable[[], None],
        *,
        is_stopped: Callable[[], bool],
    ) -> None:
        self._host = host
        self._reader = reader
        self._evaluate = evaluate
        self._ingest = ingest
        self._is_stopped = is_stopped
        self._catalog = RevisionWatch(host.engine, REVISION, poll_seconds=TICK_S)
        self._look = 0.0
        self._seen = 0
        self._due = 0.0
        self._read: int | None = None

    def tick(self) -> None:
        """Look once; do what is due."""
        if time.monotonic() >= self._look:
            self._look = time.monotonic() + DISCOVER_S
            run_discovery(self._host.engine, self._host.settings, utc_now, self._reader)
        refresh_due(
            self._host.engine, self._reader, self._host.settings, utc_now, is_stopped=self._is_stopped
        )
        self._read_files()
        self._evaluate_changes()

    def _read_files(self) -> None:
        """Read the workspace's files when somebody wants that. Of several replicas each does: their files are their own."""
        number = wanted(self._host)
        is_wanted = self._read is not None and number != self._read
        self._read = number
        if not is_wanted:
            return
        self._host.engine.dispose()
        if code := run_in_child(self._ingest):
            _log.error("the workspace's files were not read: exit code %d", code)
        else:
            _log.info("the workspace's files are read, as somebody wanted")

    def _evaluate_changes(self) -> None:
        revision = self._catalog.current()
        now = time.monotonic()
        if revision is None or revision.number == self._seen:
            return
        if not self._due:
            self._due = now + EVALUATE_AFTER_S
        if now < self._due:
            return
        if is_evaluated(self._host, revision.number):
            self._seen, self._due = revision.number, 0.0
        elif not claim_evaluation(self._host, revision.number):
            self._due = now + CLAIMED_WAIT_S
        else:
            self._run_evaluation(revision.number)

    def _run_evaluation(self, number: int) -> None:
        started = time.monotonic()
        # No database can stand that two processes have the same connection.
        self._host.engine.dispose()
        code = run_in_child(partial(self._evaluate, number))
        took_s = time.monotonic() - started
        if code:
            _log.error("revision %d of the catalog was not evaluated: exit code %d", number, code)
        else:
            _log.info("revision %d of the catalog is evaluated, in %.1f s", number, took_s)
        self._seen = number
        self._due = started + (1 + SHARE) * took_s


def wanted(host: Host) -> int:
    """Return how often somebody wanted the workspace's files to be read. One query."""
    with reading(host.engine) as connection:
        revision = revision_of(connection, WANTED)
    return revision.number if revision else 0


def ingest_files(root: Path, overrides: Sequence[str]) -> None:
    """Bring the catalog up to date with the workspace's files; what hangs on it is evaluated afterwards."""
    with open_host(root, overrides) as host:
        run_jobs("ingest", host, Knowledge(), now=utc_now(), progress=SilentProgress())


def evaluate_anew(root: Path, overrides: Sequence[str], number: int) -> None:
    """Collect facts and evaluate, from the files and the revision *number* of the catalog as it is stored.

    It opens all that it uses: in a fork, what another thread had locked stays locked.
    """
    with open_host(root, overrides) as host:
        knowledge = load_knowledge(host.workspace, host.plugins, host.settings, host.engine, is_synced=True)
        for stage in ("sync", "evaluate"):
            run_jobs(stage, host, knowledge, now=utc_now(), progress=SilentProgress())
        mark_evaluated(host, number)
