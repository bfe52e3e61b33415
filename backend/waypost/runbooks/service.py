"""What the runbooks' feature does and answers, whoever asks."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from sqlalchemy import Connection

from waypost.core.database import bump_revision, revision_of
from waypost.core.errors import NotFoundError
from waypost.core.plugin import Context
from waypost.runbooks import store
from waypost.runbooks.model import Runbooks
from waypost.runbooks.schemas import RunbookBodyWire

_ONLY_WITH_ONE = frozenset({"markdown", "steps", "variables", "dashboards"})


def sync_runbooks(context: Context) -> str:
    """Write the workspace's runbooks to the database; a new revision is counted when anything changed."""
    documents = RunbookBodyWire(many=True).dump(context.knowledge[Runbooks].ordered)
    etag = hashlib.sha1(orjson.dumps(documents), usedforsecurity=False).hexdigest()
    known = revision_of(context.connection, store.REVISION)
    if known is None or known.etag != etag:
        store.put_runbooks(context.connection, documents)
        bump_revision(context.connection, store.REVISION, etag, context.now)
    return f"{len(documents)} runbooks"


def list_runbooks(connection: Connection) -> list[dict[str, Any]]:
    """Return every runbook without its text and steps, by name. One query."""
    return [
        {key: value for key, value in document.items() if key not in _ONLY_WITH_ONE}
        for document in store.list_documents(connection)
    ]


def get_runbook(connection: Connection, name: str) -> dict[str, Any]:
    """Return the runbook called *name*. One query.

    Raises:
        NotFoundError: There is none.
    """
    found = store.find_document(connection, name)
    if found is None:
        raise NotFoundError("runbook", name)
    return found


def get_runbook_by_alert(connection: Connection, alert: str) -> dict[str, Any]:
    """Return the runbook that answers *alert*, written in any case. One query.

    Raises:
        NotFoundError: None does.
    """
    wanted = alert.lower()
    for document in store.list_documents(connection):
        if wanted in (name.lower() for name in document["alerts"]):
            return document
    raise NotFoundError("runbook for the alert", alert)


def etag_of(connection: Connection) -> str:
    """Return what identifies the runbooks as they are now, "" before the first sync."""
    revision = revision_of(connection, store.REVISION)
    return revision.etag if revision else ""
