"""Tables and links that the pages of decisions and runbooks share."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from waypost.catalog.model import Catalog
from waypost.catalog.refs import EntityRef
from waypost.core.errors import InputError
from waypost.core.markup import page_link


def table(columns: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Return a Markdown table of *columns*, each a heading and its cells; one without any text is left out."""
    shown = [(heading, cells) for heading, cells in columns if any(cells)]
    rows = [
        [heading for heading, _ in shown],
        ["---"] * len(shown),
        *zip(*(cells for _, cells in shown), strict=True),
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def entity_link(name: str, catalog: Catalog) -> Markup:
    """Return *name* linked to its entity's page, where it is the reference of one; else as it stands."""
    try:
        entity = catalog.find(EntityRef.parse(name))
    except InputError:
        entity = None
    if entity is None:
        return escape(name)
    return page_link(entity.ref.page_uri, entity.title)
