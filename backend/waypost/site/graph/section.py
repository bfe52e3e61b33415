"""What stands around an entity, as a page shows it: the picture, and the table below it."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from waypost.catalog.model import Catalog, Entity
from waypost.site.graph.neighbourhood import neighbourhood
from waypost.site.graph.svg import graph_svg
from waypost.site.graph.table import graph_table

RELATIONS_PIECE: Final = "relations"


def has_relations(entity: Entity) -> bool:
    """Tell whether there is anything to show around *entity*."""
    return bool(entity.document.get("relations"))


def relations_html(entity: Entity, catalog: Catalog) -> Markup:
    """Return the relations of *entity* as a picture and as a table."""
    around = neighbourhood(entity, catalog)
    return Markup('<figure class="wp-graph"><div class="wp-graph__scroll">{}</div></figure>\n{}').format(
        graph_svg(entity, around, catalog), graph_table(around, catalog)
    )
