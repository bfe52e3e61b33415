"""CSV: rows of text that spreadsheets read as what they are, and never run."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Final

CSV: Final = "text/csv; charset=utf-8"
_ROWS_AT_ONCE: Final = 500
# A spreadsheet takes a cell that begins so for a formula, the wide forms in some languages as well.
_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")

Cell = str | int | float | bool | None


def csv_pieces(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Give a table as CSV (RFC 4180), some rows at a time: None is an empty cell, true and false are words.

    A text that a spreadsheet would take for a formula has an apostrophe before it (OWASP, "CSV Injection").
    """
    written = StringIO()
    table = csv.writer(written)
    table.writerow(map(_safe, heads))
    for number, row in enumerate(rows, 1):
        table.writerow(map(_safe, row))
        if number % _ROWS_AT_ONCE == 0:
            yield _taken(written)
    yield _taken(written)


def _taken(written: StringIO) -> bytes:
    text = written.getvalue()
    written.seek(0)
    written.truncate()
    return text.encode()


def _safe(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_STARTS):
        return f"'{cell}"
    return cell
