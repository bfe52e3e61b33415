"""How the files are doing that the catalog is read from, for those who run it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from waypost.catalog.rules.annotations import LocationRef
from waypost.catalog.tables import catalog_entity, catalog_source


@dataclass(frozen=True, slots=True)
class SourceState:
    """One source: who asks for it, when it was read and will be read again, and what its last reading met."""

    name: str
    root: str
    errors: tuple[dict[str, str], ...]
    failures: int
    read_at: datetime | None
    due_at: datetime | None

    @property
    def state(self) -> str:
        """``failing`` while the last reading met errors, ``waiting`` before the first, else ``ok``."""
        if self.errors:
            return "failing"
        return "ok" if self.read_at else "waiting"


def list_sources(connection: Connection) -> list[SourceState]:
    """Return every source, by name. One query."""
    table = catalog_source.c
    statement = select(
        table.key, table.root, table.error, table.failures, table.read_at, table.due_at
    ).order_by(table.key)
    return [_state(row) for row in connection.execute(statement)]


def entities_from(connection: Connection, origin: LocationRef) -> list[str]:
    """Return the references of the entities that the root *origin* led to, sorted."""
    source, entity = catalog_source.c, catalog_entity.c
    statement = (
        select(entity.ref)
        .join_from(catalog_source, catalog_entity, entity.source == source.id)
        .where(source.origin == str(origin))
    )
    return list(connection.scalars(statement.order_by(entity.ref)))


def _state(row: Row[*tuple[Any, ...]]) -> SourceState:
    return SourceState(row.key, row.root, tuple(row.error or ()), row.failures, row.read_at, row.due_at)
