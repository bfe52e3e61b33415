"""The page of a check: what it asks and why, how it is decided, who does not meet it, and what mends that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from markupsafe import Markup

from waypost.adr.model import Decisions
from waypost.catalog.model import Catalog
from waypost.core.markup import plain, terms
from waypost.core.plugin import SiteContext, SitePage
from waypost.documents.model import Documents
from waypost.scorecards.model import Scorecards, State
from waypost.scorecards.pages.estate import Estate, Grade, Result, estate_of
from waypost.scorecards.pages.exempt import until_of
from waypost.scorecards.pages.html import (
    check_uri,
    code,
    day_html,
    decision_link,
    entity_link,
    fix_link,
    left_text,
    lift_text,
    scorecard_link,
    share_of,
    state_text,
    table,
    time_html,
)
from waypost.scorecards.pages.rest import csv_page, rest_html
from waypost.scorecards.pages.ruled import facts_html, params_html, params_of
from waypost.scorecards.pages.trend import passing_html

MOST: Final = 500
"""So many entities are listed in a table; where there are more, a CSV beside the page has all of them."""

_UNTOLD: Final = (State.NO_DATA, State.STALE, State.ERROR, State.INSUFFICIENT_DATA)

_LISTED: Final = (State.FAIL, State.WARN, State.EXEMPT)
_HEADS: Final = ("entity", "owner", "tier", "state", "since", "message", "exemption", "would")

Found = tuple[Grade, Result]


def check_page(card: Mapping[str, Any], check: Mapping[str, Any], context: SiteContext) -> SitePage:
    """Make the page of *check* of *card*, as the API tells them."""
    estate = estate_of(context)
    found = found_of(card["name"], check["id"], estate)
    parts: list[str | Markup] = [
        f"# {plain(check['title'])}",
        Markup('<p class="wp-lead">{}</p>').format(check["description"]) if check["description"] else "",
        _stands(card, check, found),
        terms(_terms(card, check, context)),
        *_who(check_uri(card["name"], check["id"]), found, context),
        "## Over time",
        passing_html(card, check["id"], estate),
        *_rule(check, estate),
    ]
    known = context.knowledge[Scorecards].find(card["name"])
    return SitePage(
        uri=check_uri(card["name"], check["id"]),
        title=check["title"],
        markdown="\n\n".join(str(part) for part in parts if part) + "\n",
        source=known.path if known else "",
        meta={
            "kind": "check",
            "description": check["description"] or f"{card['title']}: {check['title']}",
            "hide": ["navigation"],
            "in_nav": False,
        },
    )


def check_list(card: Mapping[str, Any], check: Mapping[str, Any], context: SiteContext) -> SitePage | None:
    """Return the CSV of all that the page of *check* is about; None where the page has everyone."""
    counts = {State(state): count for state, count in check["counts"].items()}
    untold = sum(counts.get(state, 0) for state in _UNTOLD)
    if max(untold, *(counts.get(state, 0) for state in _LISTED)) <= MOST:
        return None
    found = found_of(card["name"], check["id"], estate_of(context))
    rows = (
        (
            grade.entity, grade.owner, grade.told["tier"], result.state.value, result.since, result.message,
            result.exemption, result.would,
        )
        for grade, result in found
        if result.state in (*_LISTED, *_UNTOLD)
    )  # fmt: skip
    return csv_page(check_uri(card["name"], check["id"]), _HEADS, rows)


def found_of(name: str, check: str, estate: Estate) -> list[Found]:
    """Return what *check* of the scorecard called *name* came to for each entity, by owner."""
    pairs = [
        (grade, result)
        for grade in estate.grades(name)
        for result in grade.results
        if result.check["id"] == check
    ]
    return sorted(pairs, key=lambda pair: (pair[0].owner, pair[0].entity))


def _stands(card: Mapping[str, Any], check: Mapping[str, Any], found: Sequence[Found]) -> Markup:
    states = [result.state for _, result in found]
    met = sum(state in (State.PASS, State.WARN) for state in states)
    judged = met + states.count(State.FAIL)
    beside = [
        f"{states.count(state)} {state.value.replace('-', ' ')}"
        for state in (State.WARN, State.EXEMPT, State.UPCOMING, State.NOT_APPLICABLE, *_UNTOLD)
        if state in states
    ]
    lift = lift_text(check)
    gain = f" If every entity met it, {lift}." if lift else ""
    return Markup("<p><strong>{} pass</strong>{}.{} <br><small>{}, evaluated {}</small></p>").format(
        share_of(met, judged) if judged else f"0 of 0, for nobody was judged: {len(states)} asked,",
        Markup("").join(Markup(" · {}").format(told) for told in beside),
        gain,
        scorecard_link(card["name"], card["title"]),
        time_html(card["asOf"]),
    )


def _terms(
    card: Mapping[str, Any], check: Mapping[str, Any], context: SiteContext
) -> Iterator[tuple[str, str | Markup]]:
    titles = {level["name"]: level["title"] for level in card["levels"]}
    whole = sum(each["weight"] for each in card["checks"])
    level = check["level"]
    yield "Mend", fix_link(check["fix"], context.knowledge[Documents])
    yield "Because of", decision_link(check["because"], context.knowledge[Decisions])
    yield (
        "Needed for",
        f"{titles[level]} ({level})" if level in titles else "no level: it counts in the score",
    )
    yield "Weight", f"{check['weight']} of {whole}"
    yield "Counts from", _from(check["notBefore"], context.now)
    yield "Asked of", asked_of(card["appliesTo"], check["appliesTo"])
    yield "Category", check["category"]
    yield "Could get worse", ", ".join(check["counterMetrics"])
    yield "Owner", entity_link(card["owner"], context.knowledge[Catalog])


def _from(day: str | None, now: datetime) -> str:
    return f"{day}: {left_text(day, now)}" if day else ""


def asked_of(whole: Mapping[str, Any], own: Mapping[str, Any]) -> str:
    """Return which entities a check is asked of, by what the scorecard says and what the check narrows."""
    parts = []
    for key in ("kinds", "types", "lifecycles"):
        named = own[key] or whole[key]
        if named:
            parts.append(" or ".join(named))
    text = ", ".join(parts) or "every entity"
    return f"{text}, where a rule says so (below)" if own["when"] or whole["when"] else text


def _rule(check: Mapping[str, Any], estate: Estate) -> Iterator[str | Markup]:
    yield "## How it is decided"
    bands = check.get("bands")
    if bands:
        yield Markup("<p>A number, which passes or warns from the bounds below:</p>")
        yield code(str(bands.get("value") or check["rule"]))
    elif check["rule"]:
        yield Markup("<p>It passes where this is true:</p>")
        yield code(check["rule"])
    for key, said in (
        ("minSample", "It is judged only where this is true; else there is not enough to judge by:"),
        ("evidence", "Shown as evidence:"),
        ("message", "What it says:"),
    ):
        if check[key]:
            yield Markup("<p>{}</p>").format(said)
            yield code(check[key])
    if check["appliesTo"]["when"]:
        yield Markup("<p>It is asked only where this is true:</p>")
        yield code(check["appliesTo"]["when"])
    if params_of(check):
        yield "### Parameters"
        yield params_html(check)
    yield "### Facts it reads"
    yield facts_html(check, estate)


def _who(uri: str, found: Sequence[Found], context: SiteContext) -> Iterator[str | Markup]:
    catalog = context.knowledge[Catalog]
    failing = [pair for pair in found if pair[1].state is State.FAIL]
    yield f"## Who does not meet it ({len(failing)})"
    yield _by_owner("Who does not meet it", failing, catalog) + _left(failing, uri)
    warned = [pair for pair in found if pair[1].state is State.WARN]
    if warned:
        yield f"## Who is close to failing ({len(warned)})"
        yield _by_owner("Who is close to failing", warned, catalog) + _left(warned, uri)
    untold = [pair for pair in found if pair[1].state in _UNTOLD]
    if untold:
        yield f"## Of whom nobody can tell ({len(untold)})"
        yield _untold(untold, catalog) + _left(untold, uri)
    exempt = [pair for pair in found if pair[1].state is State.EXEMPT]
    if exempt:
        yield f"## Who is exempt ({len(exempt)})"
        yield _exempt(exempt, context) + _left(exempt, uri)


def _by_owner(label: str, found: Sequence[Found], catalog: Catalog) -> Markup:
    rows = (
        (
            entity_link(grade.entity, catalog),
            entity_link(grade.owner, catalog),
            grade.told["tier"],
            day_html(result.since),
            result.message,
        )
        for grade, result in found[:MOST]
    )
    return table(label, ["Entity", "Team", "Tier", "Since", "Says"], rows)


def _untold(found: Sequence[Found], catalog: Catalog) -> Markup:
    rows = (
        (
            entity_link(grade.entity, catalog),
            entity_link(grade.owner, catalog),
            state_text(result.state.value),
            day_html(result.since),
            result.message,
        )
        for grade, result in found[:MOST]
    )
    return table("Of whom nobody can tell", ["Entity", "Team", "Result", "Since", "Why"], rows)


def _exempt(found: Sequence[Found], context: SiteContext) -> Markup:
    catalog, cards = context.knowledge[Catalog], context.knowledge[Scorecards]
    rows = (
        (
            entity_link(grade.entity, catalog),
            entity_link(grade.owner, catalog),
            result.exemption or "",
            until_of(cards, grade, result),
            state_text(result.would or ""),
        )
        for grade, result in found[:MOST]
    )
    return table("Who is exempt", ["Entity", "Team", "Exemption", "Until", "Would be"], rows)


def _left(found: Sequence[Found], uri: str) -> Markup:
    return rest_html(len(found) - MOST, uri)
