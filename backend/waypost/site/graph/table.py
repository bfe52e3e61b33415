"""The relations of an entity as a table: what the picture shows, for those who read rather than look."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup, escape

from waypost.catalog.model import Catalog
from waypost.catalog.refs import EntityRef
from waypost.core.markup import joined
from waypost.site.graph.neighbourhood import TABLE_LIMIT, Group, Neighbourhood
from waypost.site.graph.words import filtered_address, words_of
from waypost.site.html import entity_link


def graph_table(around: Neighbourhood, catalog: Catalog) -> Markup:
    """Return what is *around* an entity as a table, two steps out; "" where nothing is."""
    rows = Markup("").join((*_near_rows(around, catalog), *_far_rows(around, catalog)))
    if not rows:
        return rows
    return Markup(
        '<table class="wp-table wp-relations" aria-label="Relations"><thead><tr><th scope="col">Relation</th>'
        '<th scope="col">Entities</th></tr></thead><tbody>{}</tbody></table>'
    ).format(rows)


def _near_rows(around: Neighbourhood, catalog: Catalog) -> Iterator[Markup]:
    for group in around.groups:
        links = [entity_link(catalog, ref) for ref in group.refs[:TABLE_LIMIT]]
        if len(group.refs) > TABLE_LIMIT:
            links.append(_more(group, around.centre))
        yield _row(group.words.label, joined(links))


def _far_rows(around: Neighbourhood, catalog: Catalog) -> Iterator[Markup]:
    found: dict[tuple[EntityRef, str], list[EntityRef]] = {}
    for side in ("left", "right", "top"):
        for step in around.steps[side]:
            found.setdefault((step.near, step.relation), []).append(step.far)
    for (near, relation), refs in found.items():
        label = Markup("{}, {}").format(entity_link(catalog, near), words_of(relation).label.lower())
        yield _row(label, joined(entity_link(catalog, ref) for ref in refs))


def _more(group: Group, centre: EntityRef) -> Markup:
    text = f"and {len(group.refs) - TABLE_LIMIT:,} more"
    address = filtered_address(group.relation, centre)
    return Markup('<a href="{}">{}</a>').format(address, text) if address else escape(text)


def _row(label: str, entities: Markup) -> Markup:
    return Markup('<tr><th scope="row">{}</th><td>{}</td></tr>').format(label, entities)
