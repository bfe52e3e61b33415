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


class Row(NamedTuple):
    """A key and a value in lower case; None where there is no value to compare. ``original`` as written."""

    key: str
    value: str | None
    original: str | None


def search_rows(document: Mapping[str, Any], uid: str) -> list[Row]:
    """Return the search rows of the entity *document*, each key and value once."""
    metadata = document["metadata"]
    leaves = _leaves(document)
    leaves += [
        ("metadata.name", metadata["name"]),
        ("metadata.namespace", metadata["namespace"]),
        ("metadata.uid", uid),
    ]
    leaves += [
        (f"relations.{relation['type']}", relation["targetRef"]) for relation in document.get("relations", ())
    ]
    rows: dict[tuple[str, str | None], Row] = {}
    for raw_key, raw in leaves:
        key = raw_key.lower()
        if len(key) > _SURELY_SHORT and _length(key) > LONGEST:
            continue
        original = None if raw is None else raw if raw.__class__ is str else js_text(raw)
        value = None if original is None else original.lower()
        if value is None or (len(value) > _SURELY_SHORT and _length(value) > LONGEST):
            value = original = None
        rows.setdefault((key, value), Row(key, value, original))
    return list(rows.values())


def search_blob(rows: Iterable[Row]) -> bytes:
    """Return *rows* as they are kept: JSON, a list of ``[key, value or null]`` or ``[key, value, original]``."""
    return orjson.dumps([list(row[:2]) if row[1] == row[2] else list(row) for row in rows])


def clashing_keys(document: Mapping[str, Any]) -> list[str]:
    """Return the search keys of *document* that are written in several ways, told apart only by case."""
    keys = {key for key, _ in _leaves(document)} | _ADDED
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


def _leaves(document: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return each path and the leaf there; a text in a list is also a path of its own, that is true."""
    found: list[tuple[str, Any]] = []
    items: set[str] = set()
    for key, value in document.items():
        _visit(key, value, found, items)
    return found


def _visit(path: str, value: Any, found: list[tuple[str, Any]], items: set[str]) -> None:
    kind = value.__class__
    if path in SPECIAL:
        return
    if kind is dict:
        for key, inner in value.items():
            _visit(f"{path}.{key}", inner, found, items)
    elif kind is list:
        for item in value:
            _visit(path, item, found, items)
            if item.__class__ is str:
                _visit_text_item(f"{path}.{item}", found, items)
    elif isinstance(value, _LEAVES):
        found.append((path, value))


def _visit_text_item(path: str, found: list[tuple[str, Any]], items: set[str]) -> None:
    lowered = path.lower()
    if lowered not in items:
        items.add(lowered)
        found.append((path, True))


def _length(text: str) -> int:
    """Return the length in UTF-16 units, as JavaScript counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
