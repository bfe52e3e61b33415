"""The embeds of scorecards: an entity's results, its levels, and how far the estate follows a decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from waypost.catalog.model import EntityRef
from waypost.core.errors import Fault, InputError, NotFoundError
from waypost.core.markup import page_link
from waypost.core.plugin import Api, Embed
from waypost.scorecards.pages.adoption import adoption_html, nothing_asked
from waypost.scorecards.pages.html import (
    level_text,
    percent,
    scorecard_link,
    state_text,
    table,
    time_html,
)
from waypost.scorecards.pages.sections import grade_sentence


def fill_scorecard(attributes: Mapping[str, str], api: Api) -> str:
    """Return the level and the checks of ``entity`` in ``scorecard``; in each where none is named."""
    ref, wanted = _ref(attributes), attributes.get("scorecard", "")
    grades = [grade for grade in _grades(ref, api) if wanted in {"", grade["scorecard"]}]
    if not grades:
        return _nothing(ref, wanted, api)
    parts = [part for grade in grades for part in _grade(grade)]
    return str(Markup("<div>{}</div>").format(Markup("").join(parts)))


def _grade(grade: Mapping[str, Any]) -> Iterator[Markup]:
    yield Markup("<p>{}</p>").format(grade_sentence(grade))
    rows = (
        (_check_title(check), check["level"], state_text(check["state"]), check["message"])
        for check in grade["checks"]
    )
    label = f"{grade['scorecardTitle']} of {grade['entity']}"
    yield table(label, ["Check", "Level", "Result", "Says"], rows)


def _check_title(check: Mapping[str, Any]) -> Markup:
    if check["fix"]:
        return page_link(check["fix"]["doc"], check["title"])
    return Markup("{}").format(check["title"])


def fill_level(attributes: Mapping[str, str], api: Api) -> str:
    """Return the level of ``entity`` in each scorecard, in a line."""
    ref = _ref(attributes)
    grades = _grades(ref, api)
    if not grades:
        return _nothing(ref, "", api)
    return str(Markup("; ").join(map(_level, grades)))


def _level(grade: Mapping[str, Any]) -> Markup:
    coverage = grade["coverage"]
    return Markup("{}: <strong>{}</strong>, {} ({} of {} checks evaluated, {})").format(
        scorecard_link(grade["scorecard"], grade["scorecardTitle"]),
        level_text(grade),
        percent(grade["score"]),
        coverage["evaluated"],
        coverage["applicable"],
        time_html(grade["evaluatedAt"]),
    )


def _grades(ref: EntityRef, api: Api) -> list[dict[str, Any]]:
    answer = api.get(f"/api/scorecards/results/by-entity/{ref.kind}/{ref.namespace}/{ref.name}")
    items: list[dict[str, Any]] = answer["items"]
    return items


def _nothing(ref: EntityRef, scorecard: str, api: Api) -> str:
    """Return why there is no grade: the entity is unknown, the scorecard is, or it does not apply."""
    try:
        api.get(f"/api/catalog/entities/by-name/{ref.kind}/{ref.namespace}/{ref.name}")
    except NotFoundError:
        return str(Markup("{} is not in the catalog.").format(ref))
    known = {card["name"] for card in api.get("/api/scorecards")["items"]}
    if scorecard and scorecard not in known:
        return str(Markup("There is no scorecard named {}.").format(scorecard))
    return str(
        Markup("{} was not graded: no scorecard applies to it, or none was evaluated yet.").format(ref)
    )


def _ref(attributes: Mapping[str, str]) -> EntityRef:
    if not attributes.get("entity"):
        raise InputError("an embed", [Fault("entity", "name an entity, such as component:default/checkout")])
    return EntityRef.parse(attributes["entity"], "component")


def fill_adoption(attributes: Mapping[str, str], api: Api) -> str:
    """Return how far the estate follows the decision ``adr``: who passes every check that it asked for, over time."""
    name = attributes.get("adr", "").removeprefix("adr:")
    if not name:
        raise InputError("an embed", [Fault("adr", "name a decision, such as 0007")])
    try:
        found = api.get(f"/api/scorecards/results/by-decision/{quote(name, safe='')}")
    except NotFoundError:
        return str(nothing_asked(name))
    return str(adoption_html(found))


EMBEDS = (
    Embed(
        "waypost-scorecard",
        ("entity", "scorecard"),
        "An entity's level, score and checks in a scorecard.",
        fill_scorecard,
        optional=frozenset({"scorecard"}),
    ),
    Embed("waypost-level", ("entity",), "An entity's level in each scorecard, in a line.", fill_level),
    Embed(
        "waypost-adoption",
        ("adr",),
        "How many entities pass every check that a decision asks for, now and over time.",
        fill_adoption,
    ),
)
