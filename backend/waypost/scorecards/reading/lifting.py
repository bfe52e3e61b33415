"""Lifting: how many entities would rise a level, or meet their target, if one check alone were met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from waypost.scorecards.model import MET, STATE_LETTERS
from waypost.scorecards.reading.index import CardIndex, Row

_MET: Final = {ord(STATE_LETTERS[state]): "." for state in MET}


@dataclass(frozen=True, slots=True)
class Lift:
    """So many entities would have a higher level, and so many more would meet their target."""

    level: int = 0
    target: int = 0


def lifts(index: CardIndex) -> Mapping[str, Lift]:
    """Return what each check of *index* would lift; those that would lift nothing are left out.

    An entity is lifted by a check only where that alone stands in the way of the lowest level that it misses: it
    counts for one check at most. Looks once at every state.
    """
    found: Mapping[str, Lift] = index.once("lifts", _count)
    return found


def _count(index: CardIndex) -> Mapping[str, Lift]:
    levels, targets = Counter[str](), Counter[str]()
    rank = {level: place for place, level in enumerate(index.levels)}
    ladder = [rank.get(check["level"], -1) for check in index.document["checks"]]
    checks = list(index.checks)
    for row in index.rows:
        place, reached = _alone(row, ladder, len(rank))
        if place < 0 or reached <= rank.get(row.graded.level, -1):
            continue
        levels[checks[place]] += 1
        if row.graded.meets_target is False and reached >= rank.get(row.target_level, len(rank)):
            targets[checks[place]] += 1
    return {check: Lift(count, targets[check]) for check, count in levels.items()}


def _alone(row: Row, ladder: list[int], most: int) -> tuple[int, int]:
    """Return the check that alone stands in the way of the next level, and the level without it; -1 for none."""
    alone, lowest, second = -1, most, most
    for place in _unmet(row.states, ladder):
        level = ladder[place]
        if level < lowest:
            alone, lowest, second = place, level, lowest
        elif level < second:
            second = level
    return (alone, second - 1) if second > lowest else (-1, -1)


def _unmet(states: str, ladder: list[int]) -> Iterator[int]:
    """Give the places of the checks that are not met, of those that a level needs."""
    for place, letter in enumerate(states.translate(_MET)):
        if letter != "." and place < len(ladder) and ladder[place] >= 0:
            yield place
