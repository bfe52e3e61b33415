"""Routes of Tech Insights, as its clients ask: ``/api/tech-insights``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import orjson
from flask import Blueprint, Response, request
from marshmallow import Schema
from sqlalchemy import Connection, Engine

from waypost.catalog.model import EntityRef
from waypost.core import web
from waypost.core.answers import View, contract_of, streamed
from waypost.core.database import reading
from waypost.core.errors import InputError, NotFoundError, ServiceUnavailableError, WaypostError
from waypost.core.reply import JSON
from waypost.runbooks.settings import SITE
from waypost.techinsights import queries, retrieving, schemas
from waypost.techinsights.known import Known, known_checks
from waypost.techinsights.running import Run, dump_entity

# A request of the client's names up to 750 entities, by names that may be long.
BULK_BYTES: Final = 1_000_000
BATCH: Final = 250
_UNPROCESSABLE: Final = 422


def make_routes() -> Blueprint:
    """Return the blueprint of Tech Insights."""
    routes = Blueprint("tech-insights", __name__)
    routes.get("/checks")(list_checks)
    routes.post("/checks/run/<namespace>/<kind>/<name>")(run_checks)
    routes.post("/checks/run")(run_bulk_checks)
    routes.get("/fact-schemas")(list_fact_schemas)
    routes.get("/facts/latest")(get_latest_facts)
    routes.get("/facts/range")(get_facts_between)
    return routes


def _describes(query: type[Schema]) -> Callable[[View], View]:
    """Return a decorator that describes the *query* of a view which reads it itself, as ``qs`` writes it."""

    def decorate(view: View) -> View:
        contract = contract_of(view)
        assert contract is not None  # noqa: S101 - it stands above ``answers``
        view.__dict__["contract"] = replace(contract, query=query())
        return view

    return decorate


@web.answers(schemas.InsightCheckWire, many=True, raw=True)
def list_checks() -> web.Reply:
    """Return every check of every scorecard that is active or deprecated, as Tech Insights lists checks."""
    with web.reading() as connection:
        return web.Reply(orjson.dumps([check.listed for check in _known(connection).checks.values()]))


@web.answers(schemas.CheckResultWire, many=True, raw=True, body=schemas.RunBody, errors=[NotFoundError])
def run_checks(namespace: str, kind: str, name: str, body: dict[str, Any]) -> web.Reply:
    """Return what checks came to for one entity when it was last evaluated, those that are true first."""
    ref = str(EntityRef.parse(f"{kind}:{namespace}/{name}"))
    with web.reading() as connection:
        run = _run(connection, body["checks"])
        return web.Reply(orjson.dumps(next(run.of_entities(connection, [ref]))))


@web.answers(
    schemas.BulkResultWire,
    many=True,
    raw=True,
    body=schemas.BulkBody,
    body_limit=BULK_BYTES,
    errors=[ServiceUnavailableError],
)
def run_bulk_checks(body: dict[str, Any]) -> web.Reply | Response:
    """Return the same for several entities, for every one that has facts where none is named."""
    try:
        with web.reading() as connection:
            run = _run(connection, body["checks"])
            asked = body["entities"] or retrieving.entities_with_facts(connection)
    except NotFoundError as error:
        return _failed(body["entities"], error)
    pieces = _joined(asked, run, web.edge().engine)
    return web.Reply(b"".join(pieces)) if len(asked) <= BATCH else streamed(pieces, JSON)


def _failed(entities: Sequence[Any], error: WaypostError) -> web.Reply:
    """Answer as Tech Insights does where a check is not known: each entity failed, the request did not."""
    with web.reading() as connection:
        asked = entities or retrieving.entities_with_facts(connection)
    items = [dump_entity(_named(each), [], str(error)) for each in asked]
    return web.Reply(b"[" + b",".join(items) + b"]")


def _joined(asked: Sequence[Any], run: Run, engine: Engine) -> Iterator[bytes]:
    """Give the answer piece by piece: what is in memory does not grow with the number of entities."""
    begin = b"["
    for start in range(0, len(asked), BATCH):
        batch = asked[start : start + BATCH]
        with reading(engine) as connection:
            yield begin + b",".join(_items(connection, batch, run))
        begin = b","
    yield b"]" if asked else b"[]"


def _items(connection: Connection, asked: Sequence[Any], run: Run) -> Iterator[bytes]:
    refs = [_ref_or_fault(each) for each in asked]
    found = run.of_entities(connection, [ref for ref in refs if isinstance(ref, str)])
    for each, ref in zip(asked, refs, strict=True):
        if isinstance(ref, str):
            yield dump_entity(_named(each), next(found))
        else:
            yield dump_entity(_named(each), [], str(ref))


def _ref_or_fault(asked: Any) -> str | InputError:
    try:
        return str(EntityRef.parse(_named(asked)))
    except InputError as error:
        return error


def _named(asked: Any) -> str:
    """Return what an answer calls the entity: a text as it was given, an object as its reference in lower case."""
    return asked if isinstance(asked, str) else "{kind}:{namespace}/{name}".format(**asked).lower()


@_describes(schemas.FactSchemasQuery)
@web.answers(schemas.FactSchemaWire, many=True, raw=True)
def list_fact_schemas() -> web.Reply:
    """Return what each retriever gives: every fact source, and every scorecard with its results."""
    ids = _ids()
    with web.reading() as connection:
        found = retrieving.list_schemas(connection)
    return web.Reply(orjson.dumps([each for each in found if not ids or each["id"] in ids]))


@_describes(schemas.FactsQuery)
@web.answers(schemas.FactsWire, raw=True, errors=[InputError])
def get_latest_facts() -> web.Reply:
    """Return the newest facts of an entity, by retriever."""
    ref, ids = _entity(), _ids()
    if not ids:
        return _no_ids()
    with web.reading() as connection:
        return web.Reply(orjson.dumps(retrieving.latest_facts(connection, ref, ids)))


@_describes(schemas.FactRangeQuery)
@web.answers(schemas.FactsWire, raw=True, errors=[InputError])
def get_facts_between() -> web.Reply:
    """Return the facts of an entity for each time in between when they changed, a list by retriever."""
    ref, ids = _entity(), _ids()
    if not ids:
        return _no_ids()
    times = []
    for name in ("startDatetime", "endDatetime"):
        at = queries.moment(request.args.get(name, ""))
        if at is None:
            return _no_time(name.replace("time", "Time"))
        times.append(at)
    with web.reading() as connection:
        return web.Reply(
            orjson.dumps(retrieving.facts_between(connection, ref, ids, retrieving.Period(*times)))
        )


def _known(connection: Connection) -> Known:
    return known_checks(connection, web.edge().settings[SITE] or "/")


def _run(connection: Connection, ids: Collection[str] | None) -> Run:
    known = _known(connection)
    return Run(known, known.choose(ids))


def _ids() -> list[str]:
    return queries.texts(request.args.items(multi=True), "ids")


def _entity() -> EntityRef:
    given = request.args.get("entity")
    if given is None:
        raise InputError("the query", ["'entity' is missing: the reference of an entity"])
    return EntityRef.parse(given)


def _no_ids() -> web.Reply:
    return _refusal({"error": "Failed to parse ids from request"})


def _no_time(field: str) -> web.Reply:
    return _refusal({"message": "Failed to parse datetime from request", "field": field, "value": None})


def _refusal(body: dict[str, Any]) -> web.Reply:
    return web.Reply(orjson.dumps(body), status=_UNPROCESSABLE)
