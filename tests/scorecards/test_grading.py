from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import build
from waypost.scorecards.evaluation.grading import GRACE, Grade, Outcome, grade, level_of, score_of
from waypost.scorecards.model import MET, SCORED, UNKNOWN, Check, Level, Scorecard, State, Target

CHECKS = tuple(
    Check(name, name, "true", level=level, weight=weight)
    for name, level, weight in [("a", "bronze", 1), ("b", "silver", 2), ("c", "gold", 3), ("d", "", 4)]
)
CARD = Scorecard(
    "ready",
    "Ready",
    CHECKS,
    levels=(Level("bronze", "B"), Level("silver", "S"), Level("gold", "G")),
    targets=(Target("tier-1", "gold", date(2027, 1, 1)), Target("*", "bronze", date(2027, 6, 1))),
)
NAMES = ["", "bronze", "silver", "gold"]
states = st.lists(st.sampled_from(list(State)), min_size=4, max_size=4)


def outcomes(found: list[State], unknown_days: float = 0) -> list[Outcome]:
    since = build.NOON - timedelta(days=unknown_days)
    return [
        Outcome(check.id, state, unknown_since=since if state in UNKNOWN else None)
        for check, state in zip(CHECKS, found, strict=True)
    ]


def reached(found: list[State], had: str = "", unknown_days: float = 0) -> str:
    return level_of(CARD, outcomes(found, unknown_days), now=build.NOON, had_level=had)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param("pass pass pass fail", "gold", id="a check without a level is in no level's way"),
        pytest.param("pass fail pass pass", "bronze", id="what is above an unmet check does not count"),
        pytest.param("fail pass pass pass", "", id="the lowest is unmet"),
        pytest.param("exempt not-applicable upcoming pass", "gold", id="what is not asked is met"),
        pytest.param("pass insufficient-data pass pass", "bronze", id="too few to judge is not met"),
    ],
)
def test_the_level_is_the_highest_whose_checks_are_all_met(found: str, expected: str) -> None:
    assert reached([State(state) for state in found.split()]) == expected


@pytest.mark.parametrize("unknown", sorted(UNKNOWN))
def test_an_unknown_check_stops_a_rise_at_once_and_causes_a_fall_only_after_the_grace(unknown: State) -> None:
    found = [State.PASS, unknown, State.PASS, State.PASS]

    assert reached(found, had="bronze") == "bronze"
    assert reached(found, had="gold", unknown_days=6.9) == "gold"
    assert reached(found, had="gold", unknown_days=7) == "bronze"


def test_a_failure_during_the_grace_of_another_check_counts_at_once() -> None:
    assert reached([State.PASS, State.NO_DATA, State.FAIL, State.PASS], had="gold") == "silver"


@given(states, st.sampled_from(NAMES), st.floats(0, 20))
def test_a_level_lies_between_what_is_proven_and_what_was_had_or_is_proven(
    found: list[State], had: str, unknown_days: float
) -> None:
    level = NAMES.index(reached(found, had, unknown_days))
    proven = NAMES.index(reached(found))

    assert proven <= level <= max(proven, NAMES.index(had))
    if unknown_days >= GRACE.days:
        assert level == proven


@given(states, st.integers(0, 3))
def test_meeting_one_more_check_never_lowers_level_or_score(found: list[State], place: int) -> None:
    better = [State.PASS if number == place else state for number, state in enumerate(found)]

    assert NAMES.index(reached(better)) >= NAMES.index(reached(found))
    before, after = (
        score_of(CHECKS, outcomes(some), lambda outcome: outcome.state) for some in (found, better)
    )
    assert after is not None
    assert after >= (before or 0)


@given(states)
def test_a_level_says_that_every_check_at_or_below_it_is_met(found: list[State]) -> None:
    place = NAMES.index(reached(found))

    assert all(state in MET for state in found[:place])
    assert place == 3 or found[place] not in MET


@given(states)
def test_a_score_is_a_share_and_there_only_when_something_counts(found: list[State]) -> None:
    score = score_of(CHECKS, outcomes(found), lambda outcome: outcome.state)

    assert (score is None) is not any(state in SCORED for state in found)
    assert score is None or 0 <= score <= 1


def test_a_grade_adds_up_results() -> None:
    found = [
        Outcome("a", State.PASS),
        Outcome("b", State.EXEMPT, would=State.FAIL),
        Outcome("c", State.NO_DATA, unknown_since=build.NOON),
        Outcome("d", State.NOT_APPLICABLE),
    ]

    assert grade(CARD, "tier-1", found, now=build.NOON, had_level="") == Grade(
        level="silver",
        score=1 / 4,
        score_without_exemptions=1 / 6,
        evaluated=2,
        applicable=3,
        meets_target=False,
        target_level="gold",
        target_by=date(2027, 1, 1),
    )


def test_a_tier_without_a_target_of_its_own_has_that_of_every_other() -> None:
    found = grade(CARD, "unset", outcomes([State.PASS] * 4), now=build.NOON, had_level="")

    assert (found.target_level, found.meets_target) == ("bronze", True)
