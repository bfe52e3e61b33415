"""The section about scorecards on the page of an entity: its levels, what to do next, and each check."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from markupsafe import Markup, escape

from waypost.catalog.model import EntityRef
from waypost.core.errors import NotFoundError, ServiceUnavailableError
from waypost.core.markup import listed, page_link, plain
from waypost.core.plugin import SiteContext
from waypost.core.words import counted
from waypost.scorecards.campaigns.sections import entity_campaigns
from waypost.scorecards.model import Scorecards, State
from waypost.scorecards.pages.ages import age_html, oldest_of
from waypost.scorecards.pages.estate import AsOf, Grade, Result, estate_of
from waypost.scorecards.pages.exempt import until_of
from waypost.scorecards.pages.history import history_html
from waypost.scorecards.pages.html import (
    check_link,
    day_html,
    left_text,
    level_text,
    percent,
    scorecard_link,
    state_text,
    table,
    time_html,
)
from waypost.scorecards.reading.advice import Step, next_steps
from waypost.scorecards.reading.badges import badge_markdown
from waypost.scorecards.reading.standing import in_the_way, next_level

BADGES: Final = "scorecards/badges/"
MAX_STEPS: Final = 5
"""So many next steps are shown: a longer list is read by nobody."""


def entity_section(ref: EntityRef, context: SiteContext) -> str:
    """Return the Markdown section of the entity *ref*: its level, what to do next, and each check.

    "" where no scorecard applies to it.
    """
    estate = estate_of(context)
    # What is not met comes first: whoever opens the page looks for what to do.
    grades = sorted(estate.of_entity(str(ref)), key=lambda grade: grade.told["meetsTarget"] is not False)
    parts = [part for grade in grades for part in _grade(grade, context)]
    if not parts:
        return ""
    return "\n\n".join(map(str, ["## Scorecards", *entity_campaigns(ref, context), *parts])) + "\n"


def _grade(grade: Grade, context: SiteContext) -> Iterator[str | Markup]:
    estate = estate_of(context)
    told, card = grade.document(), estate.cards[grade.told["scorecard"]]
    note = "" if card["lifecycle"] == "active" else f" ({card['lifecycle']})"
    yield f"### {plain(told['scorecardTitle'])}{note}"
    facts = estate.ages.get(grade.entity, {})
    oldest = oldest_of([result.check for result in grade.results], facts, estate)
    yield Markup("<p>{}</p>").format(grade_sentence(told, context.now, oldest))
    yield from _ways(told, card)
    steps = next_steps(told, card)
    if steps:
        yield Markup("<p><strong>Next, what brings most first</strong></p>")
        yield listed((step_html(step, card["name"]) for step in steps[:MAX_STEPS]), ordered=True)
    yield Markup('<div data-wp-piece="{}"></div>').format(_piece(card["name"]))


def entity_pieces(ref: EntityRef, context: SiteContext) -> Mapping[str, Callable[[], Markup]]:
    """Return what the section of the entity *ref* holds beside its text, by name: each check, and what changed.

    It is put in when the page is written: the search would find every check on the page of every entity.
    """
    try:
        grades = estate_of(context).of_entity(str(ref))
    except (NotFoundError, ServiceUnavailableError):
        return {}
    return {_piece(grade.told["scorecard"]): partial(_details, grade, context) for grade in grades}


def _piece(scorecard: str) -> str:
    return f"scorecard-{scorecard}"


def _details(grade: Grade, context: SiteContext) -> Markup:
    estate = estate_of(context)
    card, facts = estate.cards[grade.told["scorecard"]], estate.ages.get(grade.entity, {})
    heads = ["Check", "Level", "Result", "Since", "Says", "Facts' age"]
    rows = (
        _check_row(grade, result, oldest_of([result.check], facts, estate), context)
        for result in grade.results
    )
    checks = table(f"Checks of {grade.told['scorecardTitle']}", heads, rows)
    return checks + history_html(grade, card, estate, context.now) + _badge(grade, context)


def grade_sentence(
    grade: Mapping[str, Any], now: datetime | None = None, oldest: AsOf | None = None
) -> Markup:
    """Return the level, score, coverage and target of *grade* with when it was evaluated.

    Args:
        now: From when days and ages are counted; without it they are not told.
        oldest: The oldest fact behind it.
    """
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
        left = f" ({left_text(target['by'], now)})" if now and not grade["meetsTarget"] else ""
        parts.append(
            Markup("target {}: {} by {}, {}{}").format(
                _of_tier(grade["tier"]), target["level"], target["by"], met, left
            )
        )
    link = scorecard_link(grade["scorecard"], grade["scorecardTitle"])
    age = Markup("; oldest fact: {} old").format(age_html(oldest, now)) if oldest and now else ""
    return Markup("{}<br><small>{}, evaluated {}{}</small>").format(
        Markup(" · ").join(parts), link, time_html(grade["evaluatedAt"]), age
    )


def _of_tier(tier: str) -> str:
    return "without a tier" if tier in ("", "unset") else f"of {tier}"


def _score_text(score: float | None) -> str:
    return "no score yet" if score is None else f"score {score:.0%}"


def _ways(grade: Mapping[str, Any], card: Mapping[str, Any]) -> Iterator[Markup]:
    """Give what stands between the entity and the next level, and its target where that is another."""
    above = next_level(grade, card)
    wanted = [(f"{above['title']} ({above['name']})", above["name"])] if above else []
    target = grade["target"]
    if target and not grade["meetsTarget"] and (above is None or above["name"] != target["level"]):
        wanted.append((f"its target {target['level']}", target["level"]))
    for title, name in wanted:
        missing = in_the_way(grade, card, name)
        if missing:
            links = [check_link(card["name"], check["id"], check["title"]) for check in missing]
            verb = "stands" if len(links) == 1 else "stand"
            yield Markup("<p>{} {} between it and {}: {}.</p>").format(
                counted(len(links), "check"), verb, title, Markup(", ").join(links)
            )


def step_html(step: Step, scorecard: str = "") -> Markup:
    """Return one next step, with the page that tells how, else that of its check in *scorecard*."""
    if step.doc:
        title = page_link(step.doc, step.title)
    else:
        title = check_link(scorecard, step.check, step.title) if scorecard else escape(step.title)
    told = f": {step.message}" if step.message else ""
    beside = [step.effect, f"effort {step.effort}" if step.effort else ""]
    brings = ", ".join(part for part in beside if part)
    return Markup("{}{}{}").format(
        title, told, Markup(" <small>({})</small>").format(brings) if brings else ""
    )


def _check_row(
    grade: Grade, result: Result, oldest: AsOf | None, context: SiteContext
) -> tuple[str | Markup, ...]:
    check, state = result.check, state_text(result.state.value)
    if result.state is State.EXEMPT:
        until = until_of(context.knowledge[Scorecards], grade, result)
        state += Markup("<br><small>would be {}; {}, until {}</small>").format(
            result.would, result.exemption, until
        )
    if result.state is State.UPCOMING:
        state += Markup("<br><small>counts from {}; now {}</small>").format(check["notBefore"], result.would)
    link = check_link(grade.told["scorecard"], check["id"], check["title"])
    age = age_html(oldest, context.now)
    return link, check["level"], state, day_html(result.since), result.message, age


def _badge(grade: Grade, context: SiteContext) -> Markup:
    """Return the Markdown of the entity's badge, to copy; "" where nobody said where the site will be."""
    if not context.site_url:
        return Markup("")
    page = f"{context.site_url}{EntityRef.parse(grade.entity).page_uri.removesuffix('.md')}/"
    text = badge_markdown(grade.told, f"{context.site_url}{BADGES}", page)
    return Markup(
        '<details class="wp-fold"><summary>A badge for its README</summary><pre><code>{}</code></pre></details>'
    ).format(text)
