"""Placeholders: values of an entity that are taken in from other files (``$text``, ``$json``, ``$yaml``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import orjson

from waypost.catalog.rules.faults import DocumentFault, Keys, RejectedError
from waypost.core.errors import WaypostError
from waypost.core.yamlfile import parse_yaml

# As deep as YAML may be nested: what is served has to be written as JSON again.
DEEPEST = 100
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


def filler(read_text: Callable[[str], str]) -> Fill:
    """Return what fills placeholders with the texts that *read_text* gives for what they name.

    Where it raises a ``WaypostError``, and where the text is not what the placeholder asks for, the document is
    rejected (``RejectedError``).
    """

    def fill(name: str, target: Any, keys: Keys) -> Any:
        if not isinstance(target, str):
            raise _rejected(keys, f"'{name}' must name a file")
        try:
            text = read_text(target)
        except WaypostError as error:
            raise _rejected(keys, f"'{name}': {error}") from error
        return _content(name, target, text, keys)

    return fill


def _content(name: str, target: str, text: str, keys: Keys) -> Any:
    if name == "$text":
        return text
    if name == "$json":
        try:
            value = orjson.loads(text)
        except ValueError as error:
            raise _rejected(keys, f"'{target}' is not JSON: {error}") from error
        if is_deeper(value, DEEPEST):
            raise _rejected(keys, f"'{target}' is nested deeper than {DEEPEST} levels")
        return value
    documents, faults = parse_yaml(text)
    if faults or len(documents) != 1:
        found = faults[0].message if faults else f"it holds {len(documents)} documents, not one"
        raise _rejected(keys, f"'{target}' cannot be taken in: {found}")
    return documents[0].value


def is_deeper(value: Any, levels: int) -> bool:
    """Tell whether lists and objects in *value* lie deeper in each other than so many *levels*."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels < 0 or any(is_deeper(item, levels - 1) for item in inner)


def _rejected(keys: Keys, message: str) -> RejectedError:
    return RejectedError("preprocess", [DocumentFault(keys, message)])


def _name(value: dict[str, Any]) -> str:
    if len(value) != 1:
        return ""
    (key,) = value
    return key if key in NAMES else ""


def _has_dollar(value: dict[str, Any]) -> bool:
    return any(key.startswith("$") for key in value)
