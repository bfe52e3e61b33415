"""Routes of scorecards: what they ask, what entities came to, and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint
from sqlalchemy import Connection

from waypost.catalog.model import EntityRef
from waypost.core import web
from waypost.core.errors import InputError, NotFoundError
from waypost.core.reply import Reply
from waypost.scorecards import service
from waypost.scorecards.badgeroutes import get_badge, get_check_badge
from waypost.scorecards.campaigns.routes import get_campaign, list_campaigns
from waypost.scorecards.exemptions.routes import list_exemptions
from waypost.scorecards.reading import answers, explaining, explanations, following, overview, queries, wire
from waypost.scorecards.reading.adoption_wire import AdoptionWire
from waypost.scorecards.reading.answering import answer, part_of
from waypost.scorecards.reading.current import Cards, current_cards
from waypost.scorecards.reading.heat import heat_map
from waypost.scorecards.reading.history import changes_document, history_document
from waypost.scorecards.reading.listing import grades_of_entity, grades_of_owner, list_grades


def make_routes() -> Blueprint:
    """Return the blueprint of scorecards."""
    routes = Blueprint("scorecards", __name__)
    for path, view in (
        ("", list_scorecards),
        ("/results", list_all_results),
        ("/results/by-entity/<kind>/<namespace>/<entity>", get_results_of_entity),
        ("/results/by-owner", get_results_of_owner),
        ("/results/by-decision/<decision>", get_adoption),
        ("/exemptions", list_exemptions),
        ("/campaigns", list_campaigns),
        ("/campaigns/<name>", get_campaign),
        ("/badges/<any(level,score):badge>/<kind>/<namespace>/<entity>/<name>.svg", get_badge),
        ("/badges/check/<kind>/<namespace>/<entity>/<name>/<check>.svg", get_check_badge),
        ("/<name>", get_scorecard),
        ("/<name>/results", list_results),
        ("/<name>/roll-ups", get_roll_ups),
        ("/<name>/heat-map", get_heat_map),
        ("/<name>/trend", get_trend),
        ("/<name>/checks/<check>", get_check),
        ("/<name>/history", list_changes),
        ("/<name>/history/<kind>/<namespace>/<entity>", get_history),
        ("/<name>/explain/<kind>/<namespace>/<entity>", explain_level),
        ("/<name>/explain/<kind>/<namespace>/<entity>/<check>", explain_result),
    ):
        routes.get(path)(view)
    return routes


@web.answers(wire.ScorecardListWire(), query=queries.IncludeQuery(), raw=True)
def list_scorecards(query: dict[str, Any]) -> Reply:
    """Return every scorecard with its levels, targets and checks."""
    return answer(lambda cards: overview.scorecard_list(cards, query["include"]))


@web.answers(wire.ScorecardDetailWire(), errors=[NotFoundError], raw=True)
def get_scorecard(name: str) -> Reply:
    """Return one scorecard, what its grades say together, and what each check finds and would lift."""
    return answer(lambda cards: overview.scorecard_detail(cards.index(name)))


@web.answers(answers.GradePageWire(), query=queries.ResultsQuery(), errors=[NotFoundError], raw=True)
def list_results(name: str, query: dict[str, Any]) -> Reply:
    """Return a page of the entities that a scorecard grades, by reference; all of them as CSV.

    ``totalItems`` is exact. What ``nextCursor`` leads to holds every grade once, whatever changes meanwhile.
    """
    return list_grades([name], query)


@web.answers(answers.GradePageWire(), query=queries.AllResultsQuery(), errors=[NotFoundError], raw=True)
def list_all_results(query: dict[str, Any]) -> Reply:
    """Return a page of the grades of every scorecard, by scorecard and entity; all of them as CSV."""
    named = query["scorecard"]
    names = [named] if named else current_cards(web.edge()).names(query["include"])
    return list_grades(names, query)


@web.answers(answers.GradeListWire(), query=queries.IncludeQuery(), errors=[InputError], raw=True)
def get_results_of_entity(kind: str, namespace: str, entity: str, query: dict[str, Any]) -> Reply:
    """Return the grades of one entity. An entity that no scorecard applies to has none."""
    ref = EntityRef.parse(f"{kind}:{namespace}/{entity}")
    return answer(lambda cards: {"items": grades_of_entity(cards, str(ref), query["include"])}, is_kept=False)


@web.answers(answers.OwnerWire(), query=queries.OwnerQuery(), raw=True)
def get_results_of_owner(query: dict[str, Any]) -> Reply:
    """Return the grades of everything that a group or user owns, and what they say together."""
    owner = EntityRef.parse(query["owner"], "group")
    return answer(lambda cards: grades_of_owner(cards, str(owner), query["include"]), is_kept=False)


@web.answers(answers.RollUpsWire(), query=queries.ByQuery(), errors=[NotFoundError], raw=True)
def get_roll_ups(name: str, query: dict[str, Any]) -> Reply:
    """Return what the grades of each owner, system, domain or tier say together."""
    return answer(lambda cards: overview.roll_ups(cards.index(name), query["by"]))


@web.answers(answers.HeatMapWire(), query=queries.RowsQuery(), errors=[NotFoundError], raw=True)
def get_heat_map(name: str, query: dict[str, Any]) -> Reply:
    """Return how many entities of each owner, system, domain or tier meet each check."""

    def make(cards: Cards) -> dict[str, Any]:
        index = cards.index(name)
        return overview.stamped(index) | {"by": query["rows"]} | heat_map(index, query["rows"])

    return answer(make)


@web.answers(answers.TrendWire(), query=queries.TrendQuery(), errors=[NotFoundError], raw=True)
def get_trend(name: str, query: dict[str, Any]) -> Reply:
    """Return what grades said together, day by day: of the whole, or of one owner, system, domain or tier."""
    place = part_of(query)

    def make(cards: Cards) -> dict[str, Any]:
        with web.reading() as connection:
            days = {"first": query["first"], "last": query["last"]}
            return overview.trend_document(connection, cards.index(name), place, **days)

    return answer(make)


@web.answers(answers.CheckDetailWire(), query=queries.PageQuery(), errors=[NotFoundError], raw=True)
def get_check(name: str, check: str, query: dict[str, Any]) -> Reply:
    """Return a check of a scorecard, what it finds and would lift, and a page of the entities that do not meet it."""

    def make(cards: Cards) -> dict[str, Any]:
        with web.reading() as connection:
            return overview.check_detail(connection, cards.index(name), check, **query)

    return answer(make)


@web.answers(
    answers.ChangesWire(), query=queries.ChangesQuery(), errors=[NotFoundError, InputError], raw=True
)
def list_changes(name: str, query: dict[str, Any]) -> Reply:
    """Return a page of every change of any entity's level, score and checks in a scorecard, the newest first."""

    def make(cards: Cards) -> dict[str, Any]:
        with web.reading() as connection:
            return changes_document(connection, cards.document(name), **query)

    return answer(make, is_kept=False)


