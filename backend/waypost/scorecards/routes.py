"""Routes of scorecards: what they ask, what entities came to, and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint
from sqlalchemy import Connection

from waypost.catalog.model import EntityRef
from waypost.core import web
from waypost.core.errors import InputError, NotFoundError
from waypost.scorecards import service
from waypost.scorecards.exemptions.routes import list_exemptions
from waypost.scorecards.reading import explaining, following, queries, wire
from waypost.scorecards.reading.adoption_wire import AdoptionWire


def make_routes() -> Blueprint:
    """Return the blueprint of scorecards."""
    routes = Blueprint("scorecards", __name__)
    routes.get("")(list_scorecards)
    routes.get("/exemptions")(list_exemptions)
    routes.get("/<name>")(get_scorecard)
    routes.get("/<name>/results")(list_results)
    routes.get("/results/by-entity/<kind>/<namespace>/<entity>")(get_results_of_entity)
    routes.get("/results/by-owner")(get_results_of_owner)
    routes.get("/results/by-decision/<decision>")(get_adoption)
    routes.get("/<name>/explain/<kind>/<namespace>/<entity>/<check>")(explain_result)
    return routes


@web.answers(wire.ScorecardListWire(), query=queries.IncludeQuery())
def list_scorecards(query: dict[str, Any]) -> web.Versioned:
    """Return every scorecard with its levels, targets and checks."""
    return _versioned(lambda connection: {"items": service.list_scorecards(connection, query["include"])})


@web.answers(wire.ScorecardDetailWire(), errors=[NotFoundError])
def get_scorecard(name: str) -> web.Versioned:
    """Return one scorecard, what its results say together, and how many entities each check finds in which state."""
    return _versioned(lambda connection: service.get_scorecard(connection, name))


@web.answers(wire.GradePageWire(), query=queries.ResultsQuery(), errors=[NotFoundError])
def list_results(name: str, query: dict[str, Any]) -> web.Versioned:
    """Return a page of the entities that a scorecard grades, by reference."""
    return _versioned(lambda connection: service.list_results(connection, name, query))


@web.answers(wire.GradeListWire(), query=queries.IncludeQuery(), errors=[InputError])
def get_results_of_entity(kind: str, namespace: str, entity: str, query: dict[str, Any]) -> web.Versioned:
    """Return the grades of one entity. An entity that no scorecard applies to has none."""
    ref = EntityRef.parse(f"{kind}:{namespace}/{entity}")
    return _versioned(
        lambda connection: {"items": service.results_of_entity(connection, ref, query["include"])}
    )


@web.answers(wire.OwnerWire(), query=queries.OwnerQuery())
def get_results_of_owner(query: dict[str, Any]) -> web.Versioned:
    """Return the grades of everything that a group or user owns, and what they say together."""
    owner = EntityRef.parse(query["owner"], "group")
    return _versioned(lambda connection: service.results_of_owner(connection, owner, query["include"]))


@web.answers(AdoptionWire(), errors=[NotFoundError])
def get_adoption(decision: str) -> web.Versioned:
    """Return how far the estate follows a decision: who passes the checks that it asked for, now and over time."""
    return _versioned(lambda connection: following.adoption_of(connection, decision))


@web.answers(wire.ExplanationWire(), errors=[NotFoundError, InputError])
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
