"""Freshness: the one judge of whether a page is still true, by its evidence and the day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from waypost.core.durations import day_after
from waypost.core.evidence import Bearing, Evidence, Subject


class State(StrEnum):
    """What is known of a page's being true."""

    FRESH = "fresh"
    """It was confirmed, and nothing speaks against it."""
    UNKNOWN = "unknown"
    """Nothing speaks against it, and nobody has confirmed it, or too long ago."""
    DOUBTFUL = "doubtful"
    """Something that it rests on has changed: it may no longer hold."""
    STALE = "stale"
    """Something that it says is known not to hold."""


STATE_WORDS: Final[Mapping[State, str]] = {
    State.FRESH: "Fresh",
    State.UNKNOWN: "Not confirmed",
    State.DOUBTFUL: "In doubt",
    State.STALE: "Out of date",
}
"""Each state in words for a reader."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """How a page or decision stands on a day.

    Attributes:
        state: The verdict.
        reasons: What speaks against it and is not settled, the weightiest first.
        confirmed: The newest evidence for it; None without any.
        since: The day since which it stands so; None where no day is known.
        due_on: The day from which it counts as unconfirmed; None where it asks for no other reading.
        others: All evidence that is not among the reasons, newest first: for it, or settled by what came later.
    """

    state: State
    reasons: tuple[Evidence, ...] = ()
    confirmed: Evidence | None = None
    since: date | None = None
    due_on: date | None = None
    others: tuple[Evidence, ...] = ()


_BY_BEARING: Final[Mapping[Bearing, State]] = {
    Bearing.REFUTES: State.STALE,
    Bearing.DOUBTS: State.DOUBTFUL,
    Bearing.AGED: State.UNKNOWN,
}
_KINDS: Final = ("exercise", "snippet", "entity", "version", "watched", "decision", "moved", "link")
"""Kinds of evidence by their weight among those of the same bearing; any other comes behind them."""


def judge(subject: Subject, evidence: Iterable[Evidence], day: date) -> Freshness:
    """Return how *subject* stands on *day* by the *evidence* about it, in any order.

    Evidence whose day is still to come says nothing yet. What lasts counts as long as it is given. Of the rest a
    confirmation on the same day or later settles a doubt, and one of the same kind a refutation. Age comes last:
    it makes no page doubtful, and only a page that was not confirmed since, unknown.
    """
    known = [piece for piece in evidence if piece.on is None or piece.on <= day]
    confirming = [piece for piece in known if not piece.is_against]
    confirmed = max(confirming, key=_day_of, default=None)
    due_on = _due(subject, confirmed)
    against = [piece for piece in known if piece.is_against and not _is_settled(piece, confirming)]
    against += _age(subject, confirmed, due_on, day)
    against.sort(key=_weight)
    state = _BY_BEARING[against[0].bearing] if against else State.FRESH
    return Freshness(
        state=state,
        reasons=tuple(against),
        confirmed=confirmed,
        since=_since(state, against, confirmed),
        due_on=due_on,
        others=tuple(sorted((p for p in known if p not in against), key=_day_of, reverse=True)),
    )


def _is_settled(piece: Evidence, confirming: Sequence[Evidence]) -> bool:
    if piece.lasts:
        return False
    fit = [other for other in confirming if piece.bearing is not Bearing.REFUTES or other.kind == piece.kind]
    # A doubt of no known day cannot be shown to be newer than what confirms the page.
    return any(piece.on is None or _day_of(other) >= piece.on for other in fit)


def _due(subject: Subject, confirmed: Evidence | None) -> date | None:
    if subject.due_on is not None:
        is_done = confirmed is not None and _day_of(confirmed) >= subject.due_on
        return None if is_done else subject.due_on
    if subject.every is None or confirmed is None or confirmed.on is None:
        return None
    return day_after(confirmed.on, subject.every)


def _age(subject: Subject, confirmed: Evidence | None, due_on: date | None, day: date) -> list[Evidence]:
    if due_on is not None and due_on <= day:
        sentence, on = f"its next reading was due on {due_on}", due_on
    elif confirmed is None:
        sentence, on = "no reading of it is on record", None
    else:
        return []
    return [
        Evidence(
            path=subject.path,
            kind="age",
            sentence=sentence,
            bearing=Bearing.AGED,
            on=on,
            line=subject.line,
            remedy=f"Read it against the truth, then run `waypost review done {subject.path}`.",
        )
    ]


def _weight(piece: Evidence) -> tuple[int, int, int, int]:
    kind = _KINDS.index(piece.kind) if piece.kind in _KINDS else len(_KINDS)
    return list(_BY_BEARING).index(piece.bearing), kind, -_day_of(piece).toordinal(), piece.line


def _since(state: State, against: Sequence[Evidence], confirmed: Evidence | None) -> date | None:
    """Return the first day on which something made it what it is."""
    if state is State.FRESH:
        return confirmed.on if confirmed else None
    days = [piece.on for piece in against if _BY_BEARING[piece.bearing] is state and piece.on is not None]
    return min(days, default=None)


def _day_of(piece: Evidence) -> date:
    return piece.on or date.min
