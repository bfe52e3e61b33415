"""A heat map: a table of shares whose cells are tinted, and say in text what the tint says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

_TINTS: Final = (0.25, 0.5, 0.75, 1.0)
"""Where the next lighter tint begins; all of something has none."""


@dataclass(frozen=True, slots=True)
class Cell:
    """How many of how many.

    ``note`` is told behind it, such as ``2?`` for two that nobody knows of. ``aside`` are those of the rest that are
    not missed: they do not tint it.
    """

    met: int
    of: int
    note: str = ""
    aside: int = 0


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A row: what it is about, and a cell for each column."""

    head: str | Markup
    cells: Sequence[Cell]


def heat_map(
    title: str, columns: Sequence[str | Markup], rows: Sequence[HeatRow], *, corner: str, nothing: str = "-"
) -> Markup:
    """Return *rows* as a table with a cell for each of *columns*, the darker the more is missing.

    A narrow screen shows each row as a block of its cells, without those in which nothing is missing.

    Args:
        title: What the table is called.
        columns: What each column is about, short or as a link.
        corner: What the rows are: ``Team``.
        nothing: What stands where there is nothing to count.
    """
    heads = Markup("").join(Markup('<th scope="col"><span>{}</span></th>').format(name) for name in columns)
    labels = [name.striptags() if isinstance(name, Markup) else name for name in columns]
    body = Markup("").join(_row(row, labels, nothing) for row in rows)
    return Markup(
        '<div class="wp-heat"><table class="wp-table wp-heat__table" aria-label="{}"><thead><tr><th scope="col">{}</th>{}</tr>'
        "</thead><tbody>{}</tbody></table>"
        '<p class="wp-heat__narrow">This screen is narrow: what nothing is missing from is left out.</p></div>'
    ).format(title, corner, heads, body)


def _row(row: HeatRow, labels: Sequence[str], nothing: str) -> Markup:
    cells = Markup("").join(
        _cell(cell, label, nothing) for cell, label in zip(row.cells, labels, strict=True)
    )
    return Markup('<tr><th scope="row">{}</th>{}</tr>').format(row.head, cells)


def _cell(cell: Cell, label: str, nothing: str) -> Markup:
    if not cell.of:
        return Markup('<td class="wp-heat--none" data-label="{}">{}</td>').format(label, nothing)
    note = Markup(" <small>{}</small>").format(cell.note) if cell.note else ""
    return Markup('<td class="wp-heat--{}" data-label="{}">{}/{}{}</td>').format(
        _tint((cell.met + cell.aside) / cell.of), label, cell.met, cell.of, note
    )


def _tint(share: float) -> int:
    """Return the tint of *share*: 4 for the least, 0 for the whole."""
    return sum(1 for limit in _TINTS if share < limit)
