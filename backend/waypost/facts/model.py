"""What is known of an entity: declared facts, the sources that find them, and facts as they stand."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from waypost.facts.shapes import TYPES as TYPES  # noqa: PLC0414 - what a fact may be
from waypost.facts.shapes import Shape, find_fault, normal
from waypost.facts.shapes import is_timestamp as is_timestamp  # noqa: PLC0414


@dataclass(frozen=True, slots=True)
class FactDeclaration:
    """One fact that a source promises: its dotted path, its type, and what it means.

    ``inside`` says more of the value than its type, where anybody declared that.
    """

    path: str
    type: str
    unit: str = ""
    description: str = ""
    example: Any = None
    inside: Shape | None = None

    @property
    def shape(self) -> Shape:
        """What its value is to be."""
        return self.inside or Shape(self.type)


@dataclass(frozen=True, slots=True)
class FactSource:
    """Where facts come from: a collector, what it is told to read, how often, and the facts it gives.

    ``ttl`` is the age at which its facts are old, None for never. ``path`` and ``line`` say where it is
    written.
    """

    name: str
    collector: str
    declarations: tuple[FactDeclaration, ...]
    source: str = ""
    schedule: timedelta | None = None
    ttl: timedelta | None = None
    title: str = ""
    description: str = ""
    path: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class FactSources:
    """Every fact source of the workspace, by name."""

    sources: tuple[FactSource, ...] = ()

    @cached_property
    def declarations(self) -> Mapping[str, FactDeclaration]:
        """Every declared fact by its path."""
        return {fact.path: fact for source in self.sources for fact in source.declarations}

    @cached_property
    def source_of(self) -> Mapping[str, FactSource]:
        """The source of each declared path."""
        return {fact.path: source for source in self.sources for fact in source.declarations}

    def declared(self, path: Iterable[str]) -> FactDeclaration | None:
        """Return the declared fact that *path* names or reaches into, None where there is none.

        ``docs.runbook.exercisedAt`` reaches into an object that is declared as ``docs.runbook``.
        """
        parts = tuple(path)
        names = (".".join(parts[:size]) for size in range(len(parts), 0, -1))
        return next((self.declarations[name] for name in names if name in self.declarations), None)

    def shape(self, path: Iterable[str]) -> Shape | None:
        """Return what is declared of the value at *path*, which may reach into a fact; None where nothing is.

        ``docs.runbook.exercisedAt`` is a timestamp that is optional: a rule has to test that it is there.
        """
        parts = tuple(path)
        declaration = self.declared(parts)
        return declaration.shape.below(parts[declaration.path.count(".") + 1 :]) if declaration else None

    def nearest(self, path: str) -> str:
        """Return the declared path that looks most like *path*, "" where none does."""
        return nearest(path, self.declarations)


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of one entity as it stands.

    ``collected_at`` is when its source last said so, ``as_of`` when it was true.
    """

    path: str
    value: Any
    source: str
    collected_at: datetime
    as_of: datetime

    def age(self, now: datetime) -> timedelta:
        """Return how long ago it was true."""
        return now - self.as_of


Facts = Mapping[str, Fact]
"""The facts of one entity by path."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return which of *known* looks most like *name*, "" where none does."""
    return next(iter(difflib.get_close_matches(name, list(known), n=1)), "")


def type_fault(declaration: FactDeclaration, value: object) -> str:
    """Return why *value* is not what *declaration* promises, "" when it is."""
    fault = find_fault(declaration.shape, value)
    if fault is None:
        return ""
    return f"'{declaration.path}'{':' if fault.place else ''} {fault}"


def normal_value(declaration: FactDeclaration, value: Any) -> Any:
    """Return *value* as rules expect its type: a ``number`` is decimal, however it was written."""
    return normal(declaration.shape, value)


def nested(values: Mapping[str, Any], declared: Iterable[str]) -> dict[str, Any]:
    """Return *values*, keyed by dotted path, as nested maps.

    The maps above every *declared* path are there even when the fact is not, so that a rule's
    ``has(facts.docs.runbook)`` can answer.
    """
    tree: dict[str, Any] = {}
    for path in declared:
        _branch(tree, path.split(".")[:-1])
    for path, value in sorted(values.items()):
        *above, last = path.split(".")
        _branch(tree, above)[last] = value
    return tree


def _branch(tree: dict[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    for key in keys:
        below = tree.setdefault(key, {})
        if not isinstance(below, dict):
            return {}
        tree = below
    return tree
