"""Waiting: whether anything happened since the last evaluation that an evaluation would find."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from waypost.core.revisions import revision_numbers
from waypost.facts import changes as facts
from waypost.scorecards import store
from waypost.scorecards.evaluation.agenda import Mark, read_mark


@dataclass(frozen=True, slots=True)
class Signs:
    """How far the last evaluation had seen, how far facts are now, and when time alone may change a result."""

    mark: Mark
    facts: int
    ages: int
    due_at: datetime | None


def read_signs(connection: Connection, *, is_locked: bool = False) -> Signs:
    """Return the signs as they are now; *is_locked* keeps others from evaluating until the transaction ends."""
    mark = read_mark(store.lock_evaluation(connection) if is_locked else store.read_mark(connection))
    numbers = revision_numbers(connection, facts.REVISION, facts.AGES)
    return Signs(mark, numbers[facts.REVISION], numbers[facts.AGES], store.next_due(connection))


def is_due(signs: Signs, now: datetime) -> bool:
    """Tell whether an evaluation at *now* may find something new."""
    return (
        (signs.facts, signs.ages) != (signs.mark.facts, signs.mark.ages)
        or signs.mark.day != now.astimezone(UTC).date().isoformat()
        or (signs.due_at is not None and signs.due_at <= now)
    )
