"""The embeds of scorecards that show many entities, or one in a badge: trends, heat maps, badges and exemptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from markupsafe import Markup

from waypost.catalog.model import EntityRef
from waypost.core.badges import Badge, badge_svg
from waypost.core.errors import Fault, InputError, NotFoundError
from waypost.core.plots import Cell, HeatRow, heat_map
from waypost.core.plugin import Api, Embed
from waypost.core.words import counted
from waypost.scorecards.pages.estate import Estate
from waypost.scorecards.pages.html import day_html, scorecard_link, state_text, table, time_html
from waypost.scorecards.pages.trend import trend_html
from waypost.scorecards.reading.badges import check_badge, level_badge, no_badge
from waypost.scorecards.reading.trend import PARTS

_MOST: Final = 60
"""So many rows are shown, those with the most entities."""


def fill_trend(attributes: Mapping[str, str], api: Api) -> str:
    """Return how ``scorecard`` came to where it is, or with ``owner`` that part of it."""
    card = _card(attributes, api)
    if card is None:
        return _no_card(attributes)
    owner = attributes.get("owner", "")
    part = {"by": "owner", "key": str(EntityRef.parse(owner, "group"))} if owner else {}
    drawn = trend_html(card, Estate(api), **part)
    return str(Markup("<div>{}{}</div>").format(drawn, _stamp(card)))


def fill_heat_map(attributes: Mapping[str, str], api: Api) -> str:
    """Return how many entities of each owner, system, domain or tier (``rows``) meet each check of ``scorecard``."""
    card = _card(attributes, api)
    if card is None:
        return _no_card(attributes)
    by = attributes.get("rows") or "owner"
    if by not in PARTS:
        raise InputError("an embed", [Fault("rows", f"must be one of {', '.join(PARTS)}")])
    found = api.get(f"/api/scorecards/{card['name']}/heat-map", rows=by)
    rows = sorted(found["rows"], key=lambda row: (-row["entities"], row["key"]))
    drawn = heat_map(
        f"{card['title']}: checks met, by {by}",
        [check["title"] for check in found["checks"]],
        [
            HeatRow(
                Markup("{} <small>{}</small>").format(row["key"] or "none", row["entities"]),
                list(map(_cell, row["cells"])),
            )
            for row in rows[:_MOST]
        ],
        corner=by.capitalize(),
    )
    left = max(0, len(rows) - _MOST)
    more = Markup("<p>And {} more with fewer entities.</p>").format(left) if left else ""
    return str(Markup("<div>{}{}{}</div>").format(drawn, more, _stamp(card)))


def _cell(cell: Mapping[str, Any]) -> Cell:
    notes = [f"{cell[name]}{sign}" for name, sign in (("unknown", "?"), ("exempt", "○")) if cell[name]]
    return Cell(cell["met"], cell["of"], " ".join(notes))


def fill_badge(attributes: Mapping[str, str], api: Api) -> str:
    """Return the level of ``entity`` in ``scorecard`` as a badge, or with ``check`` what that came to."""
    card = _card(attributes, api)
    if card is None:
        return _no_card(attributes)
    if not attributes.get("entity"):
        raise InputError("an embed", [Fault("entity", "name an entity, such as component:default/checkout")])
    ref = EntityRef.parse(attributes["entity"], "component")
    answer = api.get(f"/api/scorecards/results/by-entity/{ref.kind}/{ref.namespace}/{ref.name}")
    grade = next((each for each in answer["items"] if each["scorecard"] == card["name"]), None)
    return badge_svg(_badge(card, grade, ref, attributes.get("check", "")))


def _badge(card: Mapping[str, Any], grade: Mapping[str, Any] | None, ref: EntityRef, check: str) -> Badge:
    if grade is None:
        return no_badge(card["title"], "not graded", f"it does not apply to {ref}")
    if not check:
        return level_badge(grade)
    return check_badge(grade, check) or no_badge(
        check, "no such check", f"{card['name']} has none of that name"
    )


def fill_exemptions(attributes: Mapping[str, str], api: Api) -> str:
    """Return which exemptions are active for what ``owner`` owns, the first to end first."""
    if not attributes.get("owner"):
        raise InputError("an embed", [Fault("owner", "name a group, such as group:default/checkout")])
    owner = EntityRef.parse(attributes["owner"], "group")
    ledger = api.get("/api/scorecards/exemptions", owner=str(owner), state="active")
    items = sorted(ledger["items"], key=lambda item: (item["endsAt"], item["entity"], item["check"]))
    told = Markup("<p>{} has {}.<br><small>as of {}</small></p>").format(
        owner, counted(len(items), "active exemption"), time_html(ledger["at"])
    )
    rows = [
        (item["entity"], item["checkTitle"], state_text(item["would"] or "exempt"),
         day_html(item["endsAt"]), item["reason"])
        for item in items[:_MOST]
    ]  # fmt: skip
    heads = ["Entity", "Check", "Would be", "Until", "Reason"]
    shown = table(f"Active exemptions of {owner}", heads, rows) if rows else ""
    return str(Markup("<div>{}{}</div>").format(told, shown))


def _card(attributes: Mapping[str, str], api: Api) -> dict[str, Any] | None:
    if not attributes.get("scorecard"):
        raise InputError("an embed", [Fault("scorecard", "name a scorecard, such as production-readiness")])
    try:
        card: dict[str, Any] = api.get(f"/api/scorecards/{attributes['scorecard']}")
    except NotFoundError:
        return None
    return card


def _no_card(attributes: Mapping[str, str]) -> str:
    return str(Markup("There is no scorecard named {}.").format(attributes["scorecard"]))


def _stamp(card: Mapping[str, Any]) -> Markup:
    return Markup("<p><small>{}, of {}, evaluated {}</small></p>").format(
        scorecard_link(card["name"], card["title"]),
        counted(card["rollUp"]["entities"], "entity"),
        time_html(card["asOf"]),
    )


MANY_EMBEDS: Final = (
    Embed(
        "waypost-score-trend",
        ("scorecard", "owner"),
        "How a scorecard's targets and levels came to where they are, of all or of one owner.",
        fill_trend,
        optional=frozenset({"owner"}),
    ),
    Embed(
        "waypost-heat-map",
        ("scorecard", "rows"),
        "How many entities of each owner, system, domain or tier meet each check.",
        fill_heat_map,
        optional=frozenset({"rows"}),
    ),
    Embed(
        "waypost-badge",
        ("entity", "scorecard", "check"),
        "An entity's level, or what one check came to, as a badge.",
        fill_badge,
        optional=frozenset({"check"}),
    ),
    Embed(
        "waypost-exemptions",
        ("owner",),
        "Which exemptions are active for what a group owns, and until when.",
        fill_exemptions,
    ),
)
