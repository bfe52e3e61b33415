"""What the runbooks' feature does and answers, whoever asks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from waypost.catalog.model import Catalog
from waypost.core.errors import NotFoundError
from waypost.core.plugin import Context
from waypost.core.records import find_record, list_records, sync_records
from waypost.runbooks.briefs import document_of
from waypost.runbooks.model import Runbooks
from waypost.runbooks.store import REVISION, runbooks_runbook

_ONLY_WITH_ONE = frozenset({"markdown", "steps", "variables", "dashboards", "named"})


def sync_runbooks(context: Context) -> str:
    """Write the workspace's runbooks to the database; a new revision is counted when anything changed."""
    catalog = context.knowledge[Catalog]
    documents = [document_of(runbook, catalog) for runbook in context.knowledge[Runbooks].ordered]
    sync_records(context, runbooks_runbook, REVISION, documents)
    return f"{len(documents)} runbooks"


def list_runbooks(connection: Connection) -> dict[str, Any]:
    """Return every runbook without its text and steps, by name. One query."""
    found = [
        {key: value for key, value in document.items() if key not in _ONLY_WITH_ONE}
        for document in list_records(connection, runbooks_runbook)
    ]
    return {"items": found, "totalItems": len(found)}


def get_runbook(connection: Connection, name: str) -> dict[str, Any]:
    """Return the runbook called *name*. One query.

    Raises:
        NotFoundError: There is none.
    """
    found = find_record(connection, runbooks_runbook, name)
    if found is None:
        raise NotFoundError("runbook", name)
    return found


def get_runbook_by_alert(connection: Connection, alert: str) -> dict[str, Any]:
    """Return the runbook that answers *alert*, written in any case. One query.

    Raises:
        NotFoundError: None does.
    """
    wanted = alert.lower()
    for document in list_records(connection, runbooks_runbook):
        if wanted in (name.lower() for name in document["alerts"]):
            return document
    raise NotFoundError("runbook for the alert", alert)
