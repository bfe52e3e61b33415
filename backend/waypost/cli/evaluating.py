"""The evaluator: a process beside the server's workers that evaluates as soon as facts change or time says so."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy.exc import DBAPIError

from waypost.catalog.store import REVISION as CATALOG
from waypost.cli.evaluated import EVALUATED
from waypost.cli.stopping import stop_on_signal
from waypost.core.clock import utc_now
from waypost.core.database import reading, revision_of, transaction
from waypost.core.host import Host, load_knowledge, open_host
from waypost.core.jobcontext import job_context
from waypost.core.plugin import Knowledge
from waypost.core.progress import SilentProgress
from waypost.core.telemetry import configure_logging
from waypost.scorecards.evaluation.recording import Evaluation
from waypost.scorecards.evaluation.waiting import Signs, is_due, read_signs

TICK_S: Final = 0.25
LONGEST_WAIT_S: Final = 30.0
# Reading rules and entities takes a tenth of the time at most, however often they change.
SHARE: Final = 10
NEEDED: Final = frozenset({"catalog", "facts", "scorecards"})

_log = logging.getLogger(__name__)


def keep_evaluating(root: Path, overrides: Sequence[str]) -> None:
    """Evaluate what changed facts and time move in the workspace at *root*, until a signal says stop.

    Rules and entities are kept in memory, so that a changed fact is evaluated in milliseconds. What changes in the
    catalog, the refresher evaluates; this reads it anew afterwards.
    """
    configure_logging(logging.INFO)
    stopping = stop_on_signal()
    _log.info("evaluating in process %d", os.getpid())
    wait_s = TICK_S
    with ExitStack() as stack:
        host = stack.enter_context(open_host(root, overrides))
        evaluator = Evaluator(host, utc_now)
        stack.callback(evaluator.close)
        while not stopping.wait(wait_s):
            try:
                evaluator.tick()
            except DBAPIError as error:
                wait_s = min(max(2 * wait_s, 1.0), LONGEST_WAIT_S)
                _log.warning("the database refused: %s; it is asked again in %g s", error.orig, wait_s)
            else:
                wait_s = TICK_S


class Evaluator:
    """What the process keeps between two looks: rules and entities as they were last evaluated."""

    def __init__(self, host: Host, clock: Callable[[], datetime]) -> None:
        self._host = host
        self._clock = clock
        self._evaluation: Evaluation | None = None
        self._signs: Signs | None = None
        self._not_before = 0.0

    def close(self) -> None:
        """Let go of what is kept."""
        if self._evaluation is not None:
            self._evaluation.close()
            self._evaluation = None

    def tick(self) -> None:
        """Look once; evaluate what is due. Nothing happens before somebody evaluated the catalog as it is."""
        with reading(self._host.engine) as connection:
            catalog, evaluated = revision_of(connection, CATALOG), revision_of(connection, EVALUATED)
            if catalog is None or evaluated is None or evaluated.etag != str(catalog.number):
                return
            signs = read_signs(connection)
            if signs.mark.is_first:
                return
            if signs != self._signs and (
                self._evaluation is None or not self._evaluation.is_current(connection)
            ):
                self._read()
        self._signs = signs
        if self._evaluation is not None and is_due(signs, self._clock()):
            self._evaluate(self._evaluation)

    def _read(self) -> None:
        """Read rules and entities anew, unless that was done a moment ago; what is kept of old ones is of no use."""
        self.close()
        started = time.monotonic()
        if started < self._not_before:
            return
        host = self._host
        plugins = [plugin for plugin in host.plugins if plugin.name in NEEDED]
        knowledge = load_knowledge(host.workspace, plugins, host.settings, host.engine, is_synced=True)
        self._evaluation = Evaluation(knowledge)
        took_s = time.monotonic() - started
        self._not_before = started + (1 + SHARE) * took_s
        _log.info("rules and entities are read, in %.1f s", took_s)

    def _evaluate(self, evaluation: Evaluation) -> None:
        with transaction(self._host.engine) as connection:
            now = self._clock()
            # Of several who noticed, one was first; the others need not.
            if not is_due(read_signs(connection, is_locked=True), now):
                return
            context = job_context(self._host, Knowledge(), connection, now=now, progress=SilentProgress())
            said = evaluation.run(context)
        _log.info("%s", said)
