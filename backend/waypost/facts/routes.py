"""Routes of facts: what is known of an entity, and where facts come from."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import orjson
from flask import Blueprint, Response

from waypost.catalog.model import EntityRef
from waypost.catalog.store import heads_of_refs
from waypost.core import web
from waypost.core.answers import Reply, streamed
from waypost.core.database import reading
from waypost.core.errors import NotFoundError, ServiceUnavailableError
from waypost.facts import ages, pushing, refreshing, service
from waypost.facts.exporting import MEDIA_TYPE, export_facts
from waypost.facts.pushed import read_items
from waypost.facts.wire import (
    AgesQuerySchema,
    AgesSchema,
    ExportedFactSchema,
    FactHistorySchema,
    FactListSchema,
    FactQuerySchema,
    FactSourceListSchema,
    HistoryQuerySchema,
    PushedSchema,
    PushSchema,
    RefreshSchema,
)

BODY_LIMIT_BYTES: Final = 16 * 1024 * 1024
"""10,000 facts with values of a kilobyte and a half."""


def make_routes() -> Blueprint:
    """Return the blueprint of facts."""
    routes = Blueprint("facts", __name__)
    routes.get("/by-entity/<kind>/<namespace>/<name>")(get_facts)
    routes.get("/by-entity/<kind>/<namespace>/<name>/history")(get_history)
    routes.get("/ages")(list_ages)
    routes.get("/export")(get_export)
    routes.get("/sources")(get_sources)
    routes.post("")(push_facts)
    routes.post("/refresh/by-entity/<kind>/<namespace>/<name>")(ask_refresh)
    routes.get("/refresh/by-entity/<kind>/<namespace>/<name>")(get_refresh)
    return routes


@web.answers(FactListSchema(), query=FactQuerySchema())
def get_facts(kind: str, namespace: str, name: str, query: dict[str, Any]) -> dict[str, Any]:
    """Return every fact of one entity, with its source and how old it is. No facts is an empty list."""
    ref = EntityRef.parse(f"{kind}:{namespace}/{name}")
    with web.reading() as connection:
        return {"items": service.facts_of(connection, ref, now=web.now(), at=query["at"])}


@web.answers(FactHistorySchema(), query=HistoryQuerySchema())
def get_history(kind: str, namespace: str, name: str, query: dict[str, Any]) -> dict[str, Any]:
    """Return every value that one fact of an entity has had, the newest first."""
    ref = EntityRef.parse(f"{kind}:{namespace}/{name}")
    with web.reading() as connection:
        return {"items": service.history_of(connection, ref, query["path"])}


@web.answers(AgesSchema(), query=AgesQuerySchema(), raw=True)
def list_ages(query: dict[str, Any]) -> Reply:
    """Return as of when the facts of a page of entities are, by reference and path, without their values."""
    with web.reading() as connection:
        return Reply(orjson.dumps(ages.page_of_ages(connection, query["after"], query["limit"])))


@web.answers(ExportedFactSchema(), media_type=MEDIA_TYPE, errors=[ServiceUnavailableError])
def get_export() -> Response:
    """Return every fact that is known as lines of JSON, by entity and path, as `waypost facts import` takes them.

    It is made while it is sent: what changes meanwhile is told as it is when its turn comes.
    """
    engine = web.edge().engine
    return streamed(export_facts(lambda: reading(engine)), MEDIA_TYPE)


@web.answers(FactSourceListSchema())
def get_sources() -> dict[str, Any]:
    """Return every fact source: what it declares, when it was last read, what it refused then, and why it failed."""
    with web.reading() as connection:
        return {"items": service.list_sources(connection)}


@web.answers(PushedSchema(), body=PushSchema(), writes="facts", body_limit=BODY_LIMIT_BYTES)
def push_facts(body: dict[str, Any]) -> Reply:
    """Take facts of one source, up to 10,000: each on its own, and kept when this answers.

    One that is refused does not stop the others; the answer says of each what came of it. The same request may be
    sent again: what has an id counts once.
    """
    items = list(read_items(body["facts"]))
    with web.writing() as connection:
        outcomes = pushing.push(connection, body["source"], items, at=web.now(), is_full=body["full"])
    told = [
        {"id": item.id, "result": outcome.result, "reason": outcome.reason}
        for item, outcome in zip(items, outcomes, strict=True)
    ]
    counts = Counter(outcome.result.value for outcome in outcomes)
    return Reply(orjson.dumps({"source": body["source"], "counts": counts, "items": told}))


@web.answers(RefreshSchema(), status=202, writes="facts", errors=[NotFoundError])
def ask_refresh(kind: str, namespace: str, name: str) -> dict[str, Any]:
    """Ask for the facts of one entity anew: collected and evaluated beside the server, within seconds.

    What came of it is told by GET of the same address.
    """
    ref = str(EntityRef.parse(f"{kind}:{namespace}/{name}"))
    with web.writing() as connection:
        if not any(heads_of_refs(connection, [ref])):
            raise NotFoundError("entity", ref)
        return refreshing.ask(connection, ref, web.now())


@web.answers(RefreshSchema(), errors=[NotFoundError])
def get_refresh(kind: str, namespace: str, name: str) -> dict[str, Any]:
    """Return what came of the last asking for the facts of one entity: `waiting`, or `done` and what was found."""
    ref = str(EntityRef.parse(f"{kind}:{namespace}/{name}"))
    with web.reading() as connection:
        found = refreshing.find_asked(connection, ref)
    if found is None:
        raise NotFoundError("refresh", ref)
    return found
