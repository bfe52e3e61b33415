"""What a change does to scorecards: real repositories, and each kind of change alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from build import git
from scorecards.previewed import CARD, LEDGER, RUNBOOK, TILL, WINDOW, Change, exported, levels, moves
from waypost.scorecards.preview.layout import markdown, plain_text
from waypost.scorecards.preview.model import Absent, Blocker, Covers, Direction, Use
from waypost.scorecards.preview.telling import blocks_of, summary_of

MakeChange = Callable[..., Change]
CI_SOURCE = """apiVersion: waypost.dev/v1alpha1
kind: FactSource
metadata: {name: ci, title: CI}
spec: {collector: ci, facts: {ci.coverage: {type: number}}}
"""
COVERED = """    - id: covered
      title: Covered
      level: silver
      rule: "facts.ci.coverage >= 80.0"
"""


@pytest.fixture
def make_change(tmp_path: Path) -> MakeChange:
    """Makes a branch of the small estate, with some files more."""
    return lambda files=None: Change(tmp_path / "estate", files or {})


@pytest.fixture
def change(make_change: MakeChange) -> Change:
    """A branch of the small estate that has changed nothing yet."""
    return make_change()


def test_a_revision_compared_with_itself_is_empty(change: Change) -> None:
    change.write("src/main.go", "package main\n")

    found = change.preview()

    assert found.is_empty
    assert summary_of(found) == ""
    assert [len(card.rows) for card in found.cards] == [3]


def test_a_stricter_threshold_says_who_falls_and_why(change: Change) -> None:
    change.replace(CARD, 'tier-1: 20, "*": 10', 'tier-1: 30, "*": 10')

    card = change.card()

    assert [edit.text for edit in card.edits] == ["check `described`: parameters `least` `tier-1` 20 → 30"]
    assert levels(card) == {"till": ("gold", "bronze")}
    [row] = card.moved
    assert row.because == (Blocker("described", "fail", "25 of 30"),)
    assert row.target_move == "misses"
    assert moves(card) == {("till", "described", "pass", "fail", "rule")}
    assert card.states["described"] == ({"pass": 2, "fail": 1}, {"pass": 1, "fail": 2})


def test_a_new_check_costs_a_level_where_it_is_not_met(change: Change) -> None:
    rule = "    - {id: tagged, title: Tagged, level: bronze, rule: \"'x' in entity.metadata.tags\"}\n"
    change.replace(CARD, "  checks:\n", f"  checks:\n{rule}")

    card = change.card()

    assert [edit.text for edit in card.edits] == ["check `tagged` is new, level bronze"]
    assert levels(card) == {"till": ("gold", ""), "ledger": ("gold", ""), "window": ("bronze", "")}
    assert moves(card) == {(name, "tagged", "", "fail", "rule") for name in ("till", "ledger", "window")}


def test_a_check_that_moves_to_a_lower_level_moves_no_check(change: Change) -> None:
    change.replace(CARD, "title: Described\n      level: silver", "title: Described\n      level: bronze")

    card = change.card()

    assert levels(card) == {"window": ("bronze", "")}
    assert moves(card) == set()
    assert [blocker.check for row in card.moved for blocker in row.because] == ["described"]


def test_a_removed_exemption_ends_what_it_covered(change: Change) -> None:
    (change.root / "catalog/exemptions.yaml").unlink()

    found = change.preview()

    [card] = found.cards
    assert levels(card) == {"ledger": ("gold", "silver")}
    assert moves(card) == {("ledger", "runbook", "exempt", "fail", "exemption")}
    [move] = found.exemptions
    assert (move.name, move.before, move.after) == (
        "ledger-is-new",
        Covers(Use.NEEDED, 1, 1),
        Covers(Use.ABSENT),
    )


def test_an_exemption_from_what_is_met_now_is_unused(change: Change) -> None:
    change.write(
        "site/runbooks/ledger.md", RUNBOOK.replace("till", "ledger").replace("TillDown", "LedgerDown")
    )

    found = change.preview()

    [move] = found.exemptions
    assert move.after == Covers(Use.UNUSED, 0, 1)
    assert levels(found.cards[0]) == {}


def test_a_changed_tier_is_judged_by_its_parameters_and_target(change: Change) -> None:
    change.replace("catalog/ledger.yaml", "tier-2", "tier-1")

    [row] = change.card().moved

    assert row.before is not None
    assert row.after is not None
    assert (row.before.tier, row.after.tier) == ("tier-2", "tier-1")
    assert (row.before.level, row.after.level, row.target_move) == ("gold", "bronze", "misses")


def test_a_deleted_page_that_was_the_runbook_counts(change: Change) -> None:
    (change.root / "site/runbooks/till-down.md").unlink()

    card = change.card()

    assert levels(card) == {"till": ("gold", "silver")}
    assert moves(card) == {("till", "runbook", "pass", "fail", "data")}


def test_a_renamed_scorecard_stands_beside_what_it_was(change: Change) -> None:
    change.replace(CARD, "name: ready", "name: fit")

    found = change.preview()

    [card] = found.cards
    assert card.edits[0].text.startswith("renamed from `ready`: ")
    assert levels(card) == {"ledger": ("gold", "silver")}
    assert [move.after.use for move in found.exemptions] == [Use.NOTHING]


@pytest.mark.parametrize(("is_new", "direction"), [(True, Direction.JOINS), (False, Direction.LEAVES)])
def test_a_scorecard_that_comes_or_goes_has_one_side(
    change: Change, *, is_new: bool, direction: Direction
) -> None:
    if is_new:
        git(change.root, "switch", "-q", "main")
        text = (change.root / CARD).read_text(encoding="utf-8")
        git(change.root, "rm", "-q", CARD)
        git(change.root, "commit", "-q", "-m", "Drop")
        git(change.root, "switch", "-q", "-c", "again")
        change.write(CARD, text)
    else:
        (change.root / CARD).unlink()

    card = change.card()

    assert {row.direction for row in card.rows} == {direction}
    assert ((card.before is None), (card.after is None)) == (is_new, not is_new)


def test_new_and_removed_entities_join_and_leave(change: Change) -> None:
    git(change.root, "mv", "catalog/window.yaml", "catalog/door.yaml")
    change.replace("catalog/door.yaml", "name: window", "name: door")

    card = change.card()

    assert {row.entity: row.direction for row in card.moved} == {
        "component:default/door": Direction.JOINS,
        WINDOW: Direction.LEAVES,
    }


def test_a_fact_source_that_gives_up_a_path_leaves_no_data(change: Change) -> None:
    change.replace("catalog/facts/catalog.yaml", ", catalog.ownership: {type: object}", "")

    found = change.preview()

    assert found.sources == ("fact source `catalog`: gives up `catalog.ownership`",)
    [card] = found.cards
    assert levels(card)["till"] == ("gold", "")
    assert {row.is_graced for row in card.moved} == {True}
    assert ("till", "owned", "pass", "no-data", "data") in moves(card)


@pytest.mark.parametrize("side", ["before", "after"])
def test_a_rule_that_does_not_compile_is_told_and_not_compared(change: Change, side: str) -> None:
    rule = 'rule: "has(facts.docs.runbook)"'
    change.replace(CARD, rule, 'rule: "has(facts.docs.runbook"')
    if side == "before":
        change.preview()
        git(change.root, "branch", "--force", "main")
        change.replace(CARD, 'rule: "has(facts.docs.runbook"', rule)

    found = change.preview()

    assert found.cards == ()
    [broken] = found.broken
    assert (broken.kind, broken.name, broken.side) == ("Scorecard", "ready", side)
    assert broken.place == f"{CARD}:23"
    assert f"cannot be read {side} the change" in markdown(blocks_of(found))


def test_an_upcoming_check_tells_who_would_fail_on_its_day(change: Change) -> None:
    change.replace(CARD, "params: {least", 'notBefore: "2027-01-15"\n      params: {least')

    [upcoming] = change.card().upcoming

    assert (upcoming.check, str(upcoming.on), upcoming.would) == (
        "described",
        "2027-01-15",
        {"pass": 2, "fail": 1},
    )
    assert (upcoming.falls, upcoming.failing) == (1, (WINDOW,))


def test_what_hangs_on_facts_that_are_not_at_hand_is_not_compared(make_change: MakeChange) -> None:
    change = make_change({"catalog/facts/ci.yaml": CI_SOURCE})
    change.replace(CARD, "  checks:\n", f"  checks:\n{COVERED}")

    found = change.preview()

    assert found.absent == (Absent("ci", "its facts are not at hand here", 1),)
    [card] = found.cards
    assert card.uncompared == {"covered": ("ci",)}
    assert levels(card) == {}
    assert "1 check could not be compared" in plain_text(blocks_of(found))


def test_given_facts_are_the_same_on_both_sides(make_change: MakeChange, tmp_path: Path) -> None:
    change = make_change({"catalog/facts/ci.yaml": CI_SOURCE})
    change.replace(CARD, "  checks:\n", f"  checks:\n{COVERED}")
    facts = exported(tmp_path / "facts.ndjson", (TILL, "ci.coverage", 70), (LEDGER, "ci.coverage", 90.5))

    found = change.preview(facts=facts)

    assert found.absent == ()
    assert levels(found.cards[0]) == {"till": ("gold", "bronze")}
    assert {move for move in moves(found.cards[0]) if move[1] == "covered"} == {
        ("till", "covered", "", "fail", "rule"),
        ("ledger", "covered", "", "pass", "rule"),
        ("window", "covered", "", "no-data", "rule"),
    }


def test_a_path_that_the_change_declares_first_is_unknown(make_change: MakeChange, tmp_path: Path) -> None:
    change = make_change({"catalog/facts/ci.yaml": CI_SOURCE})
    change.replace("catalog/facts/ci.yaml", "{type: number}", "{type: number}, ci.flaky: {type: integer}")
    change.replace(CARD, "  checks:\n", f"  checks:\n{COVERED.replace('coverage >= 80.0', 'flaky < 3')}")

    found = change.preview(facts=exported(tmp_path / "facts.ndjson", (TILL, "ci.coverage", 70)))

    assert [(each.source, each.checks) for each in found.absent] == [("ci", 1)]
    assert "nobody has collected it yet" in found.absent[0].reason


def test_only_the_scorecard_that_is_asked_for_is_compared(change: Change) -> None:
    text = (change.root / CARD).read_text(encoding="utf-8").replace("name: ready", "name: other")
    change.write("catalog/scorecards/other.yaml", text)
    change.replace(CARD, "tier-1: 20", "tier-1: 30")

    found = change.preview(scorecard="ready")

    assert [card.card.name for card in found.cards] == ["ready"]


def test_a_touched_file_moves_nothing_but_its_own_history(make_change: MakeChange) -> None:
    source = CI_SOURCE.replace("name: ci, title: CI", "name: git, title: Git").replace(
        "collector: ci, facts: {ci.coverage: {type: number}}", "collector: git, facts: {git.lastChange: {type: timestamp}}"
    )  # fmt: skip
    rule = COVERED.replace("facts.ci.coverage >= 80.0", "timestamp(facts.git.lastChange) <= now")
    change = make_change({"catalog/facts/git.yaml": source})
    change.replace(CARD, "  checks:\n", f"  checks:\n{rule}")
    change.preview()
    git(change.root, "branch", "--force", "main")
    change.replace("catalog/window.yaml", "Shows", "Shop")

    assert change.preview().is_empty


def test_where_the_copy_of_before_lies_is_no_change(change: Change) -> None:
    rule = "    - {id: placed, title: Placed, rule: \"entity.metadata.annotations['backstage.io/managed-by-location'].startsWith('file:ROOT/')\"}\n"
    change.replace(CARD, "  checks:\n", f"  checks:\n{rule.replace('ROOT', str(change.root))}")
    change.preview()
    git(change.root, "branch", "--force", "main")
    change.write("site/index.md", "# Other\n")

    assert change.preview().is_empty


def test_a_campaign_tells_how_far_entities_are_on_both_sides(change: Change) -> None:
    campaign = """apiVersion: waypost.dev/v1alpha1
