"""How the level of an entity changed, and what moved it: the rule, the data, an exemption, or time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from markupsafe import Markup

from waypost.scorecards.pages.estate import Estate, Grade
from waypost.scorecards.pages.html import check_link, day_html, percent, table

MOST: Final = 8
"""So many changes are told, the newest first."""
_FEW: Final = 4
_BACK: Final = timedelta(days=90)

_BECAUSE: Final = {
    "rule": "the rule changed",
    "data": "the data changed",
    "exemption": "an exemption began or ended",
    "time": "time passed",
}


def history_html(grade: Grade, card: Mapping[str, Any], estate: Estate, now: datetime) -> Markup:
    """Return the changes of *grade* in the last 90 days, folded; "" where nothing has changed."""
    moved = estate.changes(card["name"], (now - _BACK).date()).get(grade.entity, ())
    if not moved:
        return Markup("")
    rows = (_row(change, card) for change in moved[:MOST])
    inside = table("What changed", ["Day", "Level", "Score", "Because", "What moved"], rows)
    left = Markup("<p>And {} before.</p>").format(len(moved) - MOST) if len(moved) > MOST else ""
    return Markup(
        '<details class="wp-fold"><summary>What changed in 90 days ({})</summary>{}{}</details>'
    ).format(len(moved), inside, left)


def _row(change: Mapping[str, Any], card: Mapping[str, Any]) -> Sequence[str | Markup]:
    level, was = change["level"] or "none", change["was"] or "none"
    return (
        day_html(change["at"]),
        f"{was} → {level}" if was != level else f"{level}, as before",
        percent(change["score"]),
        _BECAUSE.get(change["because"], change["because"]),
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
