"""The site's pages about scorecards: an index, a page for each, and one for each of its checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from markupsafe import Markup

from waypost.adr.model import Decisions
from waypost.catalog.model import Catalog
from waypost.core.markup import listed, page_link, plain
from waypost.core.plugin import SiteContext, SitePage
from waypost.core.words import counted
from waypost.documents.model import Documents
from waypost.scorecards.campaigns.pages import INDEX as CAMPAIGNS
from waypost.scorecards.campaigns.pages import campaign_link, campaigns_of
from waypost.scorecards.model import Scorecards
from waypost.scorecards.pages.ages import age_html
from waypost.scorecards.pages.checkpage import check_list, check_page
from waypost.scorecards.pages.estate import Grade, estate_of
from waypost.scorecards.pages.exempt import LEDGER, exempted, exemptions_html
from waypost.scorecards.pages.heat import heat_html
from waypost.scorecards.pages.html import (
    check_link,
    decision_link,
    entity_link,
    fix_link,
    left_text,
    level_text,
    lift_text,
    percent,
    scorecard_link,
    share_of,
    table,
    time_html,
)
from waypost.scorecards.pages.levels import levels_html, median_of, scored_of, targets_html
from waypost.scorecards.pages.rest import csv_page, rest_html
from waypost.scorecards.pages.trend import trend_html

INDEX: Final = "scorecards/index.md"
MOST: Final = 1000
"""So many entities are listed on a page, those furthest from their target first."""

_LIFECYCLES: Final = {"shadow": " (in the shadow)", "deprecated": " (deprecated)"}
_KEYS: Final = ("tier", "level", "meetsTarget", "score")
_BAD: Final = ("fail", "warn", "no-data", "stale", "error", "insufficient-data")


def scorecard_pages(context: SiteContext) -> Iterator[SitePage]:
    """Give the index, a page for each scorecard that was evaluated and for each check; nothing where there is none.

    Drafts have no page; a shadow's says that it is one.
    """
    cards = list(estate_of(context).cards.values())
    if not cards:
        return
    yield SitePage(INDEX, "Scorecards", index_markdown(cards, context))
    for card in cards:
        yield scorecard_page(card, context)
        yield from _lists(card, context)
        for check in card["checks"]:
            yield check_page(card, check, context)


def _lists(card: Mapping[str, Any], context: SiteContext) -> Iterator[SitePage]:
    """Give in full, as CSV, what is too long for the pages of *card* and its checks."""
    grades = estate_of(context).grades(card["name"])
    if len(grades) > MOST:
        rows = (
            (grade.entity, grade.owner, *(grade.told[key] for key in _KEYS), *grade.told["coverage"].values())
            for grade in grades
        )
        heads = ("entity", "owner", *_KEYS, *grades[0].told["coverage"])
        yield csv_page(_uri(card), heads, rows)
    for check in card["checks"]:
        whole = check_list(card, check, context)
        if whole:
            yield whole


def _uri(card: Mapping[str, Any]) -> str:
    return f"scorecards/{card['name']}.md"


def index_markdown(cards: Sequence[Mapping[str, Any]], context: SiteContext) -> str:
    """Return the index: each scorecard, how many entities it grades, and how many meet their target."""
    estate = estate_of(context)
    rows = [
        (
            scorecard_link(card["name"], card["title"]) + _LIFECYCLES.get(card["lifecycle"], ""),
            card["description"],
            card["rollUp"]["entities"],
            share_of(card["rollUp"]["meetingTarget"]["met"], card["rollUp"]["meetingTarget"]["of"]),
            median_of(card["rollUp"]["medianScore"], scored_of(estate.grades(card["name"]))),
            time_html(card["asOf"]),
        )
        for card in cards
    ]
    heads = ["Scorecard", "Asks", "Entities", "Meeting their target", "Median score", "Evaluated"]
    beside = [page_link(LEDGER, "Exemptions")] if context.knowledge[Scorecards].exemptions else []
    beside += [page_link(CAMPAIGNS, "Campaigns")] if campaigns_of(context) else []
    more = Markup("<p>{}</p>\n").format(Markup(" · ").join(beside)) if beside else ""
    return f"# Scorecards\n\n{table('Scorecards', heads, rows)}\n\n{more}"


def scorecard_page(card: Mapping[str, Any], context: SiteContext) -> SitePage:
    """Make the page of *card*, as the API tells it."""
    catalog, estate = context.knowledge[Catalog], estate_of(context)
    grades = estate.grades(card["name"])
    parts: list[str | Markup] = [
        f"# {plain(card['title'])}",
        Markup('<p class="wp-lead">{}</p>').format(card["description"]),
        _about(card, grades, context),
        "## Levels",
        *levels_html(card),
        "## Targets",
        targets_html(card, grades, context.now),
        "## Checks, worst first",
        _checks(card, context),
        "## Teams",
        _owners(card, grades, catalog),
        *heat_html(card, estate, catalog),
        "## Over time",
        trend_html(card, estate),
        *_exemptions(card, grades, context),
        *_campaigns(card, context),
        "## Entities",
        '<div data-wp-piece="entities"></div>',
    ]
    known = context.knowledge[Scorecards].find(card["name"])
    return SitePage(
        uri=_uri(card),
        title=card["title"],
        markdown="\n\n".join(map(str, parts)) + "\n",
        source=known.path if known else "",
        meta={"kind": "scorecard", "description": card["description"], "hide": ["navigation"]},
        pieces={"entities": partial(_entities, _uri(card), grades, catalog)},
    )


def _about(card: Mapping[str, Any], grades: Sequence[Grade], context: SiteContext) -> Markup:
    notes = {
        "shadow": " It is in the shadow: no team's page shows it.",
        "deprecated": " It is deprecated.",
    }
    coverage = [grade.told["coverage"] for grade in grades]
    oldest = estate_of(context).oldest(card)
    rolled = card["rollUp"]
    share = rolled["meetingTarget"]
    return Markup(
        "<p>{}: <strong>{}</strong>. Median score {}.<br><small>{} of {} checks have an answer, as of {}{}. Owner: {}.{}</small></p>"
    ).format(
        counted(rolled["entities"], "entity"),
        f"{share_of(share['met'], share['of'])} meet their target" if share["of"] else "none has a target",
        median_of(rolled["medianScore"], scored_of(grades)),
        sum(each["evaluated"] for each in coverage),
        sum(each["applicable"] for each in coverage),
        time_html(card["asOf"]),
        Markup("; oldest fact: {} old").format(age_html(oldest, context.now)) if oldest else "",
        entity_link(card["owner"], context.knowledge[Catalog]),
        notes.get(card["lifecycle"], ""),
    )


def _campaigns(card: Mapping[str, Any], context: SiteContext) -> Iterator[str | Markup]:
    found = [item for item in campaigns_of(context) if item["scorecard"] == card["name"]]
    if found:
        yield "## Campaigns"
        yield listed(
            Markup("{}: {} done, by {} ({})").format(
                campaign_link(item),
                share_of(item["counts"]["done"], item["counts"]["of"]),
                item["deadline"],
                left_text(item["deadline"], context.now),
            )
            for item in found
        )


def _checks(card: Mapping[str, Any], context: SiteContext) -> Markup:
    decisions, documents = context.knowledge[Decisions], context.knowledge[Documents]
    ordered = sorted(card["checks"], key=lambda check: [-check["counts"].get(state, 0) for state in _BAD])
    rows = [
        (
            check_link(card["name"], check["id"], check["title"]),
            check["level"],
            check["weight"],
            ", ".join(f"{count} {state.replace('-', ' ')}" for state, count in by_gravity(check["counts"]))
            or "not asked yet",
            lift_text(check),
            fix_link(check["fix"], documents),
            decision_link(check["because"], decisions),
        )
        for check in ordered
    ]
    heads = ["Check", "Level", "Weight", "Results", "If all met it", "Mend", "Because of"]
    return table("Checks, worst first", heads, rows)


def by_gravity(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return the states of *counts*, the gravest first."""
    order = [*_BAD, "pass"]
    return sorted(counts.items(), key=lambda pair: (order.index(pair[0]) if pair[0] in order else 9, pair[0]))


