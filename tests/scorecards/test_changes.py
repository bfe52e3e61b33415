from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

import build
from waypost.scorecards.documents import scorecard_document
from waypost.scorecards.evaluation.changes import (
    DATA,
    EXEMPTION,
    RULE,
    TIME,
    Causes,
    Judgement,
    Step,
    find_moves,
)
from waypost.scorecards.evaluation.differences import Difference
from waypost.scorecards.evaluation.found import Found
from waypost.scorecards.evaluation.settling import NEW, Times, grace_of, reorder, settle
from waypost.scorecards.model import Check, Level, Scorecard
from waypost.scorecards.sheets import Sheet, read_sheet

LATER = build.NOON + timedelta(hours=1)
LEVELS = (Level("low", "Low"), Level("high", "High"))
CARD = Scorecard(
    "ready", "Ready", tuple(Check(name, name, "true", level=level) for name, level in (("a", "low"), ("b", "high"), ("c", "high"))),
    levels=LEVELS,
)  # fmt: skip


def difference(card: Scorecard = CARD, before: Scorecard = CARD) -> Difference:
    return Difference(card, scorecard_document(card), scorecard_document(before))


def found(letters: str) -> Found:
    return Found(tuple(map(str, range(len(letters)))), list(letters))


def sheet(letters: str) -> Sheet:
    return settle(None, found(letters), build.NOON)


def cause(
    was: str,
    letters: str,
    causes: Causes,
    levels: tuple[str, str],
    *,
    times: Times | None = None,
    differing: Difference | None = None,
) -> str:
    before = sheet(was)
    after = settle(before, found(letters), LATER)
    step = Step(before, after, {})
    judgement = Judgement(
        step,
        causes,
        differing or difference(),
        times or grace_of(after, LATER),
        had_level=levels[0],
        at=LATER,
    )
    return judgement.cause(levels[1])


def test_an_unchanged_state_keeps_its_time() -> None:
    before = sheet("ppf")

    assert settle(before, found("ppf"), LATER) == before


def test_a_changed_state_has_a_new_time() -> None:
    after = settle(sheet("ppf"), found("pff"), LATER)

    assert (after.at, after.since) == (build.NOON.isoformat(), {"1": LATER.isoformat()})


def test_it_is_kept_since_when_nobody_knows() -> None:
    after = settle(sheet("npn"), found("spp"), LATER)

    assert after.unknown == {"0": build.NOON.isoformat()}


def test_what_was_not_evaluated_stays_as_it_is() -> None:
    kept = replace(sheet("ppf"), message={"0": "first", "2": "third"}, evidence={"1": [1]})

    after = settle(kept, Found(("2",), ["p"], message={"2": "better"}), LATER)

    assert (after.states, after.message, after.evidence) == ("ppp", {"0": "first", "2": "better"}, {"1": [1]})


def test_a_sheet_is_kept_as_text_and_read_again() -> None:
    kept = replace(sheet("pxn"), would={"1": "f"}, exemption={"1": "later"}, evidence={"1": {"a": None}})

    assert read_sheet(kept.states, kept.details()) == kept


def test_results_follow_their_checks_to_other_places() -> None:
    kept = replace(sheet("pfn"), message={"1": "b's"})

    moved = reorder(kept, ("a", "b", "c"), ("c", "new", "b"))

    assert (moved.states, moved.message, moved.unknown) == (
        f"n{NEW}f", {"2": "b's"}, {"0": build.NOON.isoformat()},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("was", "letter", "causes", "because"),
    [
        pytest.param("p", "f", Causes(data=frozenset({0})), DATA, id="a fact of its changed"),
        pytest.param("p", "f", Causes(rule=frozenset({0}), data=frozenset({0})), RULE, id="another rule"),
        pytest.param("f", "x", Causes(data=frozenset({0})), EXEMPTION, id="exempted"),
        pytest.param("x", "f", Causes(), EXEMPTION, id="no longer exempt"),
        pytest.param("p", "s", Causes(), TIME, id="its fact grew old"),
        pytest.param("u", "f", Causes(), TIME, id="the announced day came"),
    ],
)
def test_a_move_says_what_moved_it(was: str, letter: str, causes: Causes, because: str) -> None:
    step = Step(sheet(was + "pp"), sheet(letter + "pp"), {})

    [move] = find_moves(step, causes, difference().checks)

    assert (move[0], move[3]) == ("a", because)


def test_a_check_that_is_gone_moves_to_nothing() -> None:
    assert find_moves(Step(sheet("p"), sheet("p"), {"old": "f"}), Causes(), ["a"]) == [
        ("old", "fail", "", "rule")
    ]


def test_what_moved_a_level_is_the_check_that_decides_it_not_any_that_moved() -> None:
    # b's rule changed, and it stays above; a's data made the fall.
    causes = Causes(rule=frozenset({1}), data=frozenset({0}))

    assert cause("ppp", "ffp", causes, ("high", "")) == DATA
    assert cause("ppp", "pfp", causes, ("high", "low")) == RULE


def test_where_each_of_several_would_do_it_the_rule_is_told_first() -> None:
    causes = Causes(rule=frozenset({1}), data=frozenset({2}))

    assert cause("ppp", "pff", causes, ("high", "low")) == RULE


def test_where_all_of_several_are_needed_for_a_rise_the_rule_is_told_first() -> None:
    assert cause("pfx", "pxp", Causes(data=frozenset({2})), ("low", "high")) == EXEMPTION


def test_a_level_falls_by_time_when_the_grace_of_its_check_is_over() -> None:
    over = Times(over=frozenset({0}))

    assert cause("npp", "npp", Causes(), ("high", ""), times=over) == TIME


def test_a_check_that_came_to_another_level_moves_by_rule() -> None:
    before = replace(CARD, checks=(*CARD.checks[:2], replace(CARD.checks[2], level="")))

    assert cause("ppf", "ppf", Causes(), ("high", "low"), differing=difference(before=before)) == RULE
