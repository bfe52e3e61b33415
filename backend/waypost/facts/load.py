"""Reads the fact sources of ``catalog/``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from waypost.catalog.model import Catalog, Definition
from waypost.core.errors import InputError, Problem
from waypost.core.plugin import Knowledge, Loaded
from waypost.core.schemas import WireSchema
from waypost.core.workspace import Workspace
from waypost.facts.model import FactSource, FactSources
from waypost.facts.schemas import FactSourceSpecSchema

RULE_INVALID = "facts/invalid"
RULE_DUPLICATE = "facts/duplicate"


def load_fact_sources(_workspace: Workspace, knowledge: Knowledge) -> Loaded[FactSources]:
    """Read every ``kind: FactSource``; one that breaks the schema is left out, with its problems."""
    sources: list[FactSource] = []
    problems: list[Problem] = []
    for definition in knowledge[Catalog].definitions_of("FactSource"):
        source, faults = read_spec(definition, FactSourceSpecSchema(), RULE_INVALID)
        problems += faults
        if source is not None:
            metadata = text_metadata(definition)
            sources.append(
                replace(source, name=definition.name, path=definition.path, line=definition.line, **metadata)
            )
    problems += _duplicates(sources, knowledge[Catalog])
    return Loaded(FactSources(tuple(sources)), problems)


def read_spec(definition: Definition, schema: WireSchema, rule: str) -> tuple[Any, list[Problem]]:
    """Read the ``spec`` of *definition* by *schema*: its value or None, and a problem for each fault."""
    shown = f"{definition.kind} '{definition.name}'"
    try:
        return schema.read(shown, definition.document.get("spec")), []
    except InputError as error:
        return None, [
            Problem(
                definition.path,
                definition.line_of("spec", *_keys(definition.document.get("spec"), fault.path)),
                rule,
                f"{shown}: {fault}",
                "write it as the guide to scorecards and facts shows",
            )
            for fault in error.faults
        ]


def text_metadata(definition: Definition) -> dict[str, str]:
    """Return the title and description of *definition*, "" where it has none."""
    metadata = definition.document.get("metadata")
    known = metadata if isinstance(metadata, Mapping) else {}
    return {
        "title": str(known.get("title") or definition.name),
        "description": str(known.get("description") or ""),
    }


def _keys(value: object, dotted: str) -> list[str | int]:
    """Return the keys that lead to *dotted* in *value*; a key of the file may itself hold dots."""
    keys: list[str | int] = []
    rest = dotted.removesuffix(".key").removesuffix(".value")
    while rest:
        known = value if isinstance(value, Mapping) else {}
        whole = [key for key in known if isinstance(key, str) and (rest == key or rest.startswith(f"{key}."))]
        key = max(whole, key=len, default=rest.split(".")[0])
        rest = rest[len(key) + 1 :]
        if key == "value" and key not in known:
            continue
        keys.append(int(key) if isinstance(value, list) and key.isdigit() else key)
        value = _below(value, keys[-1])
    return keys


def _below(value: object, key: str | int) -> object:
    if isinstance(value, Mapping):
        return value.get(key)
    if isinstance(value, list) and isinstance(key, int) and key < len(value):
        return value[key]
    return None


def _duplicates(sources: list[FactSource], catalog: Catalog) -> Iterator[Problem]:
    lines = {(d.path, d.line): d for d in catalog.definitions_of("FactSource")}
    names: dict[str, FactSource] = {}
    paths: dict[str, str] = {}
    for source in sources:
        definition = lines[source.path, source.line]
        if source.name in names:
            message = f"two fact sources are named '{source.name}'"
            yield Problem(source.path, source.line, RULE_DUPLICATE, message, "give one another name")
        names[source.name] = source
        for fact in source.declarations:
            if fact.path in paths:
                message = f"'{fact.path}' is already declared by fact source '{paths[fact.path]}'"
                line = definition.line_of("spec", "facts", fact.path)
                yield Problem(source.path, line, RULE_DUPLICATE, message, "let one source give it")
            paths.setdefault(fact.path, source.name)
