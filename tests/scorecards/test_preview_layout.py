"""The layout of a preview, and what is asked before anything is evaluated: bounds, escapes, and short ways."""

from __future__ import annotations

import pytest

from conftest import MakeWorkspace
from scorecards.estate import FILES, load
from waypost.core.baseline import Change
from waypost.core.plugin import Before
from waypost.scorecards.model import AppliesTo, Check, Level, Scorecard
from waypost.scorecards.preview.definitions import edits_of, pair_cards
from waypost.scorecards.preview.layout import (
    MOST_FOLDED,
    MOST_ROWS,
    Block,
    Bullets,
    Code,
    Grid,
    Heading,
    markdown,
    plain_text,
)
from waypost.scorecards.preview.model import Direction
from waypost.scorecards.preview.moving import Scale, direction_of
from waypost.scorecards.preview.touching import may_move

WATCHING = (
    "---\nkind: guide\ntitle: Watch\nowner: group:default/pay\nwatches: [infra/dns.tf, modules]\n---\n# W\n"
)


def test_a_long_table_is_bounded_open_and_folded() -> None:
    rows = tuple((Code(f"e{number}"), "x") for number in range(MOST_FOLDED + 20))
    opened, folded = (markdown([Grid("All", ("A", "B"), rows, fold=fold)]) for fold in (False, True))

    assert opened.count("| `e") == MOST_ROWS
    assert folded.count("| `e") == MOST_FOLDED
    assert "… and 20 more: " in folded
    assert folded.startswith("<details><summary>All</summary>\n\n| A | B |")
    assert folded.endswith("</details>")


def test_plain_text_has_columns_and_no_marks() -> None:
    blocks: list[Block] = [
        Heading("Ready (`ready`)"),
        Bullets(("check `a` is new",)),
        Grid("T", ("A", "B"), (("x", ("y", "z")),)),
    ]

    assert plain_text(blocks) == "Ready (ready)\n=============\n\n- check a is new\n\nT:\n  A  B\n  x  y z"


@pytest.mark.parametrize(
    ("path", "moves"),
    [
        pytest.param("catalog/ready.yaml", True, id="the catalog"),
        pytest.param("site/how-to/own.md", True, id="a page"),
        pytest.param("adr/0001-a.md", True, id="a decision"),
        pytest.param("waypost.toml", True, id="the settings"),
        pytest.param(".github/CODEOWNERS", True, id="code owners"),
        pytest.param("infra/dns.tf", True, id="a watched file"),
        pytest.param("modules/vpc/main.tf", True, id="a file of a watched folder"),
        pytest.param("src/catalog.go", False, id="code"),
        pytest.param("README.md", False, id="a file that nobody reads"),
    ],
)
def test_only_what_scorecards_hang_on_is_evaluated(
    make_workspace: MakeWorkspace, path: str, *, moves: bool
) -> None:
    workspace = make_workspace({**FILES, "site/watch.md": WATCHING})
    knowledge = load(workspace)
    knowledge.put(Before("base", workspace, load(workspace), (Change(path, "modified"),)))

    assert may_move(knowledge) is moves


def test_nothing_moves_where_there_is_no_scorecard(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace({"catalog/estate.yaml": FILES["catalog/estate.yaml"]})
    knowledge = load(workspace)
    change = Change("catalog/estate.yaml", "modified")
    knowledge.put(Before("base", workspace, load(workspace), (change,)))

    assert may_move(knowledge) is False


def card(name: str, *ids: str, levels: tuple[str, ...] = ("low", "high")) -> Scorecard:
    checks = tuple(Check(one, one, f"'{one}' == ''") for one in ids)
    return Scorecard(name, name, checks, levels=tuple(Level(level, level) for level in levels))


def test_a_renamed_scorecard_is_the_one_that_is_most_alike() -> None:
    old, alike, other = card("old", "a", "b", "c"), card("new", "a", "b", "d"), card("none", "a", "x", "y")

    pairs = pair_cards({"old": old}, {"new": alike, "none": other})

    assert [(was and was.name, now and now.name) for was, now in pairs] == [("old", "new"), (None, "none")]


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        pytest.param((("low", "high"), "low"), (("low", "high"), "high"), Direction.RISES, id="up"),
        pytest.param(
            (("low", "high"), "low"), (("base", "low", "high"), "base"), Direction.FALLS, id="a new lowest"
        ),
        pytest.param(
            (("low", "high"), "low"), (("base", "low", "high"), "low"), Direction.STAYS, id="the same"
        ),
        pytest.param((("low", "high"), "low"), (("high",), ""), Direction.FALLS, id="a level that went"),
        pytest.param((("low", "high"), "high"), (("one", "two"), "two"), Direction.STAYS, id="renamed"),
        pytest.param((("low", "high"), "low"), (("high", "low"), "high"), Direction.STAYS, id="turned round"),
    ],
)
def test_levels_are_compared_by_the_order_that_has_both(
    before: tuple[tuple[str, ...], str], after: tuple[tuple[str, ...], str], direction: Direction
) -> None:
    sides = [(Scale.of(card("a", levels=levels)), level) for levels, level in (before, after)]

    assert direction_of(sides[0], sides[1]) is direction


def test_every_edit_of_a_scorecard_is_told() -> None:
    old = card("ready", "a", "b")
    checks = (
        Check("a", "A", "true", weight=3, max_age={}, applies_to=AppliesTo(types=("service",))),
        Check("c", "C", "true"),
    )
    new = Scorecard("ready", "Ready", checks, levels=(Level("low", "Low"),), tier="'x'")

    assert [edit.text for edit in edits_of(old, new)] == [
        "levels low, high → low",
        "tier none → `'x'`",
        "check `c` is new, without a level",
        "check `b` is gone",
        "check `a`: rule `'a' == ''` → `true`; whom it applies to everything → type service; weight 1 → 3",
    ]
