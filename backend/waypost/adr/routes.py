"""``/api/adr``: the decisions, as JSON."""

from __future__ import annotations

import orjson
from flask import Blueprint

from waypost.adr import service
from waypost.adr.schemas import DecisionBodyWire, DecisionQuery, DecisionsWire
from waypost.core.errors import NotFoundError
from waypost.core.web import Reply, answers, reading


def make_blueprint() -> Blueprint:
    """Return the routes of the decisions."""
    blueprint = Blueprint("adr", __name__)
    blueprint.get("/decisions")(list_decisions)
    blueprint.get("/decisions/<name>")(get_decision)
    return blueprint


@answers(DecisionsWire, query=DecisionQuery)
def list_decisions(query: dict[str, str]) -> Reply:
    """List the decisions, in order, narrowed by status, affected entity, scope or tag."""
    with reading() as connection:
        found = service.list_decisions(connection, query)
        return Reply(orjson.dumps({"items": found, "totalItems": len(found)}), service.etag_of(connection))


@answers(DecisionBodyWire, raw=True, errors=[NotFoundError])
def get_decision(name: str) -> Reply:
    """Return one decision with its text, by id or number."""
    with reading() as connection:
        return Reply(orjson.dumps(service.get_decision(connection, name)), service.etag_of(connection))
