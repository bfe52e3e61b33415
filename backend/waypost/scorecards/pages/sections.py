"""The sections about scorecards on the pages of entities and of teams."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from waypost.adr.model import Decisions
from waypost.catalog.model import Catalog, EntityRef
from waypost.core.markup import listed, page_link, plain
from waypost.core.plugin import Api, SiteContext
from waypost.scorecards.pages.html import (
    decision_link,
    entity_link,
    level_text,
    percent,
    scorecard_link,
    share_of,
    state_text,
    table,
    time_html,
)
from waypost.scorecards.reading.advice import Step, next_steps

PAGE_SIZE = "500"

MAX_STEPS = 5
"""So many next steps are shown: a longer list is read by nobody."""


def entity_section(ref: EntityRef, context: SiteContext) -> str:
    """Return the Markdown section of the entity *ref*: its level, what to do next, and each check.

    "" where no scorecard applies to it.
    """
    answer = context.api.get(f"/api/scorecards/results/by-entity/{ref.kind}/{ref.namespace}/{ref.name}")
    cards = _scorecards(context) if answer["items"] else {}
    parts = [part for grade in answer["items"] for part in _entity_grade(grade, cards, context)]
    return "\n\n".join(["## Scorecards", *parts]) + "\n" if parts else ""


def _scorecards(context: SiteContext) -> dict[str, Any]:
    return {card["name"]: card for card in context.api.get("/api/scorecards")["items"]}


def _entity_grade(
    grade: Mapping[str, Any], cards: Mapping[str, Any], context: SiteContext
) -> Iterator[str | Markup]:
    card = cards[grade["scorecard"]]
    note = "" if card["lifecycle"] == "active" else f" ({card['lifecycle']})"
    yield f"### {plain(grade['scorecardTitle'])}{note}"
    yield Markup("<p>{}</p>").format(grade_sentence(grade))
    steps = next_steps(grade, card)
    if steps:
        yield Markup("<p><strong>Next, what brings most first</strong></p>")
        yield listed(map(step_html, steps[:MAX_STEPS]), ordered=True)
    yield table(
        f"Checks of {grade['scorecardTitle']}",
        ["Check", "Level", "Result", "Says", "Because of"],
        (_check_row(check, context) for check in grade["checks"]),
    )


def grade_sentence(grade: Mapping[str, Any]) -> Markup:
    """Return the level, score, coverage and target of *grade* with when it was evaluated."""
    text = level_text(grade)
    level = Markup("<strong>{}</strong>").format(text[:1].upper() + text[1:])
    coverage, target = grade["coverage"], grade["target"]
    parts = [
        Markup("{} · {}").format(level, _score_text(grade["score"])),
        Markup("{} of {} checks evaluated").format(coverage["evaluated"], coverage["applicable"]),
    ]
    if grade["scoreWithoutExemptions"] != grade["score"]:
        parts.append(Markup("{} without exemptions").format(percent(grade["scoreWithoutExemptions"])))
    if target:
        met = "met" if grade["meetsTarget"] else "not met"
        parts.append(
            Markup("target {}: {} by {}, {}").format(
                _of_tier(grade["tier"]), target["level"], target["by"], met
            )
        )
    link = scorecard_link(grade["scorecard"], grade["scorecardTitle"])
    return Markup("{}<br><small>{}, evaluated {}</small>").format(
        Markup(" · ").join(parts), link, time_html(grade["evaluatedAt"])
    )


def _of_tier(tier: str) -> str:
    return "without a tier" if tier in ("", "unset") else f"of {tier}"


def _score_text(score: float | None) -> str:
    return "no score yet" if score is None else f"score {score:.0%}"


def step_html(step: Step) -> Markup:
    """Return one next step, with the page that tells how."""
    title = page_link(step.doc, step.title) if step.doc else Markup("{}").format(step.title)
    told = f": {step.message}" if step.message else ""
    effort = f", effort {step.effort}" if step.effort else ""
    return Markup("{}{} <small>({}{})</small>").format(title, told, step.effect, effort)


def _check_row(check: Mapping[str, Any], context: SiteContext) -> tuple[str | Markup, ...]:
    state = state_text(check["state"])
    if check["state"] == "exempt":
        state += Markup("<br><small>would be {}; {}</small>").format(check["would"], check["exemption"])
    if check["state"] == "upcoming":
        state += Markup("<br><small>counts from {}; now {}</small>").format(
            check["notBefore"], check["would"]
        )
    because = decision_link(check["because"], context.knowledge[Decisions])
    return check["title"], check["level"], state, check["message"], because


def team_section(ref: EntityRef, context: SiteContext) -> str:
    """Return the Markdown section of the group *ref*: how what it owns stands, and what to do next."""
    answer = context.api.get("/api/scorecards/results/by-owner", owner=str(ref))
    if not answer["items"]:
        return ""
    catalog, cards = context.knowledge[Catalog], _scorecards(context)
    parts: list[str | Markup] = ["## Scorecards"]
    for name, rolled in answer["rollUp"].items():
        grades = [grade for grade in answer["items"] if grade["scorecard"] == name]
        parts += [f"### {plain(cards[name]['title'])}", _team_sentence(name, cards[name], rolled)]
        parts.append(_team_table(grades, cards[name], catalog))
    return "\n\n".join(parts) + "\n"


def _team_sentence(name: str, card: Mapping[str, Any], rolled: Mapping[str, Any]) -> Markup:
    share = rolled["meetingTarget"]
    counts = ", ".join(f"{level} {count}" for level, count in rolled["levels"].items() if count)
    return Markup(
        "<p>{}: {}. Meeting their target: {}. Median score {}. <br><small>{}, evaluated {}</small></p>"
    ).format(
        f"{rolled['entities']:,} {'entity' if rolled['entities'] == 1 else 'entities'}",
        counts,
        share_of(share["met"], share["of"]),
        percent(rolled["medianScore"]),
        scorecard_link(name, card["title"]),
        time_html(card["asOf"]),
    )


def _team_table(grades: list[dict[str, Any]], card: Mapping[str, Any], catalog: Catalog) -> Markup:
    rows = []
    for grade in sorted(grades, key=lambda grade: (bool(grade["meetsTarget"]), grade["score"] or 0)):
        steps = next_steps(grade, card)
        rows.append(
            (
                entity_link(grade["entity"], catalog),
                grade["tier"],
                level_text(grade),
                percent(grade["score"]),
                step_html(steps[0]) if steps else "nothing left",
            )
        )
    return table(
        f"What the team owns, by {card['title']}", ["Entity", "Tier", "Level", "Score", "Next"], rows
    )


def all_grades(name: str, api: Api) -> Iterator[dict[str, Any]]:
    """Give every grade in the scorecard called *name*, by entity; a request for every 500."""
    cursor: dict[str, str] = {}
    while True:
        page = api.get(f"/api/scorecards/{name}/results", limit=PAGE_SIZE, **cursor)
        yield from page["items"]
        if "nextCursor" not in page["pageInfo"]:
            return
        cursor = {"cursor": page["pageInfo"]["nextCursor"]}
