"""What holds for the preview of any change: backwards it says the opposite, and it says what evaluating anew says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import build
from scorecards.previewed import CARD, EXEMPTION, FILES, RUNBOOK, SCORECARD
from waypost.core.host import find_plugins, load_knowledge
from waypost.core.plugin import Before, Knowledge
from waypost.core.progress import SilentProgress
from waypost.core.workspace import Workspace
from waypost.scorecards.preview.comparing import preview
from waypost.scorecards.preview.model import CardPreview, Direction, Preview, Row

_OPPOSITE = {
    Direction.RISES: Direction.FALLS,
    Direction.FALLS: Direction.RISES,
    Direction.JOINS: Direction.LEAVES,
    Direction.LEAVES: Direction.JOINS,
    Direction.STAYS: Direction.STAYS,
}
_EXTRA = "    - {id: tagged, title: Tagged, level: bronze, rule: \"'x' in entity.metadata.tags\"}\n"
_PLUGINS = find_plugins()


def _draw(draw: st.DrawFn) -> Mapping[str, str]:
    """Draw the files of a small estate: what may differ between any two of them is what a change may touch."""
    card = SCORECARD.replace("tier-1: 20", f"tier-1: {draw(st.sampled_from([20, 30]))}")
    card = card.replace("level: silver\n", f"level: {draw(st.sampled_from(['bronze', 'silver']))}\n")
    if draw(st.booleans()):
        card = card.replace("  checks:\n", f"  checks:\n{_EXTRA}")
    if draw(st.booleans()):
        card = card.replace(
            "[{name: bronze, title: Bronze}, ", "[{name: base, title: Base}, {name: bronze, title: Bronze}, "
        )
    files = {**FILES, CARD: card.replace("name: ready", f"name: {draw(st.sampled_from(['ready', 'fit']))}")}
    files["catalog/ledger.yaml"] = FILES["catalog/ledger.yaml"].replace(
        "tier-2", draw(st.sampled_from(["tier-1", "tier-2"]))
    )
    files["catalog/exemptions.yaml"] = EXEMPTION if draw(st.booleans()) else ""
    files["site/runbooks/till-down.md"] = RUNBOOK if draw(st.booleans()) else "# Nothing\n"
    if draw(st.booleans()):
        del files["catalog/window.yaml"]
    return files


class Estates:
    """Estates that were written and loaded, each once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, tuple[Workspace, Knowledge]] = {}

    def preview(self, before: Mapping[str, str], after: Mapping[str, str]) -> Preview:
        """Return what it does to get from *before* to *after*."""
        (old, known), (new, knowledge) = self._load(before), self._load(after)
        knowledge.put(Before("base", old, known))
        return preview(new, knowledge, build.NOON, SilentProgress())

    def _load(self, files: Mapping[str, str]) -> tuple[Workspace, Knowledge]:
        key = repr(sorted(files.items()))
        if key not in self._known:
            workspace = build.workspace(self._folder / str(len(self._known)), files)
            self._known[key] = workspace, load_knowledge(workspace, _PLUGINS)
        return self._known[key]


@pytest.fixture(scope="module")
def estates(tmp_path_factory: pytest.TempPathFactory) -> Estates:
    """No estate yet."""
    return Estates(tmp_path_factory.mktemp("estates"))


_ANY = st.composite(_draw)()


@settings(max_examples=12, deadline=None)
@given(before=_ANY, after=_ANY)
def test_backwards_a_change_does_the_opposite(
    estates: Estates, before: Mapping[str, str], after: Mapping[str, str]
) -> None:
    forth, back = estates.preview(before, after), estates.preview(after, before)

    assert {told(row, 1) for row in rows(forth)} == {told(row, -1) for row in rows(back)}
    assert [(each.name, each.before, each.after) for each in forth.exemptions] == [
        (each.name, each.after, each.before) for each in back.exemptions
    ]


@settings(max_examples=12, deadline=None)
@given(before=_ANY, after=_ANY)
def test_what_is_taken_over_from_before_is_what_evaluating_anew_gives(
    estates: Estates, before: Mapping[str, str], after: Mapping[str, str]
) -> None:
    compared, anew = estates.preview(before, after), estates.preview({}, after)

    assert {(row.entity, row.after) for row in rows(compared) if row.after} == {
        (row.entity, row.after) for row in rows(anew)
    }
    assert {card.card.name: after_of(card) for card in compared.cards if card.after} == {
        card.card.name: after_of(card) for card in anew.cards
    }


@settings(max_examples=4, deadline=None)
@given(files=_ANY)
def test_nothing_moves_from_a_state_to_itself(estates: Estates, files: Mapping[str, str]) -> None:
    assert estates.preview(files, files).is_empty


def rows(found: Preview) -> list[Row]:
    return [row for card in found.cards for row in card.rows]


def after_of(card: CardPreview) -> dict[str, Mapping[str, int]]:
    return {check: after for check, (_, after) in card.states.items() if after}


def told(row: Row, way: int) -> tuple[object, ...]:
    """Return what *row* says, forth (1) or back (-1)."""
    moves = sorted((move.check, (move.was, move.state)[::way], move.because) for move in row.moves)
    direction = row.direction if way > 0 else _OPPOSITE[row.direction]
    blockers = tuple(each.check for each in row.because)
    return (row.entity, (row.before, row.after)[::way], direction, tuple(moves), blockers)
