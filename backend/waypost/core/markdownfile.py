"""Markdown pages: front matter, headings with their anchors, fences and links, each with its line in the file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from markdown.extensions.toc import slugify, unique

from waypost.core.markdownblocks import Fence, RawHeading, parse_attributes, read_blocks
from waypost.core.markdowninline import Inline, Link, is_external, plain_text
from waypost.core.yamlfile import Lines, YamlFault, parse_yaml

__all__ = ["Fence", "Heading", "Link", "MarkdownFile", "Section", "is_external", "parse_markdown"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its level, its text without mark-up, and the anchor that the site gives it."""

    level: int
    text: str
    anchor: str
    line: int


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the text below it, up to the next heading of its level or a higher one.

    ``line`` is that of the first line of ``text``.
    """

    heading: Heading
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class MarkdownFile:
    """A Markdown page as written. ``path`` is relative to the workspace; every line is one of the file."""

    path: str
    text: str = field(repr=False)
    body: str = field(repr=False)
    body_line: int
    front_matter: Mapping[str, Any]
    headings: tuple[Heading, ...]
    fences: tuple[Fence, ...]
    links: tuple[Link, ...]
    anchors: frozenset[str]
    faults: tuple[YamlFault, ...] = ()
    has_front_matter: bool = False
    _lines: Lines | None = field(default=None, repr=False, compare=False)

    def line_of(self, *path: str | int) -> int:
        """Return the line of the front matter's key or item at *path*, or of its nearest ancestor; 1 without any."""
        # The first line of the file is the `---` before the front matter.
        return self._lines.position_of(*path)[0] + 1 if self._lines else 1

    @property
    def title(self) -> str:
        """The title: the front matter's, else the first heading's of level one, else ""."""
        given = self.front_matter.get("title")
        if isinstance(given, str) and given.strip():
            return given.strip()
        return next((heading.text for heading in self.headings if heading.level == 1), "")

    @property
    def sections(self) -> tuple[Section, ...]:
        """Each heading with the text below it."""
        lines = self.body.split("\n")
        return tuple(self._section(number, lines) for number in range(len(self.headings)))

    def section(self, title: str) -> str | None:
        """Return the text of the first section named *title*, however its letters are written; None without one."""
        wanted = title.casefold()
        lines = self.body.split("\n")
        for number, heading in enumerate(self.headings):
            if heading.text.casefold() == wanted:
                return self._section(number, lines).text
        return None

    def _section(self, number: int, lines: list[str]) -> Section:
        heading = self.headings[number]
        later = (other for other in self.headings[number + 1 :] if other.level <= heading.level)
        end = next((other.line - self.body_line for other in later), len(lines))
        first = heading.line - self.body_line + 1
        # The line below an underlined heading is its underline.
        if (
            first < end
            and not lines[first - 1].lstrip().startswith("#")
            and re.match(r"[=-]+ *$", lines[first])
        ):
            first += 1
        return Section(heading, "\n".join(lines[first:end]).strip("\n"), self.body_line + first)


_FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<yaml>(?:.*?\n)??)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_HEADING_ATTRIBUTES = re.compile(r"[ ]+\{:?[ ]*(?P<list>[^}\n ][^}\n]*)[ ]*\}[ ]*\Z")


def parse_markdown(path: str, text: str) -> MarkdownFile:
    """Read the page *text* of the file at *path*. Never raises: what is wrong is in ``faults``.

    Anchors are those of Python-Markdown's ``toc`` extension with MkDocs' settings.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    front, faults, lines, body = _read_front_matter(text)
    before = text.removesuffix(body)
    body_line = before.count("\n") + (1 if before.endswith("\n") or not before else 2)
    blocks = read_blocks(body.split("\n"), body_line)
    inline = Inline(blocks.visible, body_line)
    own = set(inline.anchors())
    headings = _headings(blocks.headings, own)
    return MarkdownFile(
        path=path,
        text=text,
        body=body,
        body_line=body_line,
        front_matter=front or {},
        headings=headings,
        fences=tuple(blocks.fences),
        links=tuple(inline.links()),
        anchors=frozenset(own | {heading.anchor for heading in headings}),
        faults=faults,
        has_front_matter=front is not None,
        _lines=lines,
    )


_Front = tuple[dict[str, Any] | None, tuple[YamlFault, ...], Lines | None, str]


def _read_front_matter(text: str) -> _Front:
    """Return the front matter, its faults, its lines, and the body."""
    match = _FRONT_MATTER.match(text) if text.startswith("---") else None
    if match is None:
        return None, (), None, text
    documents, found = parse_yaml(match["yaml"])
    body = text[match.end() :]
    faults = tuple(YamlFault(fault.line + 1, fault.column, fault.message) for fault in found)
    if faults or not documents:
        return {}, faults, None, body
    value = documents[0].value
    if not isinstance(value, dict):
        # Two rules with words between them, as MkDocs takes them too.
        return None, (), None, text
    return value, (), documents[0].lines, body


def _headings(found: list[RawHeading], own: set[str]) -> tuple[Heading, ...]:
    used = set(own)
    return tuple(_heading(raw, used) for raw in found)


def _heading(raw: RawHeading, used: set[str]) -> Heading:
    source = raw.source
    match = _HEADING_ATTRIBUTES.search(source)
    attributes, _ = parse_attributes(match["list"]) if match else ({}, ())
    text = plain_text(source[: match.start()] if match else source)
    anchor = attributes.get("id") or unique(slugify(text, "-"), used)
    return Heading(raw.level, text, anchor, raw.line)
