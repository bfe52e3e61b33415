"""The table of runbooks: each as it is served, in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Column, Connection, Integer, Table, Text, delete, insert, select

from waypost.core.database import JsonText, metadata

REVISION: Final = "runbooks"

runbooks_runbook: Final = Table(
    "runbooks_runbook",
    metadata,
    Column("name", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("document", JsonText, nullable=False),
)


def put_runbooks(connection: Connection, documents: Sequence[dict[str, Any]]) -> None:
    """Keep *documents* and no others, in their order."""
    connection.execute(delete(runbooks_runbook))
    rows = [{"name": d["name"], "position": place, "document": d} for place, d in enumerate(documents)]
    if rows:
        connection.execute(insert(runbooks_runbook), rows)


def list_documents(connection: Connection) -> list[dict[str, Any]]:
    """Return every runbook as it is served, in order. One query."""
    query = select(runbooks_runbook.c.document).order_by(runbooks_runbook.c.position)
    return list(connection.scalars(query))


def find_document(connection: Connection, name: str) -> dict[str, Any] | None:
    """Return the runbook called *name*, or None."""
    query = select(runbooks_runbook.c.document).where(runbooks_runbook.c.name == name)
    found: dict[str, Any] | None = connection.scalar(query)
    return found
