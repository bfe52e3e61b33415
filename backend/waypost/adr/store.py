"""The table of decisions: each as it is served, in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Column, Connection, Integer, Table, Text, delete, insert, select

from waypost.core.database import JsonText, metadata

REVISION: Final = "adr"

adr_decision: Final = Table(
    "adr_decision",
    metadata,
    Column("id", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("document", JsonText, nullable=False),
)


def put_decisions(connection: Connection, documents: Sequence[dict[str, Any]]) -> None:
    """Keep *documents* and no others, in their order."""
    connection.execute(delete(adr_decision))
    rows = [{"id": d["id"], "position": place, "document": d} for place, d in enumerate(documents)]
    if rows:
        connection.execute(insert(adr_decision), rows)


def list_documents(connection: Connection) -> list[dict[str, Any]]:
    """Return every decision as it is served, in order. One query."""
    query = select(adr_decision.c.document).order_by(adr_decision.c.position)
    return list(connection.scalars(query))


def find_document(connection: Connection, name: str) -> dict[str, Any] | None:
    """Return the decision whose id is *name*, or None."""
    query = select(adr_decision.c.document).where(adr_decision.c.id == name)
    found: dict[str, Any] | None = connection.scalar(query)
    return found
