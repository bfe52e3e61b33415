"""Records: what a feature derives from files and serves, written anew when any of it changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha1
from typing import Any, Final

import orjson
from sqlalchemy import Column, Connection, Integer, Table, Text, delete, insert, select

from waypost.core.columns import JsonText, metadata
from waypost.core.plugin import Context
from waypost.core.revisions import bump_revision, revision_of

BATCH: Final = 500
"""How many rows are inserted with one statement."""


def records_table(name: str, *, key: str) -> Table:
    """Return a table of JSON documents, each as it is served: by *key*, which it has itself, and in order."""
    return Table(
        name,
        metadata,
        Column(key, Text, primary_key=True),
        Column("position", Integer, nullable=False),
        Column("document", JsonText, nullable=False),
    )


def sync_records(context: Context, table: Table, revision: str, documents: Sequence[dict[str, Any]]) -> bool:
    """Keep *documents* in a ``records_table``, in their order, and no others; tell whether any had changed.

    Args:
        revision: What the state of the table is called.
    """
    (key,) = table.primary_key
    rows = [
        {key.name: document[key.name], "position": place, "document": document}
        for place, document in enumerate(documents)
    ]
    return write_if_changed(
        context, revision, documents, lambda connection: replace_rows(connection, table, rows)
    )


def list_records(connection: Connection, table: Table) -> list[dict[str, Any]]:
    """Return every document of a ``records_table``, in order. One query."""
    return list(connection.scalars(select(table.c.document).order_by(table.c.position)))


def find_record(connection: Connection, table: Table, key: str) -> dict[str, Any] | None:
    """Return the document of a ``records_table`` whose key is *key*, or None. One query."""
    (column,) = table.primary_key
    found: dict[str, Any] | None = connection.scalar(select(table.c.document).where(column == key))
    return found


def write_if_changed(
    context: Context, revision: str, content: Any, write: Callable[[Connection], object]
) -> bool:
    """Call *write* and count a revision of the data called *revision*, unless its *content* is kept already.

    Tells whether it was written.

    Args:
        content: All that is kept, as JSON can hold it.
    """
    etag = sha1(orjson.dumps(content), usedforsecurity=False).hexdigest()
    known = revision_of(context.connection, revision)
    if known is not None and known.etag == etag:
        return False
    write(context.connection)
    bump_revision(context.connection, revision, etag, context.now)
    return True


def replace_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Keep *rows* in *table*, and no others."""
    connection.execute(delete(table))
    for start in range(0, len(rows), BATCH):
        connection.execute(insert(table), rows[start : start + BATCH])
