"""Changes: what is new in outcomes and grades, compared with those that are kept. No database here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from waypost.scorecards.evaluation.grading import Grade, Outcome, grade
from waypost.scorecards.model import UNKNOWN, Scorecard, State

DATA, RULE, EXEMPTION = "data", "rule", "exemption"


@dataclass(frozen=True, slots=True)
class Kept:
    """A result as it is kept: its outcome, and the digest of the rule that gave it."""

    outcome: Outcome
    digest: str


@dataclass(frozen=True, slots=True)
class Change:
    """A check that came to another state; "" where it was not asked before, or is no longer."""

    check: str
    state: str
    was: str
    because: str


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


@dataclass(frozen=True, slots=True)
class GradeChange:
    """A level or score that moved, and whether the rule, the data or an exemption moved it."""

    level: str
    was: str
    score: float | None
    because: str


def settle(
    scorecard: Scorecard,
    tier: str,
    outcomes: Iterable[Outcome],
    *,
    before: Mapping[str, Kept],
    now: datetime,
) -> list[Kept]:
    """Return *outcomes* with their times: unchanged states keep the time since when they are so."""
    return [
        _keep(outcome, scorecard.digest(check, tier), before.get(outcome.check), now)
        for outcome, check in zip(outcomes, scorecard.checks, strict=True)
    ]


def _keep(outcome: Outcome, digest: str, before: Kept | None, now: datetime) -> Kept:
    was = before.outcome if before else None
    if before and was and before.digest == digest and _is_same(was, outcome):
        return before
    since = was.since if was and was.state is outcome.state else now
    unknown_since = (was and was.unknown_since) or now if outcome.state in UNKNOWN else None
    return Kept(replace(outcome, since=since, unknown_since=unknown_since), digest)


def _is_same(was: Outcome, outcome: Outcome) -> bool:
    return (
        was.state is outcome.state
        and was.message == outcome.message
        and was.evidence == outcome.evidence
        and was.would is outcome.would
        and was.exemption == outcome.exemption
    )


def find_changes(after: Sequence[Kept], before: Mapping[str, Kept]) -> list[Change]:
    """Return a change for each check whose state is another, also for those that are gone."""
    found = []
    for kept in after:
        was = before.get(kept.outcome.check)
        if was is None or was.outcome.state is not kept.outcome.state:
            state = was.outcome.state.value if was else ""
            found.append(Change(kept.outcome.check, kept.outcome.state.value, state, _cause(kept, was)))
    asked = {kept.outcome.check for kept in after}
    gone = [kept for check, kept in before.items() if check not in asked]
    return found + [Change(kept.outcome.check, "", kept.outcome.state.value, RULE) for kept in gone]


def _cause(kept: Kept, was: Kept | None) -> str:
    """Return what moved a check: its rule first, for a new rule makes the rest incomparable."""
    if was is None or was.digest != kept.digest or was.outcome.state is State.UPCOMING:
        return RULE
    if State.EXEMPT in {kept.outcome.state, was.outcome.state}:
        return EXEMPTION
    return DATA


def find_grade(
    scorecard: Scorecard,
    standing: Standing,
    results: Sequence[Kept],
    *,
    before: KeptGrade | None,
    now: datetime,
) -> KeptGrade:
    """Return the grade that *results* add up to for an entity of *standing*, which had *before*."""
    had = before.grade.level if before else ""
    outcomes = [kept.outcome for kept in results]
    found = grade(scorecard, standing.tier, outcomes, now=now, had_level=had)
    since = before.since if before and before.grade.level == found.level else now
    return KeptGrade(found, standing, since)


def find_grade_change(
    after: KeptGrade, before: KeptGrade | None, changes: Sequence[Change]
) -> GradeChange | None:
    """Return how the level or the score moved, None where neither did."""
    was = before.grade if before else None
    if was and (was.level, was.score) == (after.grade.level, after.grade.score):
        return None
    causes = {change.because for change in changes}
    because = next((cause for cause in (RULE, EXEMPTION, DATA) if cause in causes), DATA)
    return GradeChange(after.grade.level, was.level if was else "", after.grade.score, because)
