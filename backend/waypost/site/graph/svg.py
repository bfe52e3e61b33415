"""The picture of an entity's relations as SVG: every box a link, every arrow with its word."""

from __future__ import annotations

from urllib.parse import quote

from markupsafe import Markup

from waypost.catalog.model import Catalog, Entity
from waypost.catalog.refs import EntityRef
from waypost.core.graph.shapes import Box
from waypost.core.graph.svg import drawn, more, picture_svg
from waypost.site.graph.layout import lay_out
from waypost.site.graph.neighbourhood import Neighbourhood
from waypost.site.html import type_of


def graph_svg(entity: Entity, around: Neighbourhood, catalog: Catalog) -> Markup:
    """Return the picture of what is *around* *entity*; "" where nothing is."""
    if not around.groups:
        return Markup("")
    return picture_svg(
        lay_out(around),
        lambda box: _box(box, catalog, is_centre=box.ref == entity.ref),
        title=f"Relations of {entity.title}",
        description=described(around),
    )


def described(around: Neighbourhood) -> str:
    """Return what the picture shows as a sentence."""
    counted = ", ".join(f"{group.words.label.lower()} {len(group.refs):,}" for group in around.groups)
    return f"{counted[:1].upper()}{counted[1:]}. The table below says the same."


def _box(box: Box[EntityRef], catalog: Catalog, *, is_centre: bool) -> str:
    if box.ref is None:
        return more(box)
    entity = catalog.find(box.ref)
    title = entity.title if entity else box.ref.name
    under = _told(entity) if entity else f"{box.ref.kind}, not in the catalog"
    name = "wp-graph__centre" if is_centre else "wp-graph__box" if entity else "wp-graph__missing"
    address = f"/{quote(box.ref.page_uri)}" if entity and not is_centre else ""
    whole = f"{title} ({box.ref})"
    return drawn(box, (title, under), name=name, title=whole, address=address, bold=is_centre)


def _told(entity: Entity) -> str:
    kind = type_of(entity)
    return f"{entity.kind} · {kind}" if kind else entity.kind
