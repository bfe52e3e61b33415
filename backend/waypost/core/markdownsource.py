"""Markdown as text to edit: where link targets and words stand, so that they alone are replaced."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final, NamedTuple

from waypost.core.frontmatter import front_matter_end, split_lines
from waypost.core.markdownblocks import read_blocks
from waypost.core.markdowninline import hide_code


class Span(NamedTuple):
    """A piece of a text, by its offsets in ``MarkdownSource.shown``."""

    start: int
    end: int
    text: str


class Edit(NamedTuple):
    """What is to stand between two offsets."""

    start: int
    end: int
    text: str


_TARGETS: Final = (
    re.compile(r"\]\(\s*<(?P<target>[^<>\n]*)>"),
    re.compile(
        r"\]\(\s*(?P<target>(?:[^\s()<>]|[ ](?![\"'])|\([^()\n]*\))+?)(?=\s*\)|\s+[\"'])",
    ),
    re.compile(r"^[ \t]{0,12}\[(?!\^)[^\[\]\n]+\]:[ \t]*<?(?P<target>[^\s<>]+)", re.MULTILINE),
    re.compile(r"<[A-Za-z][^<>]*?\s(?:href|src)\s*=\s*\"(?P<target>[^\"\n]*)\""),
    re.compile(r"<[A-Za-z][^<>]*?\s(?:href|src)\s*=\s*'(?P<target>[^'\n]*)'"),
    re.compile(r"<(?P<target>https?:[^<>\s]+)>"),
)
_WIKI: Final = re.compile(r"(?<!\\)\[\[(?P<target>[^\[\]|\\\n]+)(?=\\?\||\]\])")


@dataclass(frozen=True, slots=True)
class MarkdownSource:
    """A page by lines, each with its own end.

    ``front`` is how many of them are front matter. ``shown`` is the text with line feeds, in which front
    matter, comments and code are blank; ``headings`` are the offsets where lines with a heading begin.
    """

    lines: tuple[str, ...] = field(repr=False)
    front: int
    shown: str = field(repr=False)
    headings: frozenset[int] = frozenset()

    def targets(self) -> Iterator[Span]:
        """Give the target of every link, as it is written."""
        for pattern in _TARGETS:
            for match in pattern.finditer(self.shown):
                yield Span(*match.span("target"), match["target"])

    def wiki_targets(self) -> Iterator[Span]:
        """Give what stands first in each ``[[…]]``."""
        for match in _WIKI.finditer(self.shown):
            yield Span(*match.span("target"), match["target"])

    def is_heading(self, offset: int) -> bool:
        """Tell whether a heading stands in the line of *offset*."""
        return self.shown.rfind("\n", 0, offset) + 1 in self.headings

    def edited(self, edits: Iterable[Edit]) -> str:
        """Return the whole text with *edits* made; of two that overlap the one that begins first is."""
        bodies = [_body(line) for line in self.lines]
        starts = _starts(bodies)
        last = -1
        for edit in sorted(set(edits)):
            if edit.start < last:
                continue
            last = edit.end
            line = bisect_right(starts, edit.start) - 1
            shift = starts[line] - (len(bodies[line]) - _length(self.lines[line]))
            at, end = edit.start - shift, edit.end - shift
            bodies[line] = bodies[line][:at] + edit.text + bodies[line][end:]
        return "".join(body + line[_length(line) :] for body, line in zip(bodies, self.lines, strict=True))


def read_source(text: str) -> MarkdownSource:
    """Read the page *text*, with whatever line ends it has. Never raises."""
    lines = split_lines(text)
    end = front_matter_end(lines)
    front = end + 1 if end else 0
    bodies = [_body(line) for line in lines]
    starts = _starts(bodies)
    blocks = read_blocks([body.removeprefix("\ufeff") for body in bodies[front:]], front)
    visible = [" " * len(body) for body in bodies[:front]]
    for body, seen in zip(bodies[front:], blocks.visible, strict=True):
        # A mark of byte order shifts what is seen of the first line.
        visible.append(" " * body.startswith("\ufeff") + seen)
    shown = hide_code("\n".join(seen.ljust(len(body)) for seen, body in zip(visible, bodies, strict=True)))
    return MarkdownSource(tuple(lines), front, shown, frozenset(starts[h.line] for h in blocks.headings))


def _length(line: str) -> int:
    return len(_body(line))


def _body(line: str) -> str:
    return line.rstrip("\r\n")


def _starts(bodies: list[str]) -> list[int]:
    return [0, *accumulate(len(body) + 1 for body in bodies)]
