"""Reads checks and fact schemas of Tech Insights: from app-config, or as its API answers them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from waypost.core.errors import InputError
from waypost.core.yamlfile import YamlDocument, parse_yaml

_CHECKS = ("techInsights", "factChecker", "checks")


@dataclass(frozen=True, slots=True)
class SourceCheck:
    """A check as it is written, with where that is."""

    id: str
    document: Mapping[str, Any]
    path: str
    line: int


@dataclass(slots=True)
class Source:
    """What some files hold: checks, and what is declared of facts by retriever and name."""

    checks: list[SourceCheck] = field(default_factory=list)
    types: dict[tuple[str, str], str] = field(default_factory=dict)
    descriptions: dict[tuple[str, str], str] = field(default_factory=dict)


def read_sources(paths: list[Path]) -> Source:
    """Read the files at *paths*: YAML of a configuration, or JSON that ``/checks`` or ``/fact-schemas`` answered.

    Raises:
        InputError: One cannot be read, or holds neither checks nor schemas.
    """
    source = Source()
    for path in paths:
        documents, faults = parse_yaml(_text(path))
        if faults:
            raise InputError(str(path), [fault.message for fault in faults], line=faults[0].line)
        if sum(_read(source, str(path), document) for document in documents) == 0:
            told = f"has no {'.'.join(_CHECKS)}, and is no answer of /checks or /fact-schemas"
            raise InputError(str(path), [told])
    return source


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), [f"cannot be read: {error}"]) from error


def _read(source: Source, path: str, document: YamlDocument) -> int:
    """Add what *document* holds to *source*, and return how much that was."""
    found = 0
    for keys, name, value in _items(document.value):
        line = document.line_of(*keys)
        if "entityFilter" in value or ("version" in value and "rule" not in value):
            _read_schema(source, value)
        else:
            source.checks.append(SourceCheck(name, value, path, line))
        found += 1
    return found


def _items(value: Any) -> Iterator[tuple[tuple[str | int, ...], str, Mapping[str, Any]]]:
    """Give each check or schema in *value*, with the keys that lead to it and its id."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            if isinstance(item, Mapping) and "id" in item:
                yield (number,), str(item["id"]), item
        return
    for key in _CHECKS:
        value = value.get(key) if isinstance(value, Mapping) else None
    for name, item in value.items() if isinstance(value, Mapping) else ():
        if isinstance(item, Mapping):
            yield (*_CHECKS, name), str(name), item


def _read_schema(source: Source, schema: Mapping[str, Any]) -> None:
    for name, fact in schema.items():
        if isinstance(fact, Mapping) and isinstance(fact.get("type"), str):
            key = (str(schema["id"]), str(name))
            source.types[key] = fact["type"]
            source.descriptions[key] = str(fact.get("description") or "")
