"""Routes of facts: what is known of an entity, and where facts come from."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from waypost.catalog.model import EntityRef
from waypost.core import web
from waypost.facts import service
from waypost.facts.schemas import FactListSchema, FactSourceListSchema


def make_routes() -> Blueprint:
    """Return the blueprint of facts."""
    routes = Blueprint("facts", __name__)
    routes.get("/by-entity/<kind>/<namespace>/<name>")(get_facts)
    routes.get("/sources")(get_sources)
    return routes


@web.answers(FactListSchema())
def get_facts(kind: str, namespace: str, name: str) -> dict[str, Any]:
    """Return every fact of one entity, with its source and how old it is. No facts is an empty list."""
    with web.reading() as connection:
        return {"items": service.facts_of(connection, EntityRef.parse(f"{kind}:{namespace}/{name}"))}


@web.answers(FactSourceListSchema())
def get_sources() -> dict[str, Any]:
    """Return every fact source: what it declares, when it was last read, and what it refused then."""
    with web.reading() as connection:
        return {"items": service.list_sources(connection)}
