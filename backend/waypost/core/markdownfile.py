"""Markdown pages: front matter, headings with their anchors, fences and links, each with its line in the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from waypost.core.contentkey import content_key
from waypost.core.markdownblocks import Fence, RawHeading, parse_attributes, read_blocks
from waypost.core.markdowninline import Inline, Link, is_external, plain_text
from waypost.core.outline import Heading, Outline, ParsedOutline
from waypost.core.yamlfile import Lines, YamlFault, parse_yaml
from waypost.core.yamllines import lines_of

__all__ = [
    "Fence", "Heading", "Link", "MarkdownFile", "Section", "is_external", "parse_markdown", "parse_outline",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the text below it, up to the next heading of its level or a higher one.

    ``line`` is that of the first line of ``text``.
    """

    heading: Heading
    text: str
    line: int


class MarkdownFile:
    """A Markdown page as written. ``path`` is relative to the workspace; every line is one of the file.

    What is asked of it is found when it is asked: neither text nor outline has to be there before.

    Args:
        path: Where it is.
        text: Gives its text, which is read once.
        outline: Gives its outline; None parses the text.
        key: The name of its content, "" to be worked out.
    """

    def __init__(
        self,
        path: str,
        text: Callable[[], str],
        outline: Callable[[MarkdownFile], Outline] | None = None,
        key: str = "",
    ) -> None:
        self.path = path
        self._read_text = text
        self._read_outline = outline or _outline_of
        self._key = key

    def __repr__(self) -> str:
        """Return its path alone: texts are long."""
        return f"MarkdownFile({self.path!r})"

    def __eq__(self, other: object) -> bool:
        """Tell whether *other* is a page with the same path and text."""
        return isinstance(other, MarkdownFile) and (self.path, self.text) == (other.path, other.text)

    def __hash__(self) -> int:
        """Return the same for pages of the same path."""
        return hash(self.path)

    @property
    def key(self) -> str:
        """The name of its content: the same for the same text."""
        self._key = self._key or content_key(self.text)
        return self._key

    @cached_property
    def text(self) -> str:
        r"""The text, with every line end as ``\n``."""
        return plain_ends(self._read_text())

    @cached_property
    def outline(self) -> Outline:
        """What stands in the text."""
        return self._read_outline(self)

    @cached_property
    def body(self) -> str:
        """The text behind the front matter."""
        return self.text[len(self.text) - self.outline.body_length :]

    @property
    def body_line(self) -> int:
        """The line at which ``body`` begins."""
        return self.outline.body_line

    @property
    def front_matter(self) -> Mapping[str, Any]:
        """The front matter; empty where there is none, or it cannot be read."""
        return self.outline.front or {}

    @property
    def has_front_matter(self) -> bool:
        """Whether there is front matter, readable or not."""
        return self.outline.front is not None

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The headings, in order."""
        return self.outline.headings

    @property
    def fences(self) -> tuple[Fence, ...]:
        """The fenced blocks of code, in order."""
        return self.outline.fences

    @property
    def links(self) -> tuple[Link, ...]:
        """The links, in order."""
        return self.outline.links

    @property
    def anchors(self) -> frozenset[str]:
        """What a link to the page may have behind its ``#``."""
        return self.outline.anchors

    @property
    def faults(self) -> tuple[YamlFault, ...]:
        """What is wrong with the front matter."""
        return self.outline.faults

    def line_of(self, *path: str | int) -> int:
        """Return the line of the front matter's key or item at *path*, or of its nearest ancestor; 1 without any."""
        # The first line of the file is the `---` before the front matter.
        return self._lines.position_of(*path)[0] + 1 if self._lines else 1

    @property
    def places(self) -> Any:
        """Where the keys of the front matter stand, as plain values; None without any."""
        return self._lines.tree if self._lines else None

    def know_places(self, places: Any) -> None:
        """Take what ``places`` gave for the same text: they need not be looked for again."""
        self.__dict__["_lines"] = lines_of(places) if places is not None else None

    @cached_property
    def _lines(self) -> Lines | None:
        if self.outline.lines is not None or self.outline.front is None:
            return self.outline.lines
        # An outline from the cache knows no lines: few pages are asked for them.
        return _read_front_matter(self.text)[2]

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
    """Return the page *text* of the file at *path*. Never raises: what is wrong is in ``faults``.

    Anchors are those of Python-Markdown's ``toc`` extension with MkDocs' settings.
    """
    return MarkdownFile(path, lambda: text)


def plain_ends(text: str) -> str:
    r"""Return *text* without a byte order mark, with every line end as ``\n``."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _outline_of(file: MarkdownFile) -> Outline:
    return parse_outline(file.text)


def parse_outline(text: str) -> ParsedOutline:
    """Return what stands in *text*, of which the lines end as ``plain_ends`` leaves them."""
    front, faults, lines, body = _read_front_matter(text)
    before = text.removesuffix(body)
    body_line = before.count("\n") + (1 if before.endswith("\n") or not before else 2)
    blocks = read_blocks(body.split("\n"), body_line)
    inline = Inline(blocks.visible, body_line)
    own = set(inline.anchors())
    headings = _headings(blocks.headings, own)
    return ParsedOutline(
        body_length=len(body),
        body_line=body_line,
        front=front,
        headings=headings,
        fences=tuple(blocks.fences),
        links=tuple(inline.links()),
        anchors=frozenset(own | {heading.anchor for heading in headings}),
        faults=faults,
        lines=lines,
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
    used, last = set(own), dict[str, str]()
    return tuple(_heading(raw, used, last) for raw in found)


def _heading(raw: RawHeading, used: set[str], last: dict[str, str]) -> Heading:
    source = raw.source
    match = _HEADING_ATTRIBUTES.search(source)
    # Who reads outlines from the cache need not wait for the library.
    from markdown.extensions.toc import slugify, unique  # noqa: PLC0415

    attributes, _ = parse_attributes(match["list"]) if match else ({}, ())
    text = plain_text(source[: match.start()] if match else source)
    anchor = attributes.get("id")
    if not anchor:
        slug = slugify(text, "-")
        # Counting goes on where it stopped: a page may have the same heading thousands of times.
        anchor = last[slug] = unique(last.get(slug, slug), used)
    return Heading(raw.level, text, anchor, raw.line)
