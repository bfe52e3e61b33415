"""Settling: what was found of an entity is put into what is kept of it, and what that changed is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from waypost.scorecards.evaluation.grading import GRACE, Standings, without_exemptions
from waypost.scorecards.results import UNKNOWN_LETTERS
from waypost.scorecards.sheets import PARTS, Sheet

if TYPE_CHECKING:
    from waypost.scorecards.evaluation.found import Found

NEW: Final = " "
"""The letter of a check that nothing is known of yet."""

_FOUND: Final = ("message", "evidence", "would", "exemption", "due")


def settle(kept: Sheet | None, found: Found, now: datetime) -> Sheet:
    """Return *kept* with what was *found* in it; unchanged states keep the time since when they are so."""
    at = now.isoformat()
    if kept is None:
        unknown = {
            key: at
            for key, letter in zip(found.keys, found.letters, strict=True)
            if letter in UNKNOWN_LETTERS
        }
        parts = {name: getattr(found, name) for name in _FOUND}
        return Sheet("".join(found.letters), at, unknown=unknown, fault=found.fault, **parts)
    sheet = replace(kept, since=dict(kept.since), unknown=dict(kept.unknown), fault=found.fault)
    is_whole = len(found.letters) == len(kept.states)
    gone = frozenset(found.keys)
    for name in _FOUND:
        new = getattr(found, name)
        old = {} if is_whole else {k: v for k, v in getattr(kept, name).items() if k not in gone}
        setattr(sheet, name, old | new if old else new)
    letters = list(kept.states)
    for key, letter in zip(found.keys, found.letters, strict=True):
        place = int(key)
        if letters[place] != letter:
            letters[place] = letter
            sheet.since[key] = at
            if letter in UNKNOWN_LETTERS:
                sheet.unknown.setdefault(key, at)
            else:
                sheet.unknown.pop(key, None)
    sheet.states = "".join(letters)
    return sheet


def reorder(kept: Sheet, before: Sequence[str], after: Sequence[str]) -> Sheet:
    """Return *kept*, whose checks were *before*, in the order of *after*; of a new check nothing is known yet."""
    places = {check: place for place, check in enumerate(before)}
    moved = {str(places[check]): str(place) for place, check in enumerate(after) if check in places}
    parts = {
        name: {moved[key]: value for key, value in getattr(kept, name).items() if key in moved}
        for name in PARTS
    }
    states = "".join(kept.states[places[check]] if check in places else NEW for check in after)
    return Sheet(states, kept.at, fault=kept.fault, **parts)


@dataclass(frozen=True, slots=True)
class Times:
    """The places of checks that are in their time of grace, those whose time is over, and when the next one's is."""

    graced: frozenset[int] = frozenset()
    over: frozenset[int] = frozenset()
    ends_at: datetime | None = None


_NO_TIMES: Final = Times()


def grace_of(sheet: Sheet, now: datetime) -> Times:
    """Return which checks of *sheet* are in their time of grace."""
    if not sheet.unknown:
        return _NO_TIMES
    ends = {int(key): datetime.fromisoformat(at) + GRACE for key, at in sheet.unknown.items()}
    graced = frozenset(place for place, end in ends.items() if end > now)
    upcoming = min((ends[place] for place in graced), default=None)
    return Times(graced, frozenset(ends) - graced, upcoming)


def standings_of(sheet: Sheet, times: Times) -> Standings:
    """Return the states of *sheet* as they are added up."""
    return Standings(sheet.states, without_exemptions(sheet.states, sheet.would), times.graced)


def due_of(sheet: Sheet, times: Times) -> datetime | None:
    """Return when time alone may change something of *sheet*; None for never."""
    found = [times.ends_at] if times.ends_at else []
    if sheet.due:
        found.append(datetime.fromisoformat(min(sheet.due.values())))
    return min(found, default=None)


def due_places(sheet: Sheet, now: datetime) -> Iterator[int]:
    """Give the places of the checks that time alone may have changed until *now*."""
    at = now.astimezone(UTC).isoformat()
    return (int(key) for key, due in sheet.due.items() if due <= at)


def places_in(sheet: Sheet, wanted: str) -> Iterator[int]:
    """Give the places of the checks of *sheet* that are in the state of the letter *wanted*, or would be."""
    for place, letter in enumerate(sheet.states):
        if wanted in {letter, sheet.would.get(str(place))}:
            yield place
