"""``/api/runbooks``: the runbooks, as JSON."""

from __future__ import annotations

import orjson
from flask import Blueprint

from waypost.core.errors import NotFoundError
from waypost.core.web import Reply, answers, reading
from waypost.runbooks import service
from waypost.runbooks.schemas import RunbookBodyWire, RunbooksWire


def make_blueprint() -> Blueprint:
    """Return the routes of the runbooks."""
    blueprint = Blueprint("runbooks", __name__)
    blueprint.get("")(list_runbooks)
    blueprint.get("/<name>")(get_runbook)
    blueprint.get("/by-alert/<alert>")(get_runbook_by_alert)
    return blueprint


@answers(RunbooksWire, raw=True)
def list_runbooks() -> Reply:
    """List the runbooks, by name."""
    with reading() as connection:
        found = service.list_runbooks(connection)
        return Reply(orjson.dumps({"items": found, "totalItems": len(found)}), service.etag_of(connection))


@answers(RunbookBodyWire, raw=True, errors=[NotFoundError])
def get_runbook(name: str) -> Reply:
    """Return one runbook with its text, steps and variables."""
    with reading() as connection:
        return Reply(orjson.dumps(service.get_runbook(connection, name)), service.etag_of(connection))


@answers(RunbookBodyWire, raw=True, errors=[NotFoundError])
def get_runbook_by_alert(alert: str) -> Reply:
    """Return the runbook that answers an alert, whose name may be written in any case."""
    with reading() as connection:
        return Reply(
            orjson.dumps(service.get_runbook_by_alert(connection, alert)), service.etag_of(connection)
        )