@web.answers(
    answers.HistoryWire(), query=queries.HistoryQuery(), errors=[NotFoundError, InputError], raw=True
)
def get_history(name: str, *, kind: str, namespace: str, entity: str, query: dict[str, Any]) -> Reply:
    """Return every change of an entity's level, score and checks in a scorecard, the newest first, and what moved it."""
    ref = EntityRef.parse(f"{kind}:{namespace}/{entity}")

    def make(cards: Cards) -> dict[str, Any]:
        with web.reading() as connection:
            return history_document(connection, cards.document(name), str(ref), query["limit"])

    return answer(make, is_kept=False)


@web.answers(AdoptionWire(), errors=[NotFoundError])
def get_adoption(decision: str) -> web.Versioned:
    """Return how far the estate follows a decision: who passes the checks that it asked for, now and over time."""
    return _versioned(lambda connection: following.adoption_of(connection, decision))


@web.answers(explanations.LevelExplanationWire(), errors=[NotFoundError, InputError])
def explain_level(name: str, *, kind: str, namespace: str, entity: str) -> web.Versioned:
    """Explain a level: what is missing for each level above it, and what exemptions hide."""
    ref = EntityRef.parse(f"{kind}:{namespace}/{entity}")
    return _versioned(lambda connection: explaining.explain_level(connection, name, ref))


@web.answers(explanations.ExplanationWire(), errors=[NotFoundError, InputError])
def explain_result(name: str, *, kind: str, namespace: str, entity: str, check: str) -> Any:
    """Explain a result: the rule, its parameters, and the facts that it read, with source and age."""
    ref = EntityRef.parse(f"{kind}:{namespace}/{entity}")
    with web.reading() as connection:
        return explaining.explain(connection, name, ref, check)


def _versioned(read: Callable[[Connection], Any]) -> web.Versioned:
    """Return what *read* gives, under the revision of the results.

    The revision is read first: should an evaluation end in between, the answer is newer than its ETag says
    and is fetched once more; the other way round, old results would pass for new.
    """
    with web.reading() as connection:
        revision = service.revision(connection)
        return web.Versioned(read(connection), revision)
