"""Cursors: where a list of entities goes on, and what it lists (Backstage catalog)."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from waypost.catalog.reads.predicates import Predicate, check_predicate
from waypost.core.errors import InputError

# More than any catalog has, and no more than JSON keeps to the digit.
MOST: Final = 2**53


@dataclass(frozen=True, slots=True)
class FullText:
    """A text to look for, and the fields to look in; None for the usual ones."""

    term: str = ""
    fields: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """What a list shows, and the entity that this page begins behind or ends before.

    ``at`` and ``first`` are an entity's place in the order: value and uid, or uid alone.
    """

    predicate: Predicate | None = None
    field: str | None = None
    is_descending: bool = False
    full_text: FullText | None = None
    total: int | None = None
    at: tuple[str, ...] = ()
    first: tuple[str, ...] | None = None
    is_previous: bool = False

    def moved(self, *, at: tuple[str, ...], is_previous: bool, total: int, first: tuple[str, ...]) -> Cursor:
        """Return the cursor of a neighbouring page."""
        return replace(self, at=at, is_previous=is_previous, total=total, first=first)


def dump_cursor(cursor: Cursor) -> str:
    """Return *cursor* as clients carry it: base64 of JSON, with the keys that they look for."""
    order = "desc" if cursor.is_descending else "asc"
    wire: dict[str, Any] = {
        "orderFields": [{"field": cursor.field, "order": order}] if cursor.field else [],
        "orderFieldValues": cursor.at,
        "firstSortFieldValues": cursor.first,
        "isPrevious": cursor.is_previous,
        "totalItems": cursor.total,
    }
    if cursor.predicate is not None:
        wire["query"] = cursor.predicate
    if cursor.full_text:
        wire["fullTextFilter"] = {"term": cursor.full_text.term}
        if cursor.full_text.fields is not None:
            wire["fullTextFilter"]["fields"] = cursor.full_text.fields
    return base64.b64encode(orjson.dumps(wire)).decode()


def parse_cursor(text: str) -> Cursor:
    """Read a cursor that a client sends back.

    Raises:
        InputError: It is not one of ours.
    """
    try:
        wire = orjson.loads(base64.b64decode(text))
        return _cursor(wire)
    except (ValueError, OverflowError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise InputError("Malformed cursor, could not be parsed") from error


def _cursor(wire: Any) -> Cursor:
    order = wire["orderFields"][0] if wire["orderFields"] else {"field": None, "order": "asc"}
    field, direction = order["field"], order["order"]
    text = wire.get("fullTextFilter")
    total = wire.get("totalItems")
    _demand(direction in ("asc", "desc") and isinstance(field, (str, type(None))))
    _demand(isinstance(wire["isPrevious"], bool) and isinstance(total, (int, float, type(None))))
    _demand(total is None or abs(total) <= MOST)
    at = _texts(wire["orderFieldValues"])
    _demand(not at or len(at) == (2 if field else 1))
    first = wire.get("firstSortFieldValues")
    return Cursor(
        predicate=check_predicate(wire["query"]) if "query" in wire else None,
        field=field,
        is_descending=direction == "desc",
        full_text=_full_text(text) if text is not None else None,
        total=None if total is None else int(total),
        at=at,
        first=None if first is None else _texts(first),
        is_previous=wire["isPrevious"],
    )


def _full_text(wire: Any) -> FullText:
    term, fields = wire["term"], wire.get("fields")
    _demand(isinstance(term, str))
    return FullText(term, None if fields is None else _texts(fields))


def _texts(value: Any) -> tuple[str, ...]:
    _demand(isinstance(value, list) and all(isinstance(item, str) for item in value))
    return tuple(value)


def _demand(is_right: bool) -> None:  # noqa: FBT001 - the claim itself is the argument
    if not is_right:
        raise TypeError
