"""Revisions: which state of derived data is in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import BigInteger, Column, Connection, Table, Text, select

from waypost.core.columns import UtcDateTime, insert_into, metadata

core_revision: Final = Table(
    "core_revision",
    metadata,
    Column("name", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("etag", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Revision:
    """A state of derived data: counted from 1, with what identifies its content and when it was made."""

    number: int
    etag: str
    at: datetime


def revision_of(connection: Connection, name: str) -> Revision | None:
    """Return the newest revision of the data called *name*, None before the first."""
    table = core_revision.c
    query = select(table.number, table.etag, table.at).where(table.name == name)
    row = connection.execute(query).one_or_none()
    return Revision(row.number, row.etag, row.at) if row else None


def revision_numbers(connection: Connection, *names: str) -> dict[str, int]:
    """Return the number of the newest revision of the data called each of *names*, 0 before the first. One query."""
    table = core_revision.c
    query = select(table.name, table.number).where(table.name.in_(names))
    return dict.fromkeys(names, 0) | {row.name: row.number for row in connection.execute(query)}


def bump_revision(connection: Connection, name: str, etag: str, at: datetime) -> Revision:
    """Record that the data called *name* changed, and return its new revision.

    Args:
        etag: What identifies the content, such as a hash of it. No quotes.
    """
    statement = insert_into(connection, core_revision).values(name=name, number=1, etag=etag, at=at)
    newer = {"number": core_revision.c.number + 1, "etag": etag, "at": at}
    statement = statement.on_conflict_do_update(index_elements=["name"], set_=newer)
    number = connection.execute(statement.returning(core_revision.c.number)).scalar_one()
    return Revision(number, etag, at)
