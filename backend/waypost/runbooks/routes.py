"""``/api/runbooks``: the runbooks, as JSON."""

from __future__ import annotations

from flask import Blueprint

from waypost.core.errors import NotFoundError
from waypost.core.web import Reply, answers, reply_from
from waypost.runbooks import service
from waypost.runbooks.schemas import RunbookBodyWire, RunbooksWire
from waypost.runbooks.store import REVISION


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
    return reply_from(REVISION, service.list_runbooks)


@answers(RunbookBodyWire, raw=True, errors=[NotFoundError])
def get_runbook(name: str) -> Reply:
    """Return one runbook with its text, steps and variables."""
    return reply_from(REVISION, lambda connection: service.get_runbook(connection, name))


@answers(RunbookBodyWire, raw=True, errors=[NotFoundError])
def get_runbook_by_alert(alert: str) -> Reply:
    """Return the runbook that answers an alert, whose name may be written in any case."""
    return reply_from(REVISION, lambda connection: service.get_runbook_by_alert(connection, alert))
