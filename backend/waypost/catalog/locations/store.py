"""Registered locations in the database: rows in, values out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    false,
    func,
    insert,
    not_,
    or_,
    select,
    true,
    update,
)

from waypost.catalog.rules.annotations import LocationRef
from waypost.catalog.rules.search import js_text
from waypost.catalog.tables import catalog_location
from waypost.core.errors import InputError

_table: Final = catalog_location.c
_COLUMNS: Final[Mapping[str, ColumnElement[str]]] = {
    "id": _table.id,
    "type": _table.type,
    "target": _table.target,
    "entityref": _table.ref,
}


_COMBINING: Final = ("$all", "$any", "$not")
# SQLite takes no deeper expressions than a thousand.
_MOST_CONDITIONS: Final = 500


@dataclass(frozen=True, slots=True)
class RegisteredLocation:
    """A location that somebody registered. ``ref`` is the Location entity that the catalog makes for it."""

    id: str
    type: str
    target: str
    ref: str

    @property
    def location(self) -> LocationRef:
        """Where it leads."""
        return LocationRef(self.type, self.target)


def add_location(connection: Connection, location: RegisteredLocation, at: datetime) -> None:
    """Keep a new *location*."""
    values = {"id": location.id, "type": location.type, "target": location.target, "ref": location.ref}
    connection.execute(insert(catalog_location).values(**values, created_at=at))


def move_location(connection: Connection, number: str, to: LocationRef) -> None:
    """Let the location with the id *number* lead elsewhere; its reference stays."""
    statement = update(catalog_location).where(_table.id == number)
    connection.execute(statement.values(type=to.type, target=to.target))


def remove_location(connection: Connection, number: str) -> None:
    """Forget the location with the id *number*."""
    connection.execute(delete(catalog_location).where(_table.id == number))


def find_location(connection: Connection, number: str) -> RegisteredLocation | None:
    """Return the location with the id *number*, or None."""
    return _one(connection, _table.id == number)


def find_by_target(connection: Connection, location: LocationRef) -> RegisteredLocation | None:
    """Return the registered location that leads to *location*, or None."""
    return _one(connection, and_(_table.type == location.type, _table.target == location.target))


def list_locations(connection: Connection) -> list[RegisteredLocation]:
    """Return every registered location, oldest first."""
    return list(map(_location, connection.execute(_all().order_by(_table.created_at, _table.id))))


def query_locations(
    connection: Connection, query: Mapping[str, Any] | None, *, limit: int, after: str | None
) -> tuple[list[RegisteredLocation], int]:
    """Return up to *limit* locations that meet *query*, by id from behind *after*, and how many meet it in all.

    Raises:
        InputError: *query* names another column, or has more conditions than databases take.
    """
    if query is not None and _size(query) > _MOST_CONDITIONS:
        raise InputError(f"Invalid filter predicate, it has more than {_MOST_CONDITIONS} conditions")
    condition = true() if query is None else _condition(query)
    total = connection.execute(
        select(func.count()).select_from(catalog_location).where(condition)
    ).scalar_one()
    statement = _all().where(condition).order_by(_table.id).limit(limit)
    if after is not None:
        statement = statement.where(_table.id > after)
    return list(map(_location, connection.execute(statement))), total


def _all() -> Any:
    return select(_table.id, _table.type, _table.target, _table.ref)


def _one(connection: Connection, condition: ColumnElement[bool]) -> RegisteredLocation | None:
    row = connection.execute(_all().where(condition).limit(1)).one_or_none()
    return _location(row) if row else None


def _location(row: Row[Any]) -> RegisteredLocation:
    return RegisteredLocation(row.id, row.type, row.target, row.ref)


def _size(query: object) -> int:
    """Return how many conditions a predicate has."""
    if isinstance(query, list):
        return 1 + sum(map(_size, query))
    if not isinstance(query, dict):
        return 0
    return sum(1 + _size(query[key]) if key in _COMBINING else 1 for key in query)


def _condition(query: object) -> ColumnElement[bool]:
    """Return what a predicate asks of the columns. Unlike one over entities, ``$all`` of nothing holds for none."""
    if not isinstance(query, dict):
        raise InputError("Invalid filter predicate, expected an object")
    if "$all" in query:
        return and_(*map(_condition, query["$all"])) if query["$all"] else false()
    if "$any" in query:
        return or_(*map(_condition, query["$any"])) if query["$any"] else false()
    if "$not" in query:
        return not_(_condition(query["$not"]))
    return and_(true(), *(_compared(key, value) for key, value in query.items()))


def _compared(name: str, value: Any) -> ColumnElement[bool]:
    column = _COLUMNS.get(name.lower())
    if column is None:
        raise InputError(
            f"Invalid filter predicate, expected key to be 'id', 'type', 'target', or 'entityRef', got '{name}'"
        )
    if not isinstance(value, dict):
        return _equal(column, value)
    operator = next(name for name in _OPERATORS if name in value)
    return _OPERATORS[operator](column, value[operator])


def _equal(column: ColumnElement[str], value: Any) -> ColumnElement[bool]:
    return func.lower(column) == func.lower(_text(value))


def _one_of(column: ColumnElement[str], values: list[Any]) -> ColumnElement[bool]:
    # SQLite lowers ASCII alone, as bytes do.
    texts = [_text(value) for value in values]
    return func.lower(column).in_(
        {*map(str.lower, texts), *(text.encode().lower().decode() for text in texts)}
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else js_text(value)


def _prefixed(column: ColumnElement[str], value: str) -> ColumnElement[bool]:
    # A pattern of LIKE may not be long.
    return func.substr(func.lower(column), 1, len(value)) == func.lower(value)


_OPERATORS: Final[Mapping[str, Callable[[ColumnElement[str], Any], ColumnElement[bool]]]] = {
    "$exists": lambda _column, value: true() if value else false(),
    "$in": _one_of,
    "$hasPrefix": _prefixed,
    "$contains": lambda _column, _value: false(),
}
