"""Edits of a text: where each one lies, and what the text is with all of them done."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from waypost.core.errors import Edit

_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Span:
    """Where an edit lies: lines and columns that start at 1, and offsets into the text. The end is behind it."""

    line: int
    column: int
    end_line: int
    end_column: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Edited:
    """A text with edits, those of them that are done, and those that are not: another one came first."""

    text: str
    done: tuple[Edit, ...]
    left: tuple[Edit, ...]


def find_span(text: str, edit: Edit) -> Span | None:
    """Return where *edit* lies in *text*, or None where that is not certain: its old text is not there, or twice.

    Line ends may be of any sort, and a byte order mark is no character of the first line.
    """
    starts = _line_starts(text)
    if not (edit.old and 0 < edit.line < len(starts)):
        return None
    at, end = starts[edit.line - 1], starts[edit.line]
    old = re.compile(_LINE_END.sub("\n", re.escape(edit.old)).replace("\\\n", r"(?:\r\n|\n|\r)"))
    if edit.column:
        match = old.match(text, at + edit.column - 1)
        found = [match] if match and match.start() < end else []
    else:
        found = [match for match in old.finditer(text, at) if match.start() < end]
    if len(found) != 1:
        return None
    start, stop = found[0].span()
    last = max(number for number, offset in enumerate(starts[:-1]) if offset <= stop)
    return Span(edit.line, start - at + 1, last + 1, stop - starts[last] + 1, start, stop)


def apply_edits(text: str, edits: Iterable[Edit]) -> Edited:
    """Return *text* with *edits* done, each once. Of two that overlap the first is done, and the other left."""
    unique = list(dict.fromkeys(edits))
    spans = sorted(
        ((span, edit) for edit in unique if (span := find_span(text, edit)) is not None),
        key=lambda pair: (pair[0].start, pair[0].end),
    )
    pieces: list[str] = []
    done: list[Edit] = []
    at, line_end = 0, _line_end_of(text)
    for span, edit in spans:
        if span.start < at or (done and span.start == at == span.end):
            continue
        pieces += [text[at : span.start], edit.new.replace("\n", line_end)]
        at = span.end
        done.append(edit)
    left = tuple(edit for edit in unique if edit not in done)
    return Edited("".join((*pieces, text[at:])), tuple(done), left)


def _line_starts(text: str) -> list[int]:
    """Return where each line of *text* starts, and where it ends."""
    first = 1 if text.startswith("\ufeff") else 0
    return [first, *(match.end() for match in _LINE_END.finditer(text)), len(text) + 1]


def _line_end_of(text: str) -> str:
    """Return the line end that *text* has: that of its first line."""
    match = _LINE_END.search(text)
    return match[0] if match else "\n"