def _exemptions(
    card: Mapping[str, Any], grades: Sequence[Grade], context: SiteContext
) -> Iterator[str | Markup]:
    if any(exempted(grades)):
        yield "## Exemptions"
        yield exemptions_html(card, grades, context.knowledge[Scorecards], context.knowledge[Catalog])


def _owners(card: Mapping[str, Any], grades: Sequence[Grade], catalog: Catalog) -> Markup:
    owned: dict[str, list[Grade]] = {}
    for grade in grades:
        owned.setdefault(grade.owner, []).append(grade)
    rows = [
        (
            entity_link(owner, catalog),
            rolled["entities"],
            ", ".join(f"{level} {count}" for level, count in rolled["levels"].items() if count),
            share_of(rolled["meetingTarget"]["met"], rolled["meetingTarget"]["of"]),
            median_of(rolled["medianScore"], scored_of(owned.get(owner, ()))),
        )
        for owner, rolled in card["rollUp"]["byOwner"].items()
    ]
    return table("Teams", ["Team", "Entities", "Levels", "Meeting their target", "Median score"], rows)


def _entities(uri: str, grades: Sequence[Grade], catalog: Catalog) -> Markup:
    """Return the entities, those furthest from their target first."""
    ordered = sorted(
        grades, key=lambda grade: (_nearness(grade), grade.told["score"] or 0, grade.owner, grade.entity)
    )
    rows = (
        (
            entity_link(grade.entity, catalog),
            entity_link(grade.owner, catalog),
            grade.told["tier"],
            level_text(grade.told),
            {True: "met", False: "not met", None: "none"}[grade.told["meetsTarget"]],
            percent(grade.told["score"]),
            f"{grade.told['coverage']['evaluated']} of {grade.told['coverage']['applicable']}",
        )
        for grade in ordered[:MOST]
    )
    heads = ["Entity", "Owner", "Tier", "Level", "Target", "Score", "Checks evaluated"]
    return table("Entities", heads, rows) + rest_html(len(ordered) - MOST, uri)


def _nearness(grade: Grade) -> int:
    return {False: 0, None: 1, True: 2}[grade.told["meetsTarget"]]
