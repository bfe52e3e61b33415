"""Changes: what is new in outcomes and grades, compared with those that are kept. No database here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from waypost.scorecards.evaluation.grading import Grade, Outcome, grade
from waypost.scorecards.evaluation.sheets import Move
from waypost.scorecards.model import UNKNOWN, Scorecard, State

DATA, RULE, EXEMPTION, TIME = "data", "rule", "exemption", "time"


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


def settle(outcomes: Iterable[Outcome], *, before: Mapping[str, Outcome], now: datetime) -> list[Outcome]:
    """Return *outcomes* with their times: unchanged states keep the time since when they are so."""
    return [_settled(outcome, before.get(outcome.check), now) for outcome in outcomes]


def _settled(outcome: Outcome, was: Outcome | None, now: datetime) -> Outcome:
    since = was.since if was and was.state is outcome.state else now
    unknown_since = (was and was.unknown_since) or now if outcome.state in UNKNOWN else None
    return replace(outcome, since=since, unknown_since=unknown_since)


def find_moves(
    after: Sequence[Outcome], before: Mapping[str, Outcome], changed_rules: Collection[str] = ()
) -> list[Move]:
    """Return a move for each check whose state is another, also for those that are gone.

    Args:
        after: The outcomes that are, in the order of their checks.
        before: Those that were, by check.
        changed_rules: Checks that were decided by another rule before.
    """
    found: list[Move] = []
    for outcome in after:
        was = before.get(outcome.check)
        if was is None or was.state is not outcome.state:
            cause = RULE if outcome.check in changed_rules else _cause(outcome, was)
            found.append((outcome.check, was.state.value if was else "", outcome.state.value, cause))
    asked = {outcome.check for outcome in after}
    return found + [(check, was.state.value, "", RULE) for check, was in before.items() if check not in asked]


def _cause(outcome: Outcome, was: Outcome | None) -> str:
    """Return what moved a check: its rule first, for a new rule makes the rest incomparable."""
    if was is None or was.state is State.UPCOMING:
        return RULE
    if State.EXEMPT in {outcome.state, was.state}:
        return EXEMPTION
    return DATA


def find_grade(
    scorecard: Scorecard,
    standing: Standing,
    outcomes: Sequence[Outcome],
    *,
    before: KeptGrade | None,
    now: datetime,
) -> KeptGrade:
    """Return the grade that *outcomes* add up to for an entity of *standing*, which had *before*."""
    had = before.grade.level if before else ""
    found = grade(scorecard, standing.tier, outcomes, now=now, had_level=had)
    since = before.since if before and before.grade.level == found.level else now
    return KeptGrade(found, standing, since)


def find_change(
    after: KeptGrade, before: KeptGrade | None, moves: list[Move], at: datetime
) -> Changed | None:
    """Return what moved of the level, the score or the checks, None where nothing did."""
    was = before.grade if before else None
    if was and not moves and (was.level, was.score) == (after.grade.level, after.grade.score):
        return None
    causes = {move[3] for move in moves}
    because = next((cause for cause in (RULE, EXEMPTION, DATA) if cause in causes), TIME)
    return Changed(at, after.grade.level, was.level if was else "", after.grade.score, because, moves)
