"""Levels and scores: what the results of an entity's checks add up to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from waypost.scorecards.model import ANSWERED, GAINED, MET, SCORED, UNKNOWN, Check, Scorecard, State

GRACE = timedelta(days=7)
"""How long a level outlives checks that nobody can answer: a broken collector should not redden the board."""


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


def grade(
    scorecard: Scorecard, tier: str, outcomes: Sequence[Outcome], *, now: datetime, had_level: str
) -> Grade:
    """Add up *outcomes* of an entity of *tier*.

    Args:
        scorecard: The scorecard.
        tier: The entity's tier.
        outcomes: One for each check.
        now: The time to judge at.
        had_level: The level that the entity had until now.
    """
    level = level_of(scorecard, outcomes, now=now, had_level=had_level)
    target = scorecard.target(tier)
    rank = scorecard.rank
    return Grade(
        level=level,
        score=score_of(scorecard.checks, outcomes, lambda outcome: outcome.state),
        score_without_exemptions=score_of(scorecard.checks, outcomes, state_without_exemption),
        evaluated=sum(1 for outcome in outcomes if _is_answered(outcome)),
        applicable=sum(1 for outcome in outcomes if is_applicable(outcome.state)),
        meets_target=None if target is None else rank.get(level, -1) >= rank[target.level],
        target_level=target.level if target else "",
        target_by=target.by if target else None,
    )


def level_of(scorecard: Scorecard, outcomes: Sequence[Outcome], *, now: datetime, had_level: str) -> str:
    """Return the level that *outcomes* lead to, "" for none.

    It is the highest such that every check at or below it is met. A check that nobody can answer stops a
    rise at once; it causes a fall only when that has lasted for the time of grace.
    """
    reached = _highest(scorecard, outcomes, lambda outcome: outcome.state in MET)
    kept = _highest(scorecard, outcomes, lambda outcome: outcome.state in MET or _in_grace(outcome, now))
    place = max(reached, min(kept, scorecard.rank.get(had_level, -1)))
    return scorecard.levels[place].name if place >= 0 else ""


def _highest(scorecard: Scorecard, outcomes: Sequence[Outcome], is_met: Callable[[Outcome], bool]) -> int:
    """Return the place of the highest level whose checks, and those below, are all met; -1 for none."""
    rank = scorecard.rank
    places = {check.id: rank[check.level] for check in scorecard.checks if check.level}
    unmet = [places[o.check] for o in outcomes if o.check in places and not is_met(o)]
    return min(unmet, default=len(scorecard.levels)) - 1


def _in_grace(outcome: Outcome, now: datetime) -> bool:
    since = outcome.unknown_since
    return outcome.state in UNKNOWN and since is not None and now - since < GRACE


def score_of(
    checks: Iterable[Check], outcomes: Iterable[Outcome], state: Callable[[Outcome], State]
) -> float | None:
    """Return the weight that passed over the weight of all that counts, None where nothing counts."""
    weights = {check.id: check.weight for check in checks}
    states = [(weights[outcome.check], state(outcome)) for outcome in outcomes]
    whole = sum(weight for weight, reached in states if reached in SCORED)
    passed = sum(weight for weight, reached in states if reached in GAINED)
    return passed / whole if whole else None


def state_without_exemption(outcome: Outcome) -> State:
    """Return the state that *outcome* would have without an exemption."""
    return outcome.would if outcome.state is State.EXEMPT and outcome.would else outcome.state


def is_applicable(state: State) -> bool:
    """Tell whether a check in *state* is asked of the entity today."""
    return state not in {State.NOT_APPLICABLE, State.UPCOMING}


def _is_answered(outcome: Outcome) -> bool:
    return state_without_exemption(outcome) in ANSWERED
