"""Accepting facts: which source declares one, and why it is refused; for what is collected and what is pushed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import orjson

from waypost.catalog.model import Catalog, EntityRef
from waypost.core.errors import InputError
from waypost.core.plugin import CollectedFact
from waypost.facts.model import FactDeclaration, FactSource, nearest, normal_value, type_fault

MAX_VALUE_BYTES: Final = 64 * 1024
"""A larger fact is a document, not a fact; rules would carry it around."""


@dataclass(slots=True)
class Sorted:
    """The facts of one collector by the source that declares them, and why others were refused."""

    by_source: dict[str, dict[tuple[str, str], tuple[Any, datetime | None]]]
    refused: dict[str, Counter[str]] = field(default_factory=dict)

    def refuse(self, source: str, reason: str) -> None:
        """Count a fact that was refused for *reason*."""
        self.refused.setdefault(source, Counter())[reason] += 1

    def reasons(self, source: str) -> list[str]:
        """Return why facts of *source* were refused, with how many."""
        return count_reasons(self.refused.get(source, Counter()))


def count_reasons(reasons: Mapping[str, int]) -> list[str]:
    """Return each of *reasons* with how many facts it stopped, where that is more than one."""
    return [f"{reason} ({count} facts)" if count > 1 else reason for reason, count in sorted(reasons.items())]


def sort_facts(facts: Iterable[CollectedFact], sources: list[FactSource], catalog: Catalog) -> Sorted:
    """Sort *facts* by which of *sources* declares them; the last value of a fact counts."""
    declared = {fact.path: (source.name, fact) for source in sources for fact in source.declarations}
    found = Sorted({source.name: {} for source in sources})
    for fact in facts:
        if fact.path not in declared:
            found.refuse("", undeclared(fact.path, declared))
            continue
        name, declaration = declared[fact.path]
        ref = normal_ref(fact.entity)
        reason = find_refusal(declaration, fact.value, fact.as_of)
        if not reason and (not ref or catalog.find(ref) is None):
            reason = f"no entity is named '{fact.entity}'"
        if reason:
            found.refuse(name, reason)
        else:
            found.by_source[name][ref, fact.path] = (normal_value(declaration, fact.value), fact.as_of)
    return found


def undeclared(path: str, declared: Iterable[str]) -> str:
    """Return that no source declares *path*, and which of those *declared* may be meant."""
    near = nearest(path, declared)
    return f"no source declares '{path}'" + (f", did you mean '{near}'?" if near else "")


def normal_ref(text: str) -> str:
    """Return the reference *text* as entities are known by it, "" where it is none."""
    try:
        return str(EntityRef.parse(text))
    except InputError:
        return ""


def find_refusal(declaration: FactDeclaration, value: Any, as_of: datetime | None) -> str:
    """Return why a fact cannot be kept under *declaration*, "" where it can."""
    fault = type_fault(declaration, value)
    if fault:
        return fault
    if as_of is not None and as_of.tzinfo is None:
        return f"'{declaration.path}' is as of a time without a zone"
    try:
        size = len(orjson.dumps(value))
    except TypeError as error:
        return f"'{declaration.path}' holds what JSON cannot: {error}"
    too_large = f"'{declaration.path}' is larger than {MAX_VALUE_BYTES} bytes"
    return too_large if size > MAX_VALUE_BYTES else ""
