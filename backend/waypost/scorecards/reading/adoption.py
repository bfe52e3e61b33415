"""How far the estate follows a decision: its checks' states counted by entity, now and at each recorded change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final, NamedTuple

from waypost.scorecards.model import GAINED, State

POINTS: Final = 60
"""Points of a history; where there are more days, one a week is kept, or else one a month."""

_NOT_ASKED: Final = frozenset({"", State.NOT_APPLICABLE, State.UPCOMING})


class Recorded(NamedTuple):
    """That a check of an entity came to a state, "" for one that is no longer asked."""

    at: datetime
    entity: str
    check: tuple[str, str]
    state: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many entities follow the decision, as of ``at``.

    One that fails any check is ``failing``; one without an answer to any is ``unanswered``; one that is let off any
    is ``exempt``; all others are ``passing``.
    """

    at: datetime
    passing: int = 0
    failing: int = 0
    unanswered: int = 0
    exempt: int = 0

    @property
    def judged(self) -> int:
        """How many entities there is an answer for."""
        return self.passing + self.failing

    @property
    def share(self) -> float | None:
        """The share of those judged that pass; None where nobody is."""
        return self.passing / self.judged if self.judged else None


def tally(states: Iterable[Iterable[str]], at: datetime) -> Tally:
    """Count entities, each given as the states of its checks."""
    return _counted(Counter(map(_standing, states)), at)


def _counted(counts: Mapping[str, int], at: datetime) -> Tally:
    return Tally(at, *(counts.get(name, 0) for name in ("pass", "fail", "unknown", "exempt")))


def _standing(states: Iterable[str]) -> str:
    """Return what the *states* of one entity say together, "" where nothing is asked of it."""
    asked = set(states) - _NOT_ASKED
    if not asked:
        return ""
    if State.FAIL in asked:
        return "fail"
    if asked - GAINED - {State.EXEMPT}:
        return "unknown"
    return "exempt" if State.EXEMPT in asked else "pass"


def replay(changes: Sequence[Recorded]) -> Iterator[Tally]:
    """Give the count after each moment of *changes*, which are in the order of their times.

    Several changes of one moment, those of one evaluation, give one count.
    """
    states: dict[str, dict[tuple[str, str], str]] = {}
    counts: Counter[str] = Counter()
    for at, group in groupby(changes, key=lambda change: change.at):
        touched: dict[str, str] = {}
        for change in group:
            known = states.setdefault(change.entity, {})
            touched.setdefault(change.entity, _standing(known.values()))
            known[change.check] = change.state
        for entity, before in touched.items():
            counts[before] -= 1
            counts[_standing(states[entity].values())] += 1
        yield _counted(counts, at)


def thinned(tallies: Sequence[Tally], most: int = POINTS) -> list[Tally]:
    """Return the last of *tallies* of each day; of each week or month where days are more than *most*."""
    ways: tuple[Callable[[Tally], object], ...] = (
        lambda each: each.at.date(),
        lambda each: each.at.isocalendar()[:2],
        lambda each: (each.at.year, each.at.month),
    )
    kept: list[Tally] = []
    for way in ways:
        kept = [list(group)[-1] for _, group in groupby(tallies, key=way)]
        if len(kept) <= most:
            break
    return kept
