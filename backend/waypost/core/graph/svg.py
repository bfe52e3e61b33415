"""A picture as SVG: every arrow with its tip, every box a link where it leads somewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from markupsafe import Markup, escape

from waypost.core.graph.shapes import HEIGHT, WIDTH, Arrow, Box, Picture, T

_ROOM: Final = WIDTH - 18
_BOLD: Final = 1.1
"""How much wider than others bold letters are."""
# Widths of letters of a common sans serif, in hundredths of their size.
_NARROW: Final = frozenset("fijlrtI.,:;|!'()[]/-")
_WIDE: Final = frozenset("mwMWABCDGHNOQRUV@%_")
_LAST_NARROW: Final = "\u2e7f"  # Scripts behind it write in squares.
_TIP_SHAPE: Final = (
    '<defs><marker id="{key}-tip" viewBox="0 0 8 8" refX="3" refY="4" markerWidth="7" markerHeight="7" '
    'orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>'
)
_TIP: Final = 5
"""How far before its box an arrow ends, so that its tip is seen."""


def picture_svg(
    picture: Picture[T],
    draw: Callable[[Box[T]], str],
    *,
    title: str,
    description: str,
    keys: tuple[str, str] = ("wp-graph", "wp"),
) -> Markup:
    """Return *picture* as SVG, each box as *draw* writes it.

    Written with plain formatting, which is several times faster than ``Markup.format``: a site may have
    thousands of pictures. Every text from outside passes ``escape``.

    Args:
        draw: Gives a box; ``drawn`` does for most.
        title: What the picture is called.
        description: What it shows, as a sentence.
        keys: What the ids of its texts and of its arrow tip begin with: others for each picture of a page.
    """
    texts, marker = keys
    parts = [
        _head(picture, title, description, texts),
        _TIP_SHAPE.format(key=marker),
        '<g class="wp-graph__arrows">',
        *(_line(arrow, marker) for arrow in picture.arrows),
        "</g>",
        *(
            f'<text class="wp-graph__word" x="{x:.0f}" y="{y:.0f}">{escape(word)}</text>'
            for x, y, word in picture.words
        ),
        *map(draw, picture.boxes),
        "</svg>",
    ]
    return Markup("".join(parts))  # noqa: S704


def drawn(
    box: Box[T], lines: tuple[str, str], *, name: str, title: str = "", address: str = "", bold: bool = False
) -> str:
    """Return *box* with the two *lines* of its text, cut where it ends, as a link to *address* if there is one.

    Args:
        lines: What it is called, and what is told below.
        name: Its class: its looks.
        title: All of what it is called, for who points at it.
        bold: Whether its letters are wider.
    """
    wider = _BOLD if bold else 1.0
    inside = (
        f"<title>{escape(title)}</title>{frame(box)}"
        f"{text_at(box, 16.5, shortened(lines[0], _ROOM, 12.5 * wider), 12.5)}"
        f"{text_at(box, 30.5, shortened(lines[1], _ROOM, 10.5 * wider), 10.5)}"
    )
    return linked(address, name, inside)


def frame(box: Box[T]) -> str:
    """Return the outline of *box*."""
    return f'<rect x="{box.x:.0f}" y="{box.y:.0f}" width="{WIDTH}" height="{HEIGHT}" rx="5"/>'


def more(box: Box[T]) -> str:
    """Return *box*, which tells of things that are left out, as a link to where all are listed."""
    return linked(escape(box.address), "wp-graph__more", frame(box) + text_at(box, 23.5, box.text, 12.5))


def text_at(box: Box[T], down: float, text: str, size: float) -> str:
    """Return a line of *text* in *box*, so far *down*."""
    return f'<text x="{box.x + 9:.0f}" y="{box.y + down:.1f}" font-size="{size}">{escape(text)}</text>'


def linked(address: str, name: str, inside: str) -> str:
    """Return *inside*, which is SVG, as a link to *address*; just grouped where that is ""."""
    return (
        f'<a class="{name}" href="{address}">{inside}</a>' if address else f'<g class="{name}">{inside}</g>'
    )


def shortened(text: str, room: float, size: float) -> str:
    """Return *text* cut to what fits into *room* at the font size *size*, by the usual widths of letters."""
    left = room / size
    for at, letter in enumerate(text):
        left -= _width(letter)
        if left < 0:
            return text[: max(at - 1, 1)].rstrip() + "…"
    return text


def width_of(text: str, size: float) -> float:
    """Return about how wide *text* is at the font size *size*."""
    return size * sum(map(_width, text))


def _width(letter: str) -> float:
    return 0.3 if letter in _NARROW else 0.85 if letter in _WIDE or letter > _LAST_NARROW else 0.57


def _head(picture: Picture[T], title: str, description: str, key: str) -> str:
    size = f'width="{picture.width:.0f}" height="{picture.height:.0f}"'
    return (
        f'<svg class="wp-graph__picture" {size} viewBox="0 0 {picture.width:.0f} {picture.height:.0f}" '
        f'role="group" aria-labelledby="{key}-title {key}-desc">'
        f'<title id="{key}-title">{escape(title)}</title>'
        f'<desc id="{key}-desc">{escape(description)}</desc>'
    )


def _line(arrow: Arrow, marker: str) -> str:
    kind = f' class="wp-graph__arrow--{arrow.kind}"' if arrow.kind else ""
    return f'<path{kind} d="{_path(arrow)}" marker-end="url(#{marker}-tip)"/>'


def _path(arrow: Arrow) -> str:
    (x, y), (to_x, to_y) = arrow.start, arrow.end
    if arrow.turn is not None:
        up = (arrow.turn + to_y) / 2
        return f"M{x:.0f} {y:.0f}V{arrow.turn:.0f}C{x:.0f} {up:.0f} {to_x:.0f} {up:.0f} {to_x:.0f} {to_y + _TIP:.0f}"
    bend = x + (to_x - x) / 2
    end = to_x + (_TIP if to_x < x else -_TIP)
    return f"M{x:.0f} {y:.0f}C{bend:.0f} {y:.0f} {bend:.0f} {to_y:.0f} {end:.0f} {to_y:.0f}"
