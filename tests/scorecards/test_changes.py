from __future__ import annotations

from datetime import timedelta

import pytest

import build
from waypost.scorecards.evaluation.changes import Standing, find_change, find_grade, find_moves, settle
from waypost.scorecards.evaluation.grading import Outcome
from waypost.scorecards.model import Check, Level, Scorecard, State

LATER = build.NOON + timedelta(hours=1)
CARD = Scorecard("ready", "Ready", (Check("a", "A", "true", level="low"),), levels=(Level("low", "Low"),))


def settled(state: State, before: dict[str, Outcome] | None = None) -> dict[str, Outcome]:
    at = LATER if before else build.NOON
    found = settle([Outcome("a", state)], before=before or {}, now=at)
    return {one.check: one for one in found}


def test_an_unchanged_result_keeps_its_time() -> None:
    before = settled(State.PASS)

    assert settled(State.PASS, before) == before


def test_a_changed_state_has_a_new_time() -> None:
    assert settled(State.FAIL, settled(State.PASS))["a"].since == LATER


def test_it_is_kept_since_when_nobody_knows() -> None:
    after = settled(State.STALE, settled(State.NO_DATA))

    assert (after["a"].since, after["a"].unknown_since) == (LATER, build.NOON)


@pytest.mark.parametrize(
    ("was", "state", "changed", "because"),
    [
        pytest.param(State.PASS, State.FAIL, "", "data", id="the same rule"),
        pytest.param(State.PASS, State.FAIL, "a", "rule", id="another rule"),
        pytest.param(State.FAIL, State.EXEMPT, "", "exemption", id="exempted"),
        pytest.param(State.EXEMPT, State.FAIL, "", "exemption", id="no longer exempt"),
        pytest.param(State.UPCOMING, State.FAIL, "", "rule", id="the announced day came"),
    ],
)
def test_a_move_says_what_moved_it(was: State, state: State, changed: str, because: str) -> None:
    before = settled(was)

    moves = find_moves(list(settled(state, before).values()), before, {changed})

    assert moves == [("a", was, state, because)]


def test_a_check_that_is_gone_moves_to_nothing() -> None:
    assert find_moves([], settled(State.PASS)) == [("a", "pass", "", "rule")]


def test_a_grade_that_moved_says_what_moved_it() -> None:
    first = settled(State.PASS)
    graded = find_grade(CARD, Standing("tier-1"), list(first.values()), before=None, now=build.NOON)
    then = settled(State.FAIL, first)
    fallen = find_grade(CARD, Standing("tier-1"), list(then.values()), before=graded, now=LATER)

    change = find_change(fallen, graded, find_moves(list(then.values()), first), LATER)

    assert change is not None
    assert (change.was_level, change.level, change.because, fallen.since) == ("low", "", "data", LATER)
    assert find_change(graded, graded, [], LATER) is None
