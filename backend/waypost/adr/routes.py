"""``/api/adr``: the decisions, as JSON."""

from __future__ import annotations

from datetime import date

from flask import Blueprint

from waypost.adr import service
from waypost.adr.cycle import CycleTime
from waypost.adr.cycle_wire import CycleQuery, CycleTimeWire
from waypost.adr.feedroutes import get_feed
from waypost.adr.schemas import DecisionBodyWire, DecisionQuery, DecisionsWire
from waypost.adr.store import REVISION
from waypost.core.edge import now, reading
from waypost.core.errors import NotFoundError
from waypost.core.web import Reply, answers, reply_from


def make_blueprint() -> Blueprint:
    """Return the routes of the decisions."""
    blueprint = Blueprint("adr", __name__)
    blueprint.get("/decisions")(list_decisions)
    blueprint.get("/decisions/<name>")(get_decision)
    blueprint.get("/cycle-time")(get_cycle_time)
    blueprint.get("/feed")(get_feed)
    return blueprint


@answers(DecisionsWire, query=DecisionQuery)
def list_decisions(query: dict[str, str]) -> Reply:
    """List the decisions, in order, narrowed by status, affected entity, scope or tag."""
    return reply_from(REVISION, lambda connection: service.list_decisions(connection, query))


@answers(DecisionBodyWire, raw=True, errors=[NotFoundError])
def get_decision(name: str) -> Reply:
    """Return one decision with its text, by id or number."""
    return reply_from(REVISION, lambda connection: service.get_decision(connection, name))


@answers(CycleTimeWire, query=CycleQuery)
def get_cycle_time(query: dict[str, date | None]) -> CycleTime:
    """Tell how long decisions take from proposed to decided, by scope, and which proposals are open."""
    with reading() as connection:
        return service.get_cycle_time(connection, today=now().date(), since=query["since"])
