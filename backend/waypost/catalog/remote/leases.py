"""Which sources are due, and who reads them: a lease on each, so that several processes share the work."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, and_, case, not_, or_, select, update

from waypost.catalog.rules.annotations import LocationRef, parse_key
from waypost.catalog.tables import catalog_parent, catalog_source

_table: Final = catalog_source.c


@dataclass(frozen=True, slots=True)
class Lease:
    """A source that this process may read until its lease ends.

    ``stamp`` is what tells whether it changed since it was read well, "" where it was not. ``parents`` are the
    Location entities that lead to it; it ``is_required`` where one of them says so.
    """

    id: int
    location: LocationRef
    origin: LocationRef
    digest: str
    stamp: str
    failures: int
    parents: tuple[str, ...]
    is_required: bool
    due_at: datetime
    until: datetime


def has_due(connection: Connection, at: datetime) -> bool:
    """Tell whether any source is to be read, and nobody does. Cheap enough to ask every half second."""
    statement = select(_table.id).where(_is_free(at), _table.due_at <= at).limit(1)
    return connection.execute(statement).first() is not None


def lease_due(
    connection: Connection, at: datetime, until: datetime, *, limit: int, busy: Collection[str] = ()
) -> list[list[Lease]]:
    """Take the lease of up to *limit* sources that are due, longest first, each with all that is read with it.

    That is whatever the same Location entities lead to: what one of them holds counts only when all can be read.

    Args:
        until: When the lease ends, should this process not come back.
        busy: Beginnings of keys that are left alone for now.
    """
    others = [not_(_table.key.startswith(begin, autoescape=True)) for begin in busy]
    due = select(_table.id).where(_is_free(at), _table.due_at <= at, *others).order_by(_table.due_at)
    chosen = [row.id for row in connection.execute(due.limit(limit).with_for_update(skip_locked=True))]
    leased: dict[int, Lease] = {}
    families = []
    for number in chosen:
        if number in leased:
            continue
        family = _leases(connection, _family(connection, number, at), until)
        leased |= {lease.id: lease for lease in family}
        families.append(family)
    if leased:
        statement = update(catalog_source).where(_table.id.in_(leased))
        connection.execute(statement.values(claimed_until=until))
    return families


def is_held(connection: Connection, lease: Lease) -> bool:
    """Tell whether *lease* still holds: the source is there, and nobody else took it."""
    row = connection.execute(select(_table.claimed_until).where(_table.id == lease.id)).one_or_none()
    return row is not None and row.claimed_until == lease.until


def renew(connection: Connection, leases: Collection[Lease], until: datetime) -> list[Lease]:
    """Return *leases*, which were taken together, with the new end *until*; one that was lost stays lost."""
    held = _table.claimed_until.in_({lease.until for lease in leases})
    statement = update(catalog_source).where(_table.id.in_([lease.id for lease in leases]), held)
    connection.execute(statement.values(claimed_until=until))
    return [replace(lease, until=until) for lease in leases]


def release(connection: Connection, leases: Iterable[Lease]) -> None:
    """Give *leases* back; their sources stay due."""
    statement = update(catalog_source).where(_table.id.in_([lease.id for lease in leases]))
    connection.execute(statement.values(claimed_until=None))


def settle(connection: Connection, lease: Lease, *, at: datetime, due_at: datetime, stamp: str) -> None:
    """Record that the leased source was read well at *at*, and give *lease* back."""
    _put(connection, lease, due_at, {"read_at": at, "stamp": stamp, "failures": 0, "error": None})


def postpone(connection: Connection, lease: Lease, *, due_at: datetime) -> None:
    """Have the leased source read again at *due_at*, and give *lease* back."""
    _put(connection, lease, due_at, {})


def _put(connection: Connection, lease: Lease, due_at: datetime, values: dict[str, Any]) -> None:
    # Who wanted it to be read while it was being read wants it once more.
    following = case((_table.due_at == lease.due_at, due_at), else_=_table.due_at)
    statement = update(catalog_source).where(_table.id == lease.id)
    connection.execute(statement.values(claimed_until=None, due_at=following, **values))


def _is_free(at: datetime) -> ColumnElement[bool]:
    return or_(_table.claimed_until.is_(None), _table.claimed_until <= at)


def _family(connection: Connection, number: int, at: datetime) -> list[Row[Any]]:
    """Return the source with the id *number*, and those that nobody reads of what its parents lead to."""
    parent, other = catalog_parent.alias().c, catalog_parent.alias().c
    kin = select(other.source).where(other.ref == parent.ref, parent.source == number)
    statement = select(catalog_source).where(
        or_(_table.id == number, and_(_table.id.in_(kin), _is_free(at), _table.due_at.is_not(None)))
    )
    return list(connection.execute(statement.order_by(_table.id).with_for_update(skip_locked=True)))


def _leases(connection: Connection, rows: list[Row[Any]], until: datetime) -> list[Lease]:
    table = catalog_parent.c
    led = select(table.source, table.ref, table.is_required).where(table.source.in_([row.id for row in rows]))
    parents: dict[int, dict[str, bool]] = {}
    for row in connection.execute(led.order_by(table.ref)):
        parents.setdefault(row.source, {})[row.ref] = row.is_required
    return [_lease(row, parents.get(row.id, {}), until) for row in rows]


def _lease(row: Row[Any], parents: Mapping[str, bool], until: datetime) -> Lease:
    return Lease(
        id=row.id,
        location=parse_key(row.key),
        origin=parse_key(row.origin),
        # What failed is read whole again, and taken over whatever it holds: its status is to go.
        digest="" if row.error else row.digest,
        stamp="" if row.error else row.stamp,
        failures=row.failures,
        parents=tuple(parents),
        is_required=not parents or any(parents.values()),
        due_at=row.due_at,
        until=until,
    )
