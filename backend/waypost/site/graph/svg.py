"""The picture of an entity's relations as SVG: every box a link, every arrow with its word."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from markupsafe import Markup, escape

from waypost.catalog.model import Catalog, Entity
from waypost.site.graph.layout import HEIGHT, WIDTH, Arrow, Box, Picture, lay_out
from waypost.site.graph.neighbourhood import Neighbourhood
from waypost.site.html import type_of

_ROOM: Final = WIDTH - 18
_BOLD: Final = 1.1
"""How much wider than others the letters of the centre are."""
# Widths of letters of a common sans serif, in hundredths of their size.
_NARROW: Final = frozenset("fijlrtI.,:;|!'()[]/-")
_WIDE: Final = frozenset("mwMWABCDGHNOQRUV@%_")
_LAST_NARROW: Final = "\u2e7f"  # Scripts behind it write in squares.
_TIP_SHAPE: Final = (
    '<defs><marker id="wp-tip" viewBox="0 0 8 8" refX="3" refY="4" markerWidth="7" markerHeight="7" '
    'orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>'
)
_TIP: Final = 5
"""How far before its box an arrow ends, so that its tip is seen."""


def graph_svg(entity: Entity, around: Neighbourhood, catalog: Catalog) -> Markup:
    """Return the picture of what is *around* *entity*; "" where nothing is.

    Written with plain formatting, which is several times faster than ``Markup.format``: there are as many
    pictures as entities. Every text from outside passes ``escape``.
    """
    if not around.groups:
        return Markup("")
    picture = lay_out(around)
    parts = [
        _head(entity.title, around, picture),
        '<g class="wp-graph__arrows">',
        *(f'<path d="{_path(arrow)}" marker-end="url(#wp-tip)"/>' for arrow in picture.arrows),
        "</g>",
        *(
            f'<text class="wp-graph__word" x="{x:.0f}" y="{y:.0f}">{escape(word)}</text>'
            for x, y, word in picture.words
        ),
        *(_box(box, catalog, is_centre=box.ref == entity.ref) for box in picture.boxes),
        "</svg>",
    ]
    return Markup("".join(parts))  # noqa: S704


def _head(title: str, around: Neighbourhood, picture: Picture) -> str:
    size = f'width="{picture.width:.0f}" height="{picture.height:.0f}"'
    return (
        f'<svg class="wp-graph__picture" {size} viewBox="0 0 {picture.width:.0f} {picture.height:.0f}" '
        'role="group" aria-labelledby="wp-graph-title wp-graph-desc">'
        f'<title id="wp-graph-title">Relations of {escape(title)}</title>'
        f'<desc id="wp-graph-desc">{escape(described(around))}</desc>{_TIP_SHAPE}'
    )


def described(around: Neighbourhood) -> str:
    """Return what the picture shows as a sentence."""
    counted = ", ".join(f"{group.words.label.lower()} {len(group.refs):,}" for group in around.groups)
    return f"{counted[:1].upper()}{counted[1:]}. The table below says the same."


def shortened(text: str, room: float, size: float) -> str:
    """Return *text* cut to what fits into *room* at the font size *size*, by the usual widths of letters."""
    left = room / size
    for at, letter in enumerate(text):
        left -= 0.3 if letter in _NARROW else 0.85 if letter in _WIDE or letter > _LAST_NARROW else 0.57
        if left < 0:
            return text[: max(at - 1, 1)].rstrip() + "…"
    return text


def _path(arrow: Arrow) -> str:
    (x, y), (to_x, to_y) = arrow.start, arrow.end
    if arrow.turn is not None:
        up = (arrow.turn + to_y) / 2
        return f"M{x:.0f} {y:.0f}V{arrow.turn:.0f}C{x:.0f} {up:.0f} {to_x:.0f} {up:.0f} {to_x:.0f} {to_y + _TIP:.0f}"
    bend = x + (to_x - x) / 2
    end = to_x + (_TIP if to_x < x else -_TIP)
    return f"M{x:.0f} {y:.0f}C{bend:.0f} {y:.0f} {bend:.0f} {to_y:.0f} {end:.0f} {to_y:.0f}"


def _box(box: Box, catalog: Catalog, *, is_centre: bool) -> str:
    frame = f'<rect x="{box.x:.0f}" y="{box.y:.0f}" width="{WIDTH}" height="{HEIGHT}" rx="5"/>'
    if box.ref is None:
        return _linked(escape(box.address), "wp-graph__more", frame + _text(box, 23.5, box.text, 12.5))
    entity = catalog.find(box.ref)
    title = entity.title if entity else box.ref.name
    under = _told(entity) if entity else f"{box.ref.kind}, not in the catalog"
    name = "wp-graph__centre" if is_centre else "wp-graph__box" if entity else "wp-graph__missing"
    wider = _BOLD if is_centre else 1.0
    inside = (
        f"<title>{escape(title)} ({escape(str(box.ref))})</title>{frame}"
        f"{_text(box, 16.5, shortened(title, _ROOM, 12.5 * wider), 12.5)}"
        f"{_text(box, 30.5, shortened(under, _ROOM, 10.5 * wider), 10.5)}"
    )
    return _linked(f"/{quote(box.ref.page_uri)}" if entity and not is_centre else "", name, inside)


def _told(entity: Entity) -> str:
    kind = type_of(entity)
    return f"{entity.kind} · {kind}" if kind else entity.kind


def _text(box: Box, down: float, text: str, size: float) -> str:
    return f'<text x="{box.x + 9:.0f}" y="{box.y + down:.1f}" font-size="{size}">{escape(text)}</text>'


def _linked(address: str, name: str, inside: str) -> str:
    return (
        f'<a class="{name}" href="{address}">{inside}</a>' if address else f'<g class="{name}">{inside}</g>'
    )
