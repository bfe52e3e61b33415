"""The site's pages about scorecards: an index, and a page for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from waypost.adr.model import Decisions
from waypost.catalog.model import Catalog
from waypost.core.markup import plain
from waypost.core.plots import stacked_bar, swatch
from waypost.core.plugin import SiteContext, SitePage
from waypost.documents.model import Documents
from waypost.scorecards.model import Scorecards
from waypost.scorecards.pages.html import (
    decision_link,
    entity_link,
    fix_link,
    level_text,
    percent,
    scorecard_link,
    share_of,
    table,
    time_html,
)
from waypost.scorecards.pages.sections import all_grades

INDEX = "scorecards/index.md"

_BAD = ("fail", "no-data", "stale", "error")


def scorecard_pages(context: SiteContext) -> Iterator[SitePage]:
    """Give the index and a page for each scorecard that was evaluated; nothing where there is none.

    Drafts have no page; a shadow's says that it is one.
    """
    cards = context.api.get("/api/scorecards", include="shadow")["items"]
    details = [context.api.get(f"/api/scorecards/{card['name']}") for card in cards]
    if not details:
        return
    yield SitePage(INDEX, "Scorecards", index_markdown(details))
    for card in details:
        yield scorecard_page(card, context)


def index_markdown(cards: list[dict[str, Any]]) -> str:
    """Return the index: each scorecard, how many entities it grades, and how many meet their target."""
    rows = [
        (
            scorecard_link(card["name"], card["title"]),
            card["description"],
            card["rollUp"]["entities"],
            share_of(card["rollUp"]["meetingTarget"]["met"], card["rollUp"]["meetingTarget"]["of"]),
            percent(card["rollUp"]["medianScore"]),
            time_html(card["asOf"]),
        )
        for card in cards
    ]
    heads = ["Scorecard", "Asks", "Entities", "Meeting their target", "Median score", "Evaluated"]
    return f"# Scorecards\n\n{table('Scorecards', heads, rows)}\n"


def scorecard_page(card: Mapping[str, Any], context: SiteContext) -> SitePage:
    """Make the page of *card*, as the API tells it."""
    catalog = context.knowledge[Catalog]
    parts: list[str | Markup] = [
        f"# {plain(card['title'])}",
        Markup('<p class="wp-lead">{}</p>').format(card["description"]),
        _about(card, catalog),
        "## Levels",
        *_levels(card),
        "## Targets",
        _targets(card),
        "## Checks",
        _checks(card, context),
        "## Teams",
        _owners(card, catalog),
        "## Entities",
        _entities(all_grades(card["name"], context.api), catalog),
    ]
    known = context.knowledge[Scorecards].find(card["name"])
    return SitePage(
        uri=f"scorecards/{card['name']}.md",
        title=card["title"],
        markdown="\n\n".join(map(str, parts)) + "\n",
        source=known.path if known else "",
        meta={"kind": "scorecard", "description": card["description"]},
    )


def _about(card: Mapping[str, Any], catalog: Catalog) -> Markup:
    notes = {
        "shadow": " It is in the shadow: no team's page shows it.",
        "deprecated": " It is deprecated.",
    }
    return Markup("<p>{} entities, evaluated {}. Owner: {}.{}</p>").format(
        card["rollUp"]["entities"],
        time_html(card["asOf"]),
        entity_link(card["owner"], catalog),
        notes.get(card["lifecycle"], ""),
    )


def _levels(card: Mapping[str, Any]) -> Iterator[Markup]:
    """Give the distribution of levels, the highest first, as a bar and as a table."""
    titles = {level["name"]: level["title"] for level in card["levels"]}
    counts = list(reversed(card["rollUp"]["levels"].items()))
    ordered = [pair for pair in counts if pair[0] != "none"] + [pair for pair in counts if pair[0] == "none"]
    whole = card["rollUp"]["entities"]
    key = f"levels-{card['name']}"
    if whole:
        yield stacked_bar(f"Entities by level, of {whole}", ordered, key)
    heads = ["Level", "Title", "Entities"]
    rows = [
        (
            Markup("{} {}").format(swatch(number, key), name),
            titles.get(name, "no level yet"),
            share_of(count, whole),
        )
        for number, (name, count) in enumerate(ordered)
    ]
    yield table("Entities by level", heads, rows)


def _targets(card: Mapping[str, Any]) -> Markup:
    rows = []
    for tier, rolled in card["rollUp"]["byTier"].items():
        own = [target for target in card["targets"] if target["tier"] == tier]
        target = next(iter(own or [t for t in card["targets"] if t["tier"] == "*"]), None)
        share = rolled["meetingTarget"]
        rows.append(
            (
                tier,
                target["level"] if target else "none",
                target["by"] if target else "",
                share_of(share["met"], share["of"]),
                percent(rolled["medianScore"]),
            )
        )
    return table("Targets by tier", ["Tier", "Target", "By", "Meeting it", "Median score"], rows)


def _checks(card: Mapping[str, Any], context: SiteContext) -> Markup:
    decisions, documents = context.knowledge[Decisions], context.knowledge[Documents]
    ordered = sorted(card["checks"], key=lambda check: [-check["counts"].get(state, 0) for state in _BAD])
    rows = [
        (
            check["title"],
            check["level"],
            check["weight"],
            ", ".join(f"{count} {state}" for state, count in _by_gravity(check["counts"])) or "not asked yet",
            fix_link(check["fix"], documents),
            decision_link(check["because"], decisions),
        )
        for check in ordered
    ]
    heads = ["Check, worst first", "Level", "Weight", "Results", "Mend", "Because of"]
    return table("Checks, worst first", heads, rows)


def _by_gravity(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    order = [*_BAD, "pass"]
    return sorted(counts.items(), key=lambda pair: (order.index(pair[0]) if pair[0] in order else 9, pair[0]))


def _owners(card: Mapping[str, Any], catalog: Catalog) -> Markup:
    rows = [
        (
            entity_link(owner, catalog),
            rolled["entities"],
            ", ".join(f"{level} {count}" for level, count in rolled["levels"].items() if count),
            share_of(rolled["meetingTarget"]["met"], rolled["meetingTarget"]["of"]),
            percent(rolled["medianScore"]),
        )
        for owner, rolled in card["rollUp"]["byOwner"].items()
    ]
    return table("Teams", ["Owner", "Entities", "Levels", "Meeting their target", "Median score"], rows)


def _entities(grades: Iterator[dict[str, Any]], catalog: Catalog) -> Markup:
    rows = [
        (
            entity_link(grade["entity"], catalog),
            entity_link(grade["owner"], catalog),
            grade["tier"],
            level_text(grade),
            percent(grade["score"]),
            f"{grade['coverage']['evaluated']} of {grade['coverage']['applicable']}",
        )
        for grade in sorted(grades, key=lambda grade: (grade["owner"], grade["entity"]))
    ]
    return table("Entities", ["Entity", "Owner", "Tier", "Level", "Score", "Checks evaluated"], rows)
