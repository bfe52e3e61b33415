"""The search rows of an entity: every key and value that filters, orders and facets see (Backstage catalog)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import orjson

SPECIAL = frozenset(
    {
        "attachments",
        "relations",
        "status",
        "metadata.name",
        "metadata.namespace",
        "metadata.uid",
        "metadata.etag",
    }
)
# Keys that every entity has beside those of its leaves.
_ADDED = frozenset({"metadata.name", "metadata.namespace", "metadata.uid"})
LONGEST = 200
# A letter is at most two UTF-16 units.
_SURELY_SHORT = LONGEST // 2
_LEAVES = (str, bool, int, float, type(None))
# Up to here JavaScript keeps every digit of a whole number.
_MOST_EXACT = 2**53
# From here on JavaScript writes whole numbers with an exponent.
_EXPONENT_FROM = 1e21
_EXPONENT_BELOW = 1e-6


Leaf = tuple[str, Any]
"""A path into a document, and the text, number, truth value or nothing that stands there."""


class Row(NamedTuple):
    """A key and a value in lower case; None where there is no value to compare. ``original`` as written."""

    key: str
    value: str | None
    original: str | None


def search_rows(document: Mapping[str, Any], uid: str) -> list[Row]:
    """Return the search rows of the entity *document*, each key and value once."""
    relations = (
        (f"relations.{relation['type']}", relation["targetRef"]) for relation in document.get("relations", ())
    )
    kept = _kept_rows([*leaves_of(document), *_added(document, uid), *relations])
    return [Row(row[0] or "", row[1], row[-1]) for row in kept]


def search_json(leaves: Iterable[Leaf], document: Mapping[str, Any], uid: str) -> bytes:
    """Return the search rows of the entity *document* as they are kept, but for those of relations.

    They are JSON: a list of ``[key, value or null]`` or ``[key, value, original]``.

    Args:
        leaves: What ``leaves_of`` gives for *document*.
    """
    return orjson.dumps(_kept_rows([*leaves, *_added(document, uid)]))


def _added(document: Mapping[str, Any], uid: str) -> tuple[Leaf, ...]:
    metadata = document["metadata"]
    return (
        ("metadata.name", metadata["name"]),
        ("metadata.namespace", metadata["namespace"]),
        ("metadata.uid", uid),
    )


def _kept_rows(leaves: Iterable[Leaf]) -> list[list[str | None]]:
    """Return the rows of *leaves*, each key and value once: with the value as it was written where that differs."""
    rows: dict[tuple[str, str | None], list[str | None]] = {}
    for raw_key, raw in leaves:
        key = raw_key.lower()
        if len(key) > _SURELY_SHORT and _length(key) > LONGEST:
            continue
        written = raw if raw.__class__ is str or raw is None else js_text(raw)
        value = written and written.lower()
        if value is None or (len(value) > _SURELY_SHORT and _length(value) > LONGEST):
            value = written = None
        if (key, value) not in rows:
            rows[key, value] = [key, value] if value == written else [key, value, written]
    return list(rows.values())


def clashing_keys(leaves: Iterable[Leaf]) -> list[str]:
    """Return the search keys of *leaves* that are written in several ways, told apart only by case."""
    keys = {key for key, _ in leaves} | _ADDED
    spellings: dict[str, list[str]] = {}
    lowered = {key.lower() for key in keys}
    if len(lowered) == len(keys):
        return []
    for key in sorted(keys):
        spellings.setdefault(key.lower(), []).append(key)
    return [key for several in spellings.values() if len(several) > 1 for key in several]


def js_text(value: bool | float) -> str:  # noqa: FBT001 - the value itself is the argument
    """Return *value* as JavaScript's ``String`` writes it: ``true``, ``10``, ``1e+21``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if abs(value) <= _MOST_EXACT else js_text(float(value))
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    if _EXPONENT_BELOW <= abs(value) < _EXPONENT_FROM:
        return format(Decimal(repr(value)), "f").removesuffix(".0")
    mantissa, _, exponent = repr(value).partition("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent):+d}"


def leaves_of(document: Mapping[str, Any]) -> list[Leaf]:
    """Return each path and the leaf there; a text in a list is also a path of its own, that is true."""
    found: list[Leaf] = []
    items: set[str] = set()
    for key, value in document.items():
        if value.__class__ is dict and key not in SPECIAL:
            for inner_key, inner in value.items():
                path = f"{key}.{inner_key}"
                if path not in SPECIAL:
                    _visit(path, inner, found, items)
        elif key not in SPECIAL:
            _visit(key, value, found, items)
    return found


def _visit(path: str, value: Any, found: list[Leaf], items: set[str]) -> None:
    kind = value.__class__
    if kind is str:
        found.append((path, value))
    elif kind is dict:
        for key, inner in value.items():
            if inner.__class__ is str:
                found.append((f"{path}.{key}", inner))
            else:
                _visit(f"{path}.{key}", inner, found, items)
    elif kind is list:
        for item in value:
            _visit(path, item, found, items)
            if item.__class__ is str:
                _visit_text_item(f"{path}.{item}", found, items)
    elif isinstance(value, _LEAVES):
        found.append((path, value))


def _visit_text_item(path: str, found: list[Leaf], items: set[str]) -> None:
    lowered = path.lower()
    if lowered not in items:
        items.add(lowered)
        found.append((path, True))


def _length(text: str) -> int:
    """Return the length in UTF-16 units, as JavaScript counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
