"""Results: what checks came to for an entity, what that adds up to, and what changed, as plain values."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from waypost.scorecards.model import MET, STATE_LETTERS, UNKNOWN, State

STATES: Final = {letter: state for state, letter in STATE_LETTERS.items()}
"""The state that each letter stands for."""


def letters_of(states: Collection[State]) -> frozenset[str]:
    """Return the letters that *states* are kept as."""
    return frozenset(STATE_LETTERS[state] for state in states)


MET_LETTERS: Final = letters_of(MET)
UNKNOWN_LETTERS: Final = letters_of(UNKNOWN)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one check came to for one entity.

    ``would`` is the state without exemption or announcement, None where it is the state itself.
    ``exemption`` names the exemption in force. ``unknown_since`` is when it was last known.
    """

    check: str
    state: State
    message: str = ""
    evidence: Any = None
    would: State | None = None
    exemption: str = ""
    since: datetime | None = None
    unknown_since: datetime | None = None


def state_without_exemption(outcome: Outcome) -> State:
    """Return the state that *outcome* would have without an exemption."""
    return outcome.would if outcome.state is State.EXEMPT and outcome.would else outcome.state


@dataclass(frozen=True, slots=True)
class Grade:
    """What an entity's results add up to. ``level`` is "" below the lowest one, ``score`` None without weight."""

    level: str
    score: float | None
    score_without_exemptions: float | None
    evaluated: int
    applicable: int
    meets_target: bool | None
    target_level: str
    target_by: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an entity belongs: its tier in a scorecard, its owner, system and domain; "" for none."""

    tier: str
    owner: str = ""
    system: str = ""
    domain: str = ""


@dataclass(frozen=True, slots=True)
class KeptGrade:
    """A grade as it is kept, with where the entity belongs, and since when it has its level."""

    grade: Grade
    standing: Standing
    since: datetime


Move = tuple[str, str, str, str]
"""A check, the state that it was in, the state that it came to, and what moved it; a state of "" is none."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What one evaluation changed of an entity: its level, its score or the states of its checks.

    ``because`` is what moved the level, or where that stayed, what moved the checks.
    """

    at: datetime
    level: str
    was_level: str
    score: float | None
    because: str
    moves: list[Move]
