from __future__ import annotations

from datetime import timedelta

import pytest

import build
from waypost.scorecards.evaluation.changes import (
    Change,
    Kept,
    Standing,
    find_changes,
    find_grade,
    find_grade_change,
    settle,
)
from waypost.scorecards.evaluation.grading import Outcome
from waypost.scorecards.model import Check, Level, Scorecard, State

LATER = build.NOON + timedelta(hours=1)


def card(rule: str = "true") -> Scorecard:
    return Scorecard("ready", "Ready", (Check("a", "A", rule, level="low"),), levels=(Level("low", "Low"),))


def kept(state: State, before: dict[str, Kept] | None = None, rule: str = "true") -> dict[str, Kept]:
    at = LATER if before else build.NOON
    found = settle(card(rule), "tier-1", [Outcome("a", state)], before=before or {}, now=at)
    return {one.outcome.check: one for one in found}


def test_an_unchanged_result_is_the_very_one_that_was_kept() -> None:
    before = kept(State.PASS)

    assert kept(State.PASS, before)["a"] is before["a"]


def test_a_changed_state_has_a_new_time() -> None:
    after = kept(State.FAIL, kept(State.PASS))

    assert after["a"].outcome.since == LATER


def test_it_is_kept_since_when_nobody_knows() -> None:
    after = kept(State.STALE, kept(State.NO_DATA))

    assert (after["a"].outcome.since, after["a"].outcome.unknown_since) == (LATER, build.NOON)


@pytest.mark.parametrize(
    ("was", "state", "rule", "because"),
    [
        pytest.param(State.PASS, State.FAIL, "true", "data", id="the same rule"),
        pytest.param(State.PASS, State.FAIL, "false", "rule", id="another rule"),
        pytest.param(State.FAIL, State.EXEMPT, "true", "exemption", id="exempted"),
        pytest.param(State.EXEMPT, State.FAIL, "true", "exemption", id="no longer exempt"),
        pytest.param(State.UPCOMING, State.FAIL, "true", "rule", id="the announced day came"),
    ],
)
def test_a_change_says_what_moved_it(was: State, state: State, rule: str, because: str) -> None:
    before = kept(was)

    changes = find_changes(list(kept(state, before, rule).values()), before)

    assert changes == [Change("a", state, was, because)]


def test_a_check_that_is_gone_is_a_change_to_nothing() -> None:
    assert find_changes([], kept(State.PASS)) == [Change("a", "", "pass", "rule")]


def test_a_grade_that_moved_says_what_moved_it() -> None:
    first = kept(State.PASS)
    graded = find_grade(card(), Standing("tier-1"), list(first.values()), before=None, now=build.NOON)
    then = kept(State.FAIL, first)
    fallen = find_grade(card(), Standing("tier-1"), list(then.values()), before=graded, now=LATER)

    change = find_grade_change(fallen, graded, find_changes(list(then.values()), first))

    assert change is not None
    assert (change.was, change.level, change.because, fallen.since) == ("low", "", "data", LATER)
    assert find_grade_change(graded, graded, []) is None
