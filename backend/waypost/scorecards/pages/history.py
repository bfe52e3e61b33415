"""How the level of an entity changed, and what moved it: the rule, the data, an exemption, or time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup

from waypost.catalog.model import EntityRef
from waypost.scorecards.pages.estate import Estate, Grade
from waypost.scorecards.pages.html import check_link, day_html, percent, table

MOST: Final = 8
"""So many changes are told, the newest first."""
_FEW: Final = 4

_BECAUSE: Final = {
    "rule": "the rule changed",
    "data": "the data changed",
    "exemption": "an exemption began or ended",
    "time": "time passed",
}


def history_html(grade: Grade, card: Mapping[str, Any], estate: Estate) -> Markup:
    """Return the newest changes of *grade*, folded; "" where nothing has changed since it was first judged."""
    ref = EntityRef.parse(grade.entity)
    found = estate.find(f"/api/scorecards/{card['name']}/history/{ref.kind}/{ref.namespace}/{ref.name}")
    changes = [change for change in found["items"] if change["because"] in _BECAUSE] if found else []
    # The first is that it was judged at all: nothing moved.
    moved = [change for change in changes if change["was"] or any(move["was"] for move in change["moves"])]
    if not moved:
        return Markup("")
    rows = (_row(change, card) for change in moved[:MOST])
    inside = table("What changed", ["Day", "Level", "Score", "Because", "What moved"], rows)
    return Markup('<details class="wp-fold"><summary>What changed ({})</summary>{}</details>').format(
        len(moved), inside
    )


def _row(change: Mapping[str, Any], card: Mapping[str, Any]) -> Sequence[str | Markup]:
    level, was = change["level"] or "none", change["was"] or "none"
    return (
        day_html(change["at"]),
        f"{was} → {level}" if was != level else f"{level}, as before",
        percent(change["score"]),
        _BECAUSE[change["because"]],
        Markup(", ").join(_moves(change["moves"], card)),
    )


def _moves(moves: Sequence[Mapping[str, Any]], card: Mapping[str, Any]) -> Iterator[Markup]:
    titles = {check["id"]: check["title"] for check in card["checks"]}
    for move in moves[:_FEW]:
        check = move["check"]
        shown = (
            check_link(card["name"], check, titles[check]) if check in titles else Markup("{}").format(check)
        )
        yield Markup("{}: {} → {}").format(shown, move["was"] or "not asked", move["state"] or "not asked")
    if len(moves) > _FEW:
        yield Markup("and {} more").format(len(moves) - _FEW)
