"""The index of the catalog: every entity in one table, which a small script filters as one types."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from waypost.catalog.model import Catalog, Entity
from waypost.core.plugin import SiteContext, SitePage
from waypost.site.html import entity_link, lifecycle_of, tier_of, type_of

_COLUMNS = ("Name", "Kind", "Type", "Owner", "Lifecycle", "Tier")
# Kinds in the order in which people look for them; others follow.
_KINDS = ("component", "api", "system", "domain", "resource", "template", "group", "user", "location")


def catalog_index(context: SiteContext) -> Iterator[SitePage]:
    """Make the index of all entities that people wrote."""
    catalog = context.knowledge[Catalog]
    entities = sorted(catalog.written, key=_order)
    told = _counted(entities)
    body = (
        _table(entities, catalog)
        if entities
        else Markup("<p>No entities yet: add YAML files to <code>catalog/</code>.</p>")
    )
    yield SitePage(
        uri="catalog/index.md",
        title="Catalog",
        markdown=f"# Catalog\n\n<p>{told}</p>\n\n{body}\n",
        meta={
            "description": "Every component, API, system, resource and team, with its owner.",
            "hide": ["navigation", "toc"],
        },
    )


def _table(entities: list[Entity], catalog: Catalog) -> Markup:
    rows = Markup("").join(_row(entity, catalog) for entity in entities)
    heads = Markup("").join(Markup('<th scope="col">{}</th>').format(name) for name in _COLUMNS)
    return Markup(
        '<table class="wp-table" data-wp-filter="Kind,Owner,Lifecycle,Tier" aria-label="Entities">'
        "<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody></table>"
    ).format(heads, rows)


def _row(entity: Entity, catalog: Catalog) -> Markup:
    owner = entity_link(catalog, entity.owner) if entity.owner else ""
    return Markup(
        '<tr><td><a href="/{}">{}</a></td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n'
    ).format(
        entity.ref.page_uri,
        entity.title,
        entity.kind,
        type_of(entity),
        owner,
        lifecycle_of(entity),
        tier_of(entity),
    )


def _counted(entities: list[Entity]) -> Markup:
    counts: dict[str, int] = {}
    for entity in entities:
        counts[entity.kind] = counts.get(entity.kind, 0) + 1
    return Markup(" · ").join(Markup("{} <b>{}</b>").format(kind, count) for kind, count in counts.items())


def _order(entity: Entity) -> tuple[int, str, str]:
    place = _KINDS.index(entity.ref.kind) if entity.ref.kind in _KINDS else len(_KINDS)
    return place, entity.ref.kind, entity.title.lower()
