"""What came of reading sources: taken over, recorded as a failure, or left for later; and when to read again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from waypost.catalog.ingestion.applying import apply_content, apply_failure
from waypost.catalog.remote.fetching import Failed, Outcome, Unchanged
from waypost.catalog.remote.leases import Lease, is_held, postpone, settle
from waypost.catalog.store import lock_entities

FIRST_WAIT: Final = timedelta(seconds=15)
LONGEST_WAIT: Final = timedelta(hours=1)
_JITTER: Final = 0.25
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When sources are read again: *every* so often, a little apart from each other, and later after failures."""

    every: timedelta
    chance: Callable[[], float]

    def after_success(self, at: datetime) -> datetime:
        """Return when a source is due again that was read well at *at*."""
        return at + self._apart(self.every)

    def after_failure(self, at: datetime, failures: int, asked: datetime | None) -> datetime:
        """Return when a source is due again that has failed *failures* times, the last at *at*.

        Args:
            asked: When its host wants to be asked again.
        """
        doublings = min(failures - 1, 20)
        due_at = at + min(self._apart(min(self.every, FIRST_WAIT) * 2**doublings), LONGEST_WAIT)
        return due_at if asked is None else max(due_at, min(asked, at + LONGEST_WAIT))

    def _apart(self, span: timedelta) -> timedelta:
        return span * (1 - _JITTER + 2 * _JITTER * self.chance())


def record(
    connection: Connection,
    outcomes: Mapping[int, tuple[Lease, Outcome]],
    schedule: Schedule,
    at: datetime,
) -> None:
    """Record the *outcomes* of sources that count together, by id; a lease that was lost is left alone.

    What one of them holds is taken over if all can be read that one of its Location entities leads to.
    """
    if any(not isinstance(outcome, Unchanged) for _, outcome in outcomes.values()):
        # Before any row is, so that two who write never wait for each other.
        lock_entities(connection)
    for lease, outcome in outcomes.values():
        if not is_held(connection, lease):
            _log.info("%s was read by another process meanwhile", lease.location)
        elif isinstance(outcome, Failed):
            _record_failure(connection, lease, outcome, schedule, at)
        elif isinstance(outcome, Unchanged):
            settle(connection, lease, at=at, due_at=schedule.after_success(at), stamp=outcome.stamp)
            _log.debug("%s is unchanged", lease.location)
        elif beside := _failing_beside(lease, outcomes):
            failing, failed = beside
            due_at = schedule.after_failure(at, failing.failures + 1, failed.retry_at)
            postpone(connection, lease, due_at=due_at)
            _log.warning("%s is not taken over: %s beside it failed", lease.location, failing.location)
        else:
            apply_content(
                connection, lease.id, outcome.content, outcome.targets, digest=outcome.digest, at=at
            )
            settle(connection, lease, at=at, due_at=schedule.after_success(at), stamp=outcome.stamp)
            held = len(outcome.content.entities)
            _log.info("%s is taken over: %d %s", lease.location, held, "entity" if held == 1 else "entities")


def _record_failure(  # noqa: PLR0917 - what failed, why, and when
    connection: Connection, lease: Lease, outcome: Failed, schedule: Schedule, at: datetime
) -> None:
    due_at = schedule.after_failure(at, lease.failures + 1, outcome.retry_at)
    apply_failure(connection, lease.id, outcome.errors, at)
    postpone(connection, lease, due_at=due_at)
    told = "; ".join(map(str, outcome.errors))
    _log.warning("%s failed, and is read again at %s: %s", lease.location, f"{due_at:%H:%M:%S}", told)


def _failing_beside(
    lease: Lease, outcomes: Mapping[int, tuple[Lease, Outcome]]
) -> tuple[Lease, Failed] | None:
    """Return what failed beside the source of *lease*, None where all is well below one of its parents."""
    found = None
    for parent in lease.parents:
        failing = (
            (other, outcome)
            for other, outcome in outcomes.values()
            if parent in other.parents and isinstance(outcome, Failed)
        )
        found = next(failing, None)
        if found is None:
            return None
    return found
