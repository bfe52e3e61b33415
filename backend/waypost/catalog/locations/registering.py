"""Registered locations: who adds, moves and takes away what the catalog is to read, and who asks for it."""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

import orjson
from sqlalchemy import Connection, select

from waypost.catalog.ingestion.applying import add_root, mark_due, remove_root
from waypost.catalog.ingestion.generated import generated_ref
from waypost.catalog.locations import store as locationstore
from waypost.catalog.locations.store import RegisteredLocation
from waypost.catalog.reads.predicates import Predicate, check_predicate
from waypost.catalog.rules.annotations import ORIGIN_LOCATION, LocationRef, parse_key
from waypost.catalog.store import lock_entities
from waypost.catalog.tables import catalog_entity
from waypost.core.errors import ConflictError, InputError, NotFoundError

ROOT: Final = "registered"
DEFAULT_LIMIT: Final = 1_000
_MOST: Final = 1_000_000
_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LocationPage:
    """Some of the registered locations, how many there are in all, and the cursor to the next."""

    items: list[RegisteredLocation]
    total: int
    following: str = ""


@dataclass(frozen=True, slots=True)
class LocationQuery:
    """Which registered locations to list, and how many of them from behind which id."""

    query: Predicate | None = None
    limit: int = DEFAULT_LIMIT
    after: str | None = None


def check_type(location: LocationRef, types: Collection[str]) -> None:
    """Refuse a *location* of a type that may not be registered."""
    if location.type not in types:
        allowed = ",".join(f'"{kind}"' for kind in types)
        raise InputError(f"Registered locations must be of an allowed type [{allowed}]")


def register(
    connection: Connection, location: LocationRef, at: datetime, *, is_refreshed: bool
) -> RegisteredLocation:
    """Register *location*, to be read as soon as possible.

    Args:
        is_refreshed: One that is registered already is read again; otherwise it is refused.

    Raises:
        ConflictError: It is registered already.
    """
    lock_entities(connection)
    known = locationstore.find_by_target(connection, location)
    if known is not None:
        if not is_refreshed:
            raise ConflictError(f"Location {location} already exists")
        mark_due(connection, known.ref, at)
        return known
    added = RegisteredLocation(str(uuid4()), location.type, location.target, generated_ref(location))
    locationstore.add_location(connection, added, at)
    add_root(connection, location, ROOT, at, ref=added.ref)
    return added


def move(connection: Connection, number: str, to: LocationRef, at: datetime) -> RegisteredLocation:
    """Let the registered location with the id *number* lead elsewhere; its id and its reference stay.

    Raises:
        NotFoundError: There is none.
        ConflictError: Another leads there.
    """
    lock_entities(connection)
    other = locationstore.find_by_target(connection, to)
    if other is not None and other.id != number.lower():
        raise ConflictError(f"Location {to} already exists")
    known = get(connection, number)
    if known.location != to:
        locationstore.move_location(connection, known.id, to)
        remove_root(connection, known.location, ROOT, at)
        add_root(connection, to, ROOT, at, ref=known.ref)
    return replace(known, type=to.type, target=to.target)


def forget(connection: Connection, number: str, at: datetime) -> None:
    """Take the registered location with the id *number* away, and all that only it led to.

    Raises:
        NotFoundError: There is none.
    """
    lock_entities(connection)
    known = get(connection, number)
    locationstore.remove_location(connection, known.id)
    remove_root(connection, known.location, ROOT, at)


def refresh(connection: Connection, ref: str, at: datetime) -> None:
    """Have the source of the entity *ref* read as soon as possible, and the Locations that lead to it.

    Raises:
        NotFoundError: There is no such entity, or nothing leads to it any more.
    """
    try:
        mark_due(connection, ref, at)
    except NotFoundError as error:
        raise _missing(ref, f"Entity {ref} not found") from error


def get(connection: Connection, number: str) -> RegisteredLocation:
    """Return the registered location with the id *number*.

    Raises:
        NotFoundError: There is none.
    """
    found = locationstore.find_location(connection, number.lower()) if _ID.fullmatch(number) else None
    if found is None:
        raise _missing(number, f"Found no location with ID {number}")
    return found


def get_by_entity(connection: Connection, kind: str, namespace: str, name: str) -> RegisteredLocation:
    """Return the registered location that led to the entity with this reference.

    Raises:
        NotFoundError: There is no such entity, or nobody registered what led to it.
    """
    ref = f"{kind}:{namespace}/{name}".lower()
    table = catalog_entity.c
    body = connection.execute(select(table.body).where(table.ref == ref)).scalar()
    if body is None:
        raise _missing(ref, f"found no entity for ref {ref}")
    origin = orjson.loads(bytes(body))["metadata"]["annotations"][ORIGIN_LOCATION]
    location = parse_key(origin)
    found = locationstore.find_by_target(connection, location)
    if found is None:
        raise _missing(ref, f"Found no location with type {location.type} and target {location.target}")
    return found


def list_page(connection: Connection, asked: LocationQuery) -> LocationPage:
    """Return the part of the registered locations that is *asked* for, by id.

    Raises:
        InputError: The query names another column.
    """
    items, total = locationstore.query_locations(
        connection, asked.query, limit=asked.limit + 1, after=asked.after
    )
    if len(items) <= asked.limit:
        return LocationPage(items, total)
    shown = items[: asked.limit]
    wire: dict[str, Any] = {"limit": asked.limit, "afterId": shown[-1].id}
    if asked.query is not None:
        wire["query"] = asked.query
    return LocationPage(shown, total, base64.b64encode(orjson.dumps(wire)).decode())


def parse_query(body: Mapping[str, Any]) -> LocationQuery:
    """Return what the *body* of a request asks for: the page that its cursor leads to, or the first of a query.

    Raises:
        InputError: It cannot be understood.
    """
    if "cursor" in body:
        return _parse_cursor(body["cursor"])
    limit = body.get("limit", DEFAULT_LIMIT)
    if limit != int(limit) or limit < 1:
        raise InputError("Limit must be a positive integer >= 1")
    return LocationQuery(check_predicate(body["query"]) if "query" in body else None, min(int(limit), _MOST))


def _parse_cursor(text: str) -> LocationQuery:
    if not text:
        raise InputError("Cursor cannot be empty")
    try:
        wire = orjson.loads(base64.b64decode(text))
    except ValueError as error:
        raise InputError("Malformed cursor, unknown encoding") from error
    limit = wire.get("limit") if isinstance(wire, dict) else None
    after = wire.get("afterId") if isinstance(wire, dict) else None
    if type(limit) is not int or limit < 1 or not isinstance(after, str | None):
        raise InputError("Malformed cursor: it is none of a list of locations")
    query = check_predicate(wire["query"], begin="Malformed cursor: ") if "query" in wire else None
    return LocationQuery(query, min(limit, _MOST), after)


def _missing(name: str, message: str) -> NotFoundError:
    """Return the error with the words that Backstage's catalog has for it."""
    error = NotFoundError("location", name)
    error.args = (message,)
    return error
