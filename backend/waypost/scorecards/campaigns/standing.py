"""How far entities are in a campaign: each by its checks, and all of them day by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final

from waypost.scorecards.model import UNKNOWN, State


class Progress(StrEnum):
    """How far an entity is."""

    DONE = "done"
    LEFT = "left"
    UNKNOWN = "unknown"
    EXEMPT = "exempt"


_UNTOLD: Final = UNKNOWN | {State.INSUFFICIENT_DATA, State.UPCOMING}


def progress_of(states: Iterable[State]) -> Progress | None:
    """Return how far an entity is whose checks are in *states*; None where none of them is asked of it.

    What fails is left. Where nothing fails, what nobody can tell is unknown, and after that what is exempt is
    exempt. A check that is upcoming should be given as the state that it would have.
    """
    asked = set(states) - {State.NOT_APPLICABLE}
    if not asked:
        return None
    if State.FAIL in asked:
        return Progress.LEFT
    if asked & _UNTOLD:
        return Progress.UNKNOWN
    return Progress.EXEMPT if State.EXEMPT in asked else Progress.DONE


@dataclass(frozen=True, slots=True)
class Counted:
    """How many entities are how far. ``of`` leaves out the exempt: nothing is due from them."""

    done: int = 0
    left: int = 0
    unknown: int = 0
    exempt: int = 0

    @property
    def of(self) -> int:
        """How many should be done in the end."""
        return self.done + self.left + self.unknown

    @property
    def percent(self) -> float | None:
        """How many per cent are done, None where there are none to be."""
        return 100 * self.done / self.of if self.of else None


def count(found: Iterable[Progress | None]) -> Counted:
    """Return how many of *found* are how far; None is nobody."""
    tally = Counter(one.value for one in found if one is not None)
    return Counted(**tally)


@dataclass(frozen=True, slots=True)
class Moved:
    """The states that some checks of an entity came to at a time; None is none."""

    at: datetime
    entity: str
    states: Mapping[str, State | None]


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many were how far at the end of a day."""

    day: date
    counted: Counted


def burn_down(moved: Iterable[Moved], checks: Collection[str], start: date) -> Iterator[DayCount]:
    """Give the count at the end of *start* and of each later day that changed it, by *moved* in order.

    A day that is not there was like the one before it. Nothing is given for days before anything is on record.
    """
    states: dict[str, dict[str, State]] = {}
    progress: dict[str, Progress | None] = {}
    tally: Counter[Progress | None] = Counter()
    day, last = date.min, None
    for one in moved:
        its_day = max(one.at.astimezone(UTC).date(), start)
        if its_day != day:
            last, found = _told(day, tally, last)
            yield from found
            day = its_day
        known = states.setdefault(one.entity, {})
        for check, state in one.states.items():
            if check in checks:
                known.pop(check, None)
                known |= {check: state} if state else {}
        tally[progress.get(one.entity)] -= one.entity in progress
        progress[one.entity] = progress_of(known.values())
        tally[progress[one.entity]] += 1
    yield from _told(day, tally, last)[1]


def _told(
    day: date, tally: Mapping[Progress | None, int], last: Counted | None
) -> tuple[Counted | None, list[DayCount]]:
    if day == date.min:
        return last, []
    counted = Counted(**{one.value: number for one, number in tally.items() if one is not None})
    return counted, [DayCount(day, counted)] if counted != last else []
