"""Clean HTML as text for a terminal: wrapped prose, lists, tables; code as it stands."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from html.parser import HTMLParser
from typing import Final

from waypost.core.terminaltext import printable
from waypost.runbooks.offline.marking import MARK

WIDTH: Final = 78
_LEAST: Final = 24
_UNDERLINES: Final = {"h1": "=", "h2": "=", "h3": "-"}
_BLOCKS: Final = frozenset(
    [
        "blockquote",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "figure",
        "figcaption",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "ul",
    ]
)


def terminal_text(html: str, block: Callable[[int], Sequence[str]], *, width: int = WIDTH) -> list[str]:
    """Return the lines of *html*, which ``clean`` has made.

    Args:
        block: Gives the lines that stand for a block of code, by the number of its mark.
        width: Prose is wrapped before it; code and what cannot be broken is not.
    """
    walker = _Walker(block, width)
    walker.feed(html)
    walker.close()
    walker.flush()
    return [printable(line) for line in _without_gaps(walker.lines)]


class _Walker(HTMLParser):
    def __init__(self, block: Callable[[int], Sequence[str]], width: int) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self._block = block
        self._width = width
        self._text = ""
        self._indents: list[str] = []
        self._bullet = ""
        self._lists: list[int | None] = []
        self._heading = ""
        self._pre = False
        self._table: list[list[str]] | None = None
        self._links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block, or what stands inside of one."""
        given = {name: value or "" for name, value in attrs}
        if self._table is not None:
            self._start_in_table(tag)
        elif tag in _BLOCKS:
            self.flush()
            self._start_block(tag, given)
        elif tag == "br":
            self._text += "\n"
        elif tag == "hr":
            self.flush()
            self._write(["-" * 20])
        self._start_inline(tag, given)

    def handle_endtag(self, tag: str) -> None:
        """End a block, or what stands inside of one."""
        if tag == "a" and self._links:
            self._end_link()
        elif tag == "code" and not self._pre:
            self._text += "`"
        elif tag == "table" and self._table is not None:
            rows, self._table = self._table, None
            self._text = ""
            self._write([*_table_lines(rows, self._room), ""])
        elif self._table is not None:
            self._end_in_table(tag)
        elif tag in _BLOCKS:
            self.flush()
            self._end_block(tag)

    def handle_data(self, data: str) -> None:
        """Take text; a mark in it is a block of its own."""
        if self._pre:
            self._text += data
            return
        done = 0
        for found in MARK.finditer(data):
            self._text += data[done : found.start()]
            self.flush()
            self._write(["", *self._block(int(found[1])), ""])
            done = found.end()
        self._text += re.sub(r"\s+", " ", data[done:])

    def flush(self) -> None:
        """Write the text of the block so far."""
        text, self._text = self._text, ""
        if self._pre:
            self._write(["    " + line for line in text.rstrip("\n").split("\n")])
        elif self._heading:
            title = " ".join(text.split())
            line = _UNDERLINES.get(self._heading, "")
            self._write(["", title, *([line * min(len(title), self._room)] if line and title else []), ""])
        elif text.strip():
            wrapped = [
                line
                for part in text.split("\n")
                for line in textwrap.wrap(
                    part.strip(), self._room, break_long_words=False, break_on_hyphens=False
                )
            ]
            self._write(wrapped)

    @property
    def _room(self) -> int:
        return max(_LEAST, self._width - len("".join(self._indents)))

    def _write(self, lines: Sequence[str]) -> None:
        for line in lines:
            indent = "".join(self._indents)
            if self._bullet and line.strip():
                indent = indent[: -len(self._bullet)] + self._bullet
                self._bullet = ""
            self.lines.append((indent + line).rstrip())

    def _start_block(self, tag: str, given: dict[str, str]) -> None:
        if tag in ("ul", "ol"):
            start = given.get("start", "1")
            self._lists.append((int(start) if start.isdecimal() else 1) if tag == "ol" else None)
        elif tag == "li":
            self._start_item()
        elif tag in ("blockquote", "details") or "admonition" in given.get("class", "").split():
            self._indents.append("| ")
        elif tag == "dd":
            self._indents.append("    ")
        elif tag == "table":
            self._table = []
        elif tag == "pre":
            self._pre = True
        elif re.fullmatch(r"h[1-6]", tag):
            self._heading = tag
        elif tag == "div":
            self._indents.append("")

    def _start_item(self) -> None:
        number = self._lists[-1] if self._lists else None
        self._bullet = "- " if number is None else f"{number}. "
        if number is not None:
            self._lists[-1] = number + 1
        self._indents.append(" " * len(self._bullet))

    def _end_block(self, tag: str) -> None:
        if tag in ("ul", "ol"):
            if self._lists:
                self._lists.pop()
            if not self._lists:
                self._write([""])
        elif tag in ("li", "blockquote", "dd", "div", "details"):
            if self._indents:
                self._indents.pop()
            self._bullet = ""
            if tag in ("blockquote", "details", "div"):
                self._write([""])
        elif tag == "pre":
            self._pre = False
            self._write([""])
        elif re.fullmatch(r"h[1-6]", tag):
            self._heading = ""
        elif tag == "p" and not self._lists:
            self._write([""])

    def _start_inline(self, tag: str, given: dict[str, str]) -> None:
        if tag == "a":
            self._links.append((given.get("href", ""), len(self._text)))
        elif tag == "code" and not self._pre:
            self._text += "`"
        elif tag == "input":
            self._text += "[x]" if "checked" in given else "[ ]"
        elif tag == "img":
            self._text += f"[picture: {given.get('alt') or given.get('src', '')}]"

    def _end_link(self) -> None:
        target, start = self._links.pop()
        said = self._text[start:].strip(" `")
        if target and said not in (target, target.removeprefix("mailto:")):
            self._text += f" ({target})"

    def _start_in_table(self, tag: str) -> None:
        if self._table is not None and tag == "tr":
            self._table.append([])
        elif tag in ("td", "th"):
            self._text = ""

    def _end_in_table(self, tag: str) -> None:
        if self._table and tag in ("td", "th"):
            self._table[-1].append(" ".join(self._text.split()))
            self._text = ""


def _table_lines(rows: Sequence[Sequence[str]], room: int) -> list[str]:
    """Return a table in columns where that has room, else each row as what its heads say of it."""
    rows = [row for row in rows if row]
    if not rows:
        return []
    count = max(map(len, rows))
    filled = [[*row, *[""] * (count - len(row))] for row in rows]
    widths = [max(len(row[at]) for row in filled) for at in range(count)]
    if sum(widths) + 2 * (count - 1) <= room:
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in filled
        ]
        return [lines[0], "  ".join("-" * width for width in widths), *lines[1:]]
    return list(_records(filled, room))


def _records(rows: Sequence[Sequence[str]], room: int) -> Iterator[str]:
    heads, *others = rows
    for row in others:
        for place, (head, cell) in enumerate(zip(heads, row, strict=True)):
            lead = ("- " if place == 0 else "  ") + (f"{head}: " if head else "")
            if cell:
                yield from textwrap.wrap(
                    lead + cell,
                    room,
                    subsequent_indent="    ",
                    break_long_words=False,
                    break_on_hyphens=False,
                )


def _without_gaps(lines: Sequence[str]) -> Iterator[str]:
    """Give *lines* with no more than one empty one at a time, and none at the beginning."""
    before = ""
    for line in lines:
        bare = line.strip(" |")
        if bare or before:
            yield line if bare else ""
        before = bare
