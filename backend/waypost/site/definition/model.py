"""A definition as it is shown, whatever language it was written in: parts with operations, and what they share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

Make = Callable[[], Markup]


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be done: its ``verb`` and ``address`` head it, ``body`` makes all else.

    ``summary`` is a line that the search may read. ``name`` is its own id, "" for none.
    """

    verb: str
    address: str
    summary: str
    body: Make
    name: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Operations under one heading, with what the definition says of them all."""

    title: str
    description: Make
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A definition, to be written piece by piece: ``intro``, its parts, then its ``schemas``.

    ``language`` is what it is written in, with its version; ``left_out`` how many operations are not shown.
    """

    language: str
    intro: Make
    parts: tuple[Part, ...]
    schemas: Make
    left_out: int = 0
