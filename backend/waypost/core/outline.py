"""The outline of a Markdown text: what checks and pages ask of it, found by parsing or taken from the cache."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import orjson

from waypost.core.markdownblocks import Fence
from waypost.core.markdowninline import Link
from waypost.core.yamlfile import Lines, YamlFault


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its level, its text without mark-up, and the anchor that the site gives it."""

    level: int
    text: str
    anchor: str
    line: int


class Outline(Protocol):
    """What stands in a text, each with its line in the file.

    ``body_length`` counts the characters of the text behind the front matter. ``lines`` are those of the front
    matter's keys; None where there are none, or where they have to be read from the text.
    """

    @property
    def body_length(self) -> int: ...  # noqa: D102 - the protocol's docstring tells
    @property
    def body_line(self) -> int: ...  # noqa: D102
    @property
    def front(self) -> Mapping[str, Any] | None: ...  # noqa: D102
    @property
    def headings(self) -> tuple[Heading, ...]: ...  # noqa: D102
    @property
    def fences(self) -> tuple[Fence, ...]: ...  # noqa: D102
    @property
    def links(self) -> tuple[Link, ...]: ...  # noqa: D102
    @property
    def anchors(self) -> frozenset[str]: ...  # noqa: D102
    @property
    def faults(self) -> tuple[YamlFault, ...]: ...  # noqa: D102
    @property
    def lines(self) -> Lines | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedOutline:
    """An outline as it was just parsed."""

    body_length: int
    body_line: int
    front: Mapping[str, Any] | None
    headings: tuple[Heading, ...]
    fences: tuple[Fence, ...]
    links: tuple[Link, ...]
    anchors: frozenset[str]
    faults: tuple[YamlFault, ...] = ()
    lines: Lines | None = field(default=None, repr=False, compare=False)


class KeptOutline:
    """An outline from the cache: each part is made when somebody asks for it.

    Args:
        data: What ``dump_outline`` gave.
    """

    lines: Lines | None = None

    def __init__(self, data: bytes) -> None:
        parts = orjson.loads(data)
        self.body_length: int = parts[0]
        self.body_line: int = parts[1]
        self.front: Mapping[str, Any] | None = parts[2]
        self._parts: list[Any] = parts

    @cached_property
    def headings(self) -> tuple[Heading, ...]:
        """The headings, in order."""
        return tuple(Heading(*given) for given in self._parts[3])

    @cached_property
    def fences(self) -> tuple[Fence, ...]:
        """The fenced blocks, in order."""
        return tuple(
            Fence(language, attributes, tuple(classes), text, line, is_closed)
            for language, attributes, classes, text, line, is_closed in self._parts[4]
        )

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The links, in order."""
        return tuple(Link(*given) for given in self._parts[5])

    @cached_property
    def anchors(self) -> frozenset[str]:
        """The anchors."""
        return frozenset(self._parts[6])

    @cached_property
    def faults(self) -> tuple[YamlFault, ...]:
        """What is wrong with the front matter."""
        return tuple(YamlFault(*given) for given in self._parts[7])


def dump_outline(outline: Outline) -> bytes | None:
    """Return *outline* as JSON, or None where JSON would make another of its front matter."""
    try:
        data = orjson.dumps(
            [
                outline.body_length,
                outline.body_line,
                outline.front,
                [[one.level, one.text, one.anchor, one.line] for one in outline.headings],
                [
                    [one.language, one.attributes, one.classes, one.text, one.line, one.is_closed]
                    for one in outline.fences
                ],
                [[one.target, one.text, one.line, one.kind] for one in outline.links],
                sorted(outline.anchors),
                [[one.line, one.column, one.message] for one in outline.faults],
            ]
        )
    except TypeError:
        return None
    return data if same_in_json(outline.front) else None


def same_in_json(value: Any) -> bool:
    """Tell whether *value* comes out of JSON as it went in: a number that is none does not, nor does half a pair."""
    try:
        return bool(orjson.loads(orjson.dumps(value)) == value)
    except (TypeError, ValueError):
        return False
