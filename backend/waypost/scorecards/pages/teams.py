"""The section about scorecards on the page of a team: how what it owns stands, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from markupsafe import Markup

from waypost.catalog.model import Catalog, EntityRef
from waypost.core.markup import listed, plain
from waypost.core.plots import stacked_bar
from waypost.core.plugin import SiteContext
from waypost.core.words import counted
from waypost.documents.model import Documents
from waypost.scorecards.campaigns.sections import team_campaigns
from waypost.scorecards.model import Scorecards
from waypost.scorecards.pages.estate import Grade, estate_of
from waypost.scorecards.pages.exempt import LEDGER, end_of, exempted, last_day
from waypost.scorecards.pages.html import (
    check_link,
    entity_link,
    fix_link,
    level_text,
    percent,
    scorecard_link,
    share_of,
    table,
    time_html,
)
from waypost.scorecards.pages.levels import by_level, median_of
from waypost.scorecards.pages.sections import step_html
from waypost.scorecards.pages.trend import trend_html, trend_of
from waypost.scorecards.reading.advice import is_step, next_steps
from waypost.scorecards.reading.rollups import Graded, roll_up
from waypost.scorecards.reading.standing import in_the_way

MOST: Final = 100
"""So many entities are listed, those furthest from their target first."""
_STEPS: Final = 5
_SOON: Final = timedelta(days=30)


def team_section(ref: EntityRef, context: SiteContext) -> str:
    """Return the Markdown section of the group *ref*: how what it owns stands, and what to do next; "" for nothing."""
    estate = estate_of(context)
    owned = estate.of_owner(str(ref))
    if not owned:
        return ""
    parts: list[str | Markup] = ["## Scorecards", *team_campaigns(ref, context), *_ending(owned, context)]
    # What is furthest from its target comes first.
    for name, grades in sorted(owned.items(), key=lambda pair: -_missing(pair[1])):
        card = estate.cards[name]
        parts += [f"### {plain(card['title'])}", *_card(card, grades, context)]
        if len(trend_of(name, estate, by="owner", key=str(ref))) > 1:
            drawn = trend_html(card, estate, by="owner", key=str(ref))
            parts.append(
                Markup('<details class="wp-fold"><summary>Over time</summary>{}</details>').format(drawn)
            )
    return "\n\n".join(map(str, parts)) + "\n"


def _missing(grades: Sequence[Grade]) -> int:
    return sum(grade.told["meetsTarget"] is False for grade in grades)


def _card(card: Mapping[str, Any], grades: Sequence[Grade], context: SiteContext) -> Iterator[Markup]:
    levels = [level["name"] for level in card["levels"]]
    rolled = roll_up(levels, [_graded(grade) for grade in grades])
    scored = sum(grade.told["score"] is not None for grade in grades)
    yield stacked_bar(
        f"{card['title']}: entities by level, of {rolled.entities}",
        by_level(rolled.levels),
        f"team-{card['name']}",
    )
    yield Markup(
        "<p>{}: {}. Meeting their target: {}. Median score {}. <br><small>{}, evaluated {}</small></p>"
    ).format(
        counted(rolled.entities, "entity"),
        ", ".join(f"{level} {count}" for level, count in rolled.levels.items() if count),
        share_of(rolled.met, rolled.targeted),
        median_of(rolled.median_score, scored),
        scorecard_link(card["name"], card["title"]),
        time_html(card["asOf"]),
    )
    steps = sorted(_steps(card, grades), key=lambda step: (-step.lifts, -step.needed, -len(step.entities)))
    if steps:
        yield Markup("<p><strong>Next, what brings most first</strong></p>")
        yield listed((_step_html(step, card, context) for step in steps[:_STEPS]), ordered=True)
    yield _table(card, grades, context.knowledge[Catalog])


def _graded(grade: Grade) -> Graded:
    told = grade.told
    return Graded(
        level=told["level"] or "",
        score=told["score"],
        meets_target=told["meetsTarget"],
        tier=told["tier"],
        owner=told["owner"],
        system=told["system"],
        domain=told["domain"],
    )


@dataclass(frozen=True, slots=True)
class TeamStep:
    """A check that several entities of a team do not meet.

    ``lifts`` counts those that it alone keeps from their target, ``needed`` those whose target needs it.
    """

    check: Mapping[str, Any]
    entities: tuple[str, ...]
    lifts: int
    needed: int


def _steps(card: Mapping[str, Any], grades: Sequence[Grade]) -> Iterator[TeamStep]:
    """Give every check that something in *grades* does not meet, and what mending it everywhere would bring."""
    ways = [
        {check["id"] for check in in_the_way(grade.document(), card, grade.told["target"]["level"])}
        for grade in grades
        if grade.told["meetsTarget"] is False
    ]
    for check in card["checks"]:
        unmet = tuple(
            grade.entity
            for grade in grades
            for result in grade.results
            if result.check is check and is_step(result.document())
        )
        if unmet:
            yield TeamStep(
                check,
                unmet,
                lifts=sum(way == {check["id"]} for way in ways),
                needed=sum(check["id"] in way for way in ways),
            )


def _step_html(step: TeamStep, card: Mapping[str, Any], context: SiteContext) -> Markup:
    brings = f"; it alone keeps {counted(step.lifts, 'entity')} from the target" if step.lifts else ""
    if not brings and step.needed:
        brings = f"; {step.needed} of them {'needs' if step.needed == 1 else 'need'} it for the target"
    mend = fix_link(step.check["fix"], context.knowledge[Documents])
    return Markup("{}: {}{} {}").format(
        check_link(card["name"], step.check["id"], step.check["title"]),
        counted(len(step.entities), "entity"),
        brings,
        Markup("<small>{}</small>").format(mend) if mend else "",
    )


def _table(card: Mapping[str, Any], grades: Sequence[Grade], catalog: Catalog) -> Markup:
    ordered = sorted(grades, key=lambda grade: (bool(grade.told["meetsTarget"]), grade.told["score"] or 0))
    rows = []
    for grade in ordered[:MOST]:
        steps = next_steps(grade.document(), card)
        rows.append(
            (
                entity_link(grade.entity, catalog),
                grade.told["tier"],
                level_text(grade.told),
                f"{percent(grade.told['score'])} ({grade.told['coverage']['evaluated']} of {grade.told['coverage']['applicable']} checks)",
                step_html(steps[0], card["name"]) if steps else "nothing left",
            )
        )
    left = len(ordered) - MOST
    more = Markup("<p>And {} more, nearer to their target.</p>").format(left) if left > 0 else ""
    heads = ["Entity", "Tier", "Level", "Score", "Next"]
    return Markup("{}{}").format(table(f"What the team owns, by {card['title']}", heads, rows), more)


def _ending(owned: Mapping[str, Sequence[Grade]], context: SiteContext) -> Iterator[Markup]:
    """Give what the team is let off for less than 30 days more."""
    cards, catalog = context.knowledge[Scorecards], context.knowledge[Catalog]
    ending = []
    for grades in owned.values():
        for grade, result in exempted(grades):
            end = end_of(cards, grade, result)
            if end is not None and end - context.now <= _SOON:
                ending.append((end, grade, result))
    if not ending:
        return
    ending.sort(key=lambda each: (each[0], each[1].entity))
    yield Markup("<p><strong>Exemptions that end soon</strong></p>")
    yield listed(
        Markup('{} of {} until <a href="/{}">{}</a>; then {}').format(
            check_link(grade.told["scorecard"], result.check["id"], result.check["title"]),
            entity_link(grade.entity, catalog),
            LEDGER,
            last_day(end),
            f"it counts as {result.would}" if result.would else "it counts again",
        )
        for end, grade, result in ending
    )
