"""The picture of an entity's relations as SVG: every box a link, every arrow with its word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from markupsafe import Markup, escape

from waypost.catalog.model import Catalog, Entity
from waypost.site.graph.layout import HEIGHT, WIDTH, Arrow, Box, Picture, lay_out
from waypost.site.graph.neighbourhood import Neighbourhood
from waypost.site.html import type_of

_ROOM: Final = WIDTH - 18
# Widths of letters of a common sans serif, in hundredths of their size.
_NARROW: Final = frozenset("fijlrtI.,:;|!'()[]/-")
_WIDE: Final = frozenset("mwMWABCDGHNOQRUV@%_")
_LAST_NARROW: Final = "\u2e7f"  # Scripts behind it write in squares.
_TIP: Final = 5
"""How far before its box an arrow ends, so that its tip is seen."""


def graph_svg(entity: Entity, around: Neighbourhood, catalog: Catalog) -> Markup:
    """Return the picture of what is *around* *entity*; "" where nothing is."""
    if not around.groups:
        return Markup("")
    picture = lay_out(around)
    parts = [
        Markup(
            '<svg class="wp-graph__picture" width="{0:.0f}" height="{1:.0f}" viewBox="0 0 {0:.0f} {1:.0f}" '
            'role="group" aria-labelledby="wp-graph-title wp-graph-desc">'
            '<title id="wp-graph-title">Relations of {2}</title><desc id="wp-graph-desc">{3}</desc>'
            '<defs><marker id="wp-tip" viewBox="0 0 8 8" refX="3" refY="4" markerWidth="7" markerHeight="7" '
            'orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>'
        ).format(picture.width, picture.height, entity.title, described(around)),
        _arrows(picture),
        *(
            Markup('<text class="wp-graph__word" x="{:.0f}" y="{:.0f}">{}</text>').format(*w)
            for w in picture.words
        ),
        *(_box(box, catalog, is_centre=box.ref == entity.ref) for box in picture.boxes),
        Markup("</svg>"),
    ]
    return Markup("").join(parts)


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


def _arrows(picture: Picture) -> Markup:
    lines = Markup(" ").join(
        Markup('<path d="{}" marker-end="url(#wp-tip)"/>').format(_path(a)) for a in picture.arrows
    )
    return Markup('<g class="wp-graph__arrows">{}</g>').format(lines)


def _path(arrow: Arrow) -> str:
    (x, y), (to_x, to_y) = arrow.start, arrow.end
    if arrow.turn is not None:
        up = (arrow.turn + to_y) / 2
        return f"M{x:.0f} {y:.0f}V{arrow.turn:.0f}C{x:.0f} {up:.0f} {to_x:.0f} {up:.0f} {to_x:.0f} {to_y + _TIP:.0f}"
    bend = x + (to_x - x) / 2
    end = to_x + (_TIP if to_x < x else -_TIP)
    return f"M{x:.0f} {y:.0f}C{bend:.0f} {y:.0f} {bend:.0f} {to_y:.0f} {end:.0f} {to_y:.0f}"


def _box(box: Box, catalog: Catalog, *, is_centre: bool) -> Markup:
    frame = Markup('<rect x="{:.0f}" y="{:.0f}" width="{}" height="{}" rx="5"/>').format(
        box.x, box.y, WIDTH, HEIGHT
    )
    if box.ref is None:
        text = _text(box, 23.5, box.text, 12.5)
        return _linked(box.address, "wp-graph__more", frame + text)
    entity = catalog.find(box.ref)
    title = entity.title if entity else box.ref.name
    under = " · ".join(_told(entity)) if entity else f"{box.ref.kind}, not in the catalog"
    name = "wp-graph__centre" if is_centre else "wp-graph__box" if entity else "wp-graph__missing"
    inside = Markup("<title>{} ({})</title>").format(title, box.ref) + frame
    inside += _text(box, 16.5, shortened(title, _ROOM, 12.5), 12.5)
    inside += _text(box, 30.5, shortened(under, _ROOM, 10.5), 10.5)
    address = f"/{quote(box.ref.page_uri)}" if entity and not is_centre else ""
    return _linked(address, name, inside)


def _told(entity: Entity) -> Iterator[str]:
    yield entity.kind
    if type_of(entity):
        yield type_of(entity)


def _text(box: Box, down: float, text: str, size: float) -> Markup:
    return Markup('<text x="{:.0f}" y="{:.0f}" font-size="{}">{}</text>').format(
        box.x + 9, box.y + down, size, escape(text)
    )


def _linked(address: str, name: str, inside: Markup) -> Markup:
    if not address:
        return Markup('<g class="{}">{}</g>').format(name, inside)
    return Markup('<a class="{}" href="{}">{}</a>').format(name, address, inside)
