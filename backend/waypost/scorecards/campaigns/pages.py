"""The pages of campaigns: an index, and for each its course and who is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from markupsafe import Markup

from waypost.adr.model import Decisions
from waypost.catalog.model import Catalog
from waypost.core.markup import page_link, plain
from waypost.core.plots import Mark, Point, Series, line_chart
from waypost.core.plugin import SiteContext, SitePage
from waypost.core.words import counted
from waypost.documents.model import Documents
from waypost.scorecards.model import GAINED
from waypost.scorecards.pages.estate import estate_of
from waypost.scorecards.pages.html import (
    check_link,
    day_html,
    decision_link,
    entity_link,
    fix_link,
    scorecard_link,
    share_of,
    state_text,
    table,
    time_html,
)
from waypost.scorecards.pages.rest import csv_page, rest_html

FOLDER: Final = "scorecards/campaigns/"
INDEX: Final = f"{FOLDER}index.md"
MOST: Final = 500
"""So many entities are listed on a page; where there are more, a CSV beside it has all of them."""

STATES: Final[Mapping[str, str]] = {
    "announced": "announced",
    "on-plan": "on plan",
    "behind": "behind its plan",
    "over": "over, and not all are done",
    "done": "done",
}
DEEDS: Final[Mapping[str, str]] = {
    "report": "whoever is left is shown here",
    "warn": "whoever is left is warned on the pages of the entity and of its team, and in the terminal",
    "block": "whoever is left is warned, and stopped by waypost score --gate",
}

Item = Mapping[str, Any]


def campaigns_of(context: SiteContext) -> Sequence[Item]:
    """Return each campaign that teams see, with its course and who is left, by deadline; each is asked for once."""
    return estate_of(context).campaigns


def campaign_pages(context: SiteContext) -> Iterator[SitePage]:
    """Give the index and a page for each campaign; nothing where there is none."""
    items = campaigns_of(context)
    if not items:
        return
    yield SitePage(INDEX, "Campaigns", _index(items))
    for item in items:
        yield SitePage(
            _uri(item),
            item["title"],
            campaign_markdown(item, context),
            source=item["path"],
            meta={"kind": "campaign", "description": item["description"], "in_nav": False},
        )
        if len(item["items"]) > MOST:
            yield csv_page(_uri(item), _HEADS, map(_csv_row, _ordered(item)))


def _uri(item: Item) -> str:
    return f"{FOLDER}{item['name']}.md"


def campaign_link(item: Item) -> Markup:
    """Return a link to the page of the campaign *item*."""
    return page_link(_uri(item), item["title"])


def _index(items: Sequence[Item]) -> str:
    rows = [
        (
            campaign_link(item),
            scorecard_link(item["scorecard"], item["scorecardTitle"]),
            STATES[item["state"]],
            share_of(item["counts"]["done"], item["counts"]["of"]),
            _due(item),
            item["deadline"],
        )
        for item in items
    ]
    heads = ["Campaign", "Scorecard", "Stands", "Done", "Due by now", "Deadline"]
    lead = Markup('<p class="wp-lead">What everything should meet by a day, step by step.</p>')
    return f"# Campaigns\n\n{lead}\n\n{table('Campaigns', heads, rows)}\n"


def _due(item: Item) -> str:
    return f"{item['due']} of {item['counts']['of']}"


def campaign_markdown(item: Item, context: SiteContext) -> str:
    """Return the page of the campaign *item*."""
    parts: list[str | Markup] = [
        f"# {plain(item['title'])}",
        Markup('<p class="wp-lead">{}</p>').format(item["description"]),
        _standing(item),
        _about(item, context.knowledge[Catalog]),
        "## Course",
        burn_down_chart(item, context.now.date()),
        "## What it asks",
        _asks(item, context),
        "## Who is not done, by team",
        _teams(item, context.knowledge[Catalog]),
        "## Who is not done",
        _left(item, context),
    ]
    return "\n\n".join(map(str, parts)) + "\n"


def _standing(item: Item) -> Markup:
    counts, step = item["counts"], item["next"]
    told = [f"{share_of(counts['done'], counts['of'])} done", f"{item['due']} due by now"]
    if item["behind"]:
        told.append(f"{item['behind']} behind")
    told += [
        text
        for number, text in (
            (counts["unknown"], f"{counts['unknown']} not known"),
            (counts["exempt"], f"{counts['exempt']} exempt, which count on neither side"),
        )
        if number
    ]
    following = ""
    if step:
        missing = f"{counted(step['missing'], 'entity')} to go" if step["missing"] else "reached already"
        following = f" {step['percent']:g}% by {step['date']}: {missing}."
    return Markup("<p><strong>{}</strong>: {}.{} <small>Evaluated {}.</small></p>").format(
        STATES[item["state"]].capitalize(), ", ".join(told), following, time_html(item["asOf"])
    )


def _about(item: Item, catalog: Catalog) -> Markup:
    steps = ", ".join(f"{step['percent']:g}% by {step['date']}" for step in item["ramp"])
    return Markup(
        "<p>From {} to the end of {}: {}. After that {}. Scorecard: {}. Owner: {}.</p>"
    ).format(
        item["start"], item["deadline"], steps, DEEDS[item["onDeadline"]],
        scorecard_link(item["scorecard"], item["scorecardTitle"]), entity_link(item["owner"], catalog),
    )  # fmt: skip


def burn_down_chart(item: Item, today: date) -> Markup:
    """Return how many per cent were left day by day, beside how many the ramp leaves, with the deadline."""
    days = item["burnDown"]
    actual = [_point(date.fromisoformat(day["day"]), day) for day in days]
    if actual and today > actual[-1].at:
        actual.append(_point(today, days[-1]))
    planned = [Point(date.fromisoformat(item["start"]), 100.0, "100%")]
    planned += [
        Point(date.fromisoformat(step["date"]), 100.0 - step["percent"], f"{100 - step['percent']:g}%")
        for step in item["ramp"]
    ]
    if not actual:
        return Markup("<p>Nothing is on record yet.</p>")
    return line_chart(
        "Entities that are left, by day",
        [Series("left", actual), Series("left by plan, at most", planned)],
        key=f"burn-down-{item['name']}",
        top=100.0,
        top_text="100%",
        marks=[Mark(date.fromisoformat(item["deadline"]), "deadline")],
    )


def _point(at: date, day: Item) -> Point:
    left = day["of"] - day["done"]
    return Point(at, 100 * left / day["of"] if day["of"] else None, share_of(left, day["of"]))


def _asks(item: Item, context: SiteContext) -> Markup:
    documents, decisions = context.knowledge[Documents], context.knowledge[Decisions]
    rows = [
        (
            check_link(item["scorecard"], check["id"], check["title"]),
            fix_link(check["fix"], documents),
            decision_link(check["because"], decisions),
        )
        for check in item["checks"]
    ]
    return table("Checks of the campaign", ["Check", "Mend", "Because of"], rows)


def _teams(item: Item, catalog: Catalog) -> Markup:
    rows = [
        (
            entity_link(owner["owner"], catalog),
            owner["left"],
            owner["unknown"],
            owner["exempt"],
            share_of(owner["done"], owner["of"]) if owner["of"] else "none asked",
        )
        for owner in item["byOwner"]
        if owner["left"] or owner["unknown"] or owner["exempt"]
    ]
    return table("Teams that are not done", ["Team", "Left", "Not known", "Exempt", "Done"], rows)


def _left(item: Item, context: SiteContext) -> Markup:
    catalog = context.knowledge[Catalog]
    rows = [
        (
            entity_link(one["entity"], catalog),
            entity_link(one["owner"], catalog),
            one["tier"],
            one["progress"],
            missing_html(one, item),
        )
        for one in _ordered(item)[:MOST]
    ]
    heads = ["Entity", "Owner", "Tier", "Stands", "Missing"]
    return table("Entities that are not done", heads, rows) + rest_html(len(item["items"]) - MOST, _uri(item))


def _ordered(item: Item) -> list[Item]:
    return sorted(item["items"], key=lambda one: (_ORDER.index(one["progress"]), one["owner"]))


def _csv_row(one: Item) -> tuple[str, ...]:
    missing = (check["id"] for check in one["checks"] if check["state"] not in GAINED)
    return one["entity"], one["owner"], one["tier"], one["progress"], ", ".join(missing)


_ORDER: Final = ("left", "unknown", "exempt")
_HEADS: Final = ("entity", "owner", "tier", "stands", "missing")


def missing_html(one: Item, item: Item, documents: Documents | None = None) -> Markup:
    """Return which checks of the campaign *item* the entity *one* does not meet, and since when.

    Args:
        documents: Where the pages are that mend them; without it they are not named.
    """
    found = [check for check in one["checks"] if check["state"] not in GAINED]
    parts = [
        Markup("{}: {} since {}{}").format(
            check_link(item["scorecard"], check["id"], check["title"]),
            state_text(check["state"]),
            day_html(check["since"]),
            Markup("; mend: {}").format(fix_link(check["fix"], documents))
            if documents and check["fix"] and check["state"] == "fail"
            else "",
        )
        for check in found
    ]
    return Markup("<br>").join(parts)
