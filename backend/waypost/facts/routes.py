"""Routes of facts: what is known of an entity, and where facts come from."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from waypost.catalog.model import EntityRef
from waypost.core import web
from waypost.facts import service
from waypost.facts.schemas import (
    FactHistorySchema,
    FactListSchema,
    FactQuerySchema,
    FactSourceListSchema,
    HistoryQuerySchema,
)


def make_routes() -> Blueprint:
    """Return the blueprint of facts."""
    routes = Blueprint("facts", __name__)
    routes.get("/by-entity/<kind>/<namespace>/<name>")(get_facts)
    routes.get("/by-entity/<kind>/<namespace>/<name>/history")(get_history)
    routes.get("/sources")(get_sources)
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


@web.answers(FactSourceListSchema())
def get_sources() -> dict[str, Any]:
    """Return every fact source: what it declares, when it was last read, what it refused then, and why it failed."""
    with web.reading() as connection:
        return {"items": service.list_sources(connection)}
