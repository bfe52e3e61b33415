"""Blocks of text for a reader: headings, lines, tables and folds, as Markdown for a forge and as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from waypost.core.report import code, told, told_with_code

MOST_ROWS: Final = 15
"""Rows of a table that stands open; the fold has more."""
MOST_FOLDED: Final = 100
"""Rows of a table in a fold: a comment has an end."""
_WIDEST: Final = 60


class Code(str):
    """A word that stands as it is: a reference, the id of a check."""

    __slots__ = ()


Cell = str | tuple[str, ...]
"""What a cell of a table holds: plain text or code, or several of these one after the other."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of what follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph; code stands between backticks."""

    text: str
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; code stands between backticks."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a title; with ``fold`` it opens when it is asked for."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    fold: bool = False


Block = Heading | Line | Bullets | Grid


def markdown(blocks: Iterable[Block]) -> str:
    """Return *blocks* as a forge's comments take them."""
    return "\n\n".join(_markdown(block) for block in blocks)


def _markdown(block: Block) -> str:
    match block:
        case Heading(text):
            return f"#### {told_with_code(text)}"
        case Line(text, is_strong):
            return f"**{told_with_code(text)}**" if is_strong else told_with_code(text)
        case Bullets(items):
            return "\n".join(f"- {told_with_code(item)}" for item in items)
        case Grid():
            return _markdown_table(block)


def _markdown_table(grid: Grid) -> str:
    shown = grid.rows[: MOST_FOLDED if grid.fold else MOST_ROWS]
    lines = [list(grid.headings), ["---"] * len(grid.headings)]
    lines += [[_markdown_cell(cell) for cell in row] for row in shown]
    text = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    if more := _more(grid, len(shown)):
        text += f"\n\n{more}"
    if grid.fold:
        return f"<details><summary>{told(grid.title)}</summary>\n\n{text}\n\n</details>"
    return f"**{told(grid.title)}**\n\n{text}" if grid.title else text


def _more(grid: Grid, shown: int) -> str:
    left = len(grid.rows) - shown
    return f"… and {left} more: `waypost score --diff` with `--format json` tells all." if left > 0 else ""


def _markdown_cell(cell: Cell) -> str:
    parts = cell if isinstance(cell, tuple) else (cell,)
    return " ".join(code(part) if isinstance(part, Code) else told(part) for part in parts if part)


def plain_text(blocks: Iterable[Block]) -> str:
    """Return *blocks* for a terminal."""
    return "\n\n".join("\n".join(_plain(block)) for block in blocks)


def _plain(block: Block) -> Iterator[str]:
    match block:
        case Heading(text):
            yield _bare(text)
            yield "=" * len(_bare(text))
        case Line(text, _):
            yield _bare(text)
        case Bullets(items):
            yield from (f"- {_bare(item)}" for item in items)
        case Grid():
            yield from _plain_table(block)


def _bare(text: str) -> str:
    return " ".join(text.replace("`", "").split())


def _plain_table(grid: Grid) -> Iterator[str]:
    if grid.title:
        yield f"{grid.title}:"
    shown = grid.rows[:MOST_FOLDED]
    lines = [grid.headings, *(tuple(_plain_cell(cell) for cell in row) for row in shown)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(grid.headings))]
    for line in lines:
        yield f"  {'  '.join(_padded(line, widths))}".rstrip()
    if more := _more(grid, len(shown)):
        yield f"  {_bare(more)}"


def _padded(line: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    return (text.ljust(width) for text, width in zip(line, widths, strict=True))


def _plain_cell(cell: Cell) -> str:
    parts = cell if isinstance(cell, tuple) else (cell,)
    text = " ".join(" ".join(part.split()) for part in parts if part)
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"