kind: Campaign
metadata: {name: runbooks-for-all, title: Runbooks for all}
spec: {scorecard: ready, checks: [described], start: 2026-10-01, deadline: 2026-12-31}
"""
    change.write("catalog/campaign.yaml", campaign)

    text = markdown(blocks_of(change.preview()))

    assert "| `runbooks-for-all` | new | not counted | 2 of 3 done, 1 left |" in text


def test_the_text_reads_well_to_a_reviewer(change: Change) -> None:
    change.replace(CARD, 'tier-1: 20, "*": 10', 'tier-1: 30, "*": 4')

    found = change.preview()
    text = markdown(blocks_of(found))

    assert summary_of(found) == "1 entity falls, 1 entity rises"
    assert text.startswith("**1 of 3 entities falls, 1 rises; 1 newly misses a target; 2 teams.**\n")
    assert "| meet their target | 3 of 3 | 2 of 3 |" in text
    assert (
        "| `component:default/till` | `group:default/pay` | tier-1 | gold → bronze | `described` fail: 25 of 30 |"
        in text
    )
    assert "| tier-2 | 0 of 2 | 1 of 2 | 2 of 2 → 2 of 2 |" in text
    assert "| `described` | pass → fail | 1 of 3 | rule | `component:default/till` 25 of 30 |" in text
    assert plain_text(blocks_of(found)).splitlines()[0] == text.splitlines()[0].strip("*")


def test_what_authors_write_cannot_break_the_comment(change: Change) -> None:
    change.replace(CARD, 'message: "${', 'message: "@all | <b>x</b> `y` ${')
    change.replace(CARD, "title: Ready", "title: '<script> | @ready'")
    change.replace(CARD, "tier-1: 20", "tier-1: 30")

    text = markdown(blocks_of(change.preview()))

    assert "<script>" not in text
    assert "<b>" not in text
    assert "@all" not in text
    assert "@ready" not in text
    rows = [line for line in text.splitlines() if line.startswith("| `component")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {6}


def test_every_owner_stays_in_the_order_of_its_name(change: Change) -> None:
    change.replace(CARD, 'tier-1: 20, "*": 10', 'tier-1: 200, "*": 100')

    first, second = (markdown(blocks_of(change.preview())) for _ in range(2))

    assert first == second
