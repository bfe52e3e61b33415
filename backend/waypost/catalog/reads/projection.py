"""Projections: the part of an entity that ``fields`` asks for (Backstage catalog)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from waypost.core.errors import InputError

_MISSING = object()
# Every object has these in JavaScript, and lodash sets none of them: who asks gets what leads there, empty.
_INHERITED = frozenset({"__proto__", "constructor"})
# The longest key of an annotation has 317 characters. Longer names would only cost time: each part of a field
# that is not there is tried together with all before it.
_LONGEST_KEY = 1_000
# Each is looked for in each entity.
_MOST_FIELDS = 500


def parse_fields(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the field paths in *texts*, each once; several may stand in one, with commas between.

    Raises:
        InputError: A path has a bracket, or there are too many.
    """
    fields = dict.fromkeys(field for text in texts for part in text.split(",") if (field := part.strip()))
    for field in fields:
        if "[" in field:
            raise InputError(f'Invalid field "{field}", array type fields are not supported')
    if len(fields) > _MOST_FIELDS:
        raise InputError(f"Invalid fields, there are more than {_MOST_FIELDS}")
    return tuple(fields)


def project(document: Any, fields: Iterable[str]) -> dict[str, Any]:
    """Return what *document* has at *fields*; what is not there is left out. *document* is used up."""
    output: dict[str, Any] = {}
    for field in fields:
        path, value = _locate(document, field)
        if value is not _MISSING:
            _put(output, path, value)
    return output


def _locate(document: Any, field: str) -> tuple[list[str], Any]:
    """Return the keys that *field* names and the value there; a key may itself hold dots."""
    keys: list[str] = []
    at, waiting = document, ""
    for part in field.split("."):
        name = f"{waiting}.{part}" if waiting else part
        inner = _inner(at, name)
        if inner is _MISSING and len(name) > _LONGEST_KEY:
            return keys, _MISSING
        if inner is _MISSING:
            waiting = name
        else:
            keys.append(name)
            at, waiting = inner, ""
    return keys, _MISSING if waiting or not keys else at


def _inner(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        found = value.get(name, _MISSING)
        return None if found is _MISSING and name in _INHERITED else found
    if isinstance(value, list) and _is_index(name) and int(name) < len(value):
        return value[int(name)]
    return _MISSING


def _put(output: Any, path: list[str], value: Any) -> None:
    """Set *value* at *path*, making lists where the next key is a number (as lodash does)."""
    at = output
    for key, following in pairwise(path):
        if key in _INHERITED:
            return
        inner = _inner(at, key)
        if not isinstance(inner, (dict, list)):
            inner = [] if _is_index(following) else {}
            _assign(at, key, inner)
        at = inner
    if path[-1] not in _INHERITED:
        _assign(at, path[-1], value)


def _assign(holder: Any, key: str, value: Any) -> None:
    if isinstance(holder, dict):
        holder[key] = value
        return
    holder.extend([None] * (int(key) + 1 - len(holder)))
    holder[int(key)] = value


def _is_index(text: str) -> bool:
    return text.isascii() and text.isdigit() and (text == "0" or text[0] != "0")
