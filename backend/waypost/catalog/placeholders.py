"""Placeholders: values of an entity that are taken in from other files (``$text``, ``$json``, ``$yaml``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from waypost.catalog.faults import Keys

NAMES = frozenset({"$text", "$json", "$yaml"})

Fill = Callable[[str, Any, Keys], Any]


def placeholders(value: Any, keys: Keys = ()) -> Iterator[tuple[Keys, str, Any]]:
    """Find the placeholders in *value*: the keys that lead to each, its name, and what it names."""
    if isinstance(value, list):
        for at, item in enumerate(value):
            yield from placeholders(item, (*keys, at))
    elif isinstance(value, dict):
        name = _name(value)
        if name:
            yield keys, name, value[name]
        elif not _has_dollar(value):
            for key, item in value.items():
                yield from placeholders(item, (*keys, key))


def fill_placeholders(value: Any, fill: Fill, keys: Keys = ()) -> Any:
    """Return *value* with each placeholder replaced by what *fill* gives for its name, value and keys."""
    if isinstance(value, list):
        return [fill_placeholders(item, fill, (*keys, at)) for at, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    name = _name(value)
    if name:
        return fill(name, value[name], keys)
    if _has_dollar(value):
        return value
    return {key: fill_placeholders(item, fill, (*keys, key)) for key, item in value.items()}


def _name(value: dict[str, Any]) -> str:
    if len(value) != 1:
        return ""
    (key,) = value
    return key if key in NAMES else ""


def _has_dollar(value: dict[str, Any]) -> bool:
    return any(key.startswith("$") for key in value)
