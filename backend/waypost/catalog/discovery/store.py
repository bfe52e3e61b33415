"""Discovery in the database: when each provider looks, who looks now, and what it found so far."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, and_, delete, or_, select, update

from waypost.catalog.discovery.providers import Provider
from waypost.catalog.rules.annotations import LocationRef, parse_key
from waypost.catalog.tables import catalog_discovery, catalog_source
from waypost.core.database import upsert

_table: Final = catalog_discovery.c


def root_of(name: str) -> str:
    """Return what sources are marked with that the provider called *name* found."""
    return f"discovery:{name}"


def locations_of(connection: Connection, name: str) -> set[LocationRef]:
    """Return what the provider called *name* found so far. One query."""
    root = root_of(name)
    source = catalog_source.c
    rows = connection.execute(
        select(source.key, source.root).where(source.root.contains(root, autoescape=True))
    )
    return {parse_key(row.key) for row in rows if root in row.root.split()}


def names(connection: Connection) -> set[str]:
    """Return the names of all providers that ever looked."""
    return set(connection.scalars(select(_table.name)))


def is_any_due(connection: Connection, providers: Sequence[Provider], at: datetime) -> bool:
    """Tell whether one of *providers* is to look and nobody does, or one is known that is none of them. One query."""
    rows = {row.name: row for row in connection.execute(select(catalog_discovery))}
    if rows.keys() - {provider.name for provider in providers}:
        return True
    for provider in providers:
        row = rows.get(provider.name)
        if row is None:
            return True
        is_free = row.claimed_until is None or row.claimed_until <= at
        if is_free and (row.due_at <= at or row.digest != provider.digest):
            return True
    return False


def claim(connection: Connection, provider: Provider, at: datetime, until: datetime) -> bool:
    """Take the lease of *provider* when it is due, by the time or as its settings are others; tell whether it was free."""
    first = {"name": provider.name, "digest": "", "due_at": at, "error": ""}
    if provider.name not in names(connection):
        upsert(connection, catalog_discovery, [first], key=["name"])
    is_free = or_(_table.claimed_until.is_(None), _table.claimed_until <= at)
    is_due = or_(_table.due_at <= at, _table.digest != provider.digest)
    taken = update(catalog_discovery).where(and_(_table.name == provider.name, is_free, is_due))
    values = {"claimed_until": until, "digest": provider.digest}
    return connection.execute(taken.values(**values)).rowcount == 1


def settle(connection: Connection, provider: Provider, at: datetime, *, due_at: datetime, error: str) -> None:
    """Record that *provider* looked *at* this time, and give its lease back."""
    done = update(catalog_discovery).where(_table.name == provider.name)
    connection.execute(done.values(claimed_until=None, read_at=at, due_at=due_at, error=error))


def forget(connection: Connection, name: str) -> None:
    """Remove what is known of the provider called *name*."""
    connection.execute(delete(catalog_discovery).where(_table.name == name))
