"""The index of the catalog: every entity by kind, as plain tables that a script replaces with instant filters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from markupsafe import Markup

from waypost.catalog.model import Catalog, Entity
from waypost.core.facets import versioned
from waypost.core.plugin import SiteContext, SitePage
from waypost.site.catalog_data import entities_json, relations_json, system_of, tags_of, texts_json
from waypost.site.html import entity_link, lifecycle_of, tier_of, type_of
from waypost.site.pieces import piece

INDEX: Final = "catalog/index.md"
LIMIT: Final = 1000
"""Entities up to which the page itself lists them; of more, each kind is listed on a page of its own."""

# Kinds in the order in which people look for them; others follow.
_KINDS: Final = ("component", "api", "system", "domain", "resource", "template", "group", "user", "location")
# The last ones give way on a phone.
_COLUMNS: Final = ("Name", "Type", "Owner", "System", "Lifecycle", "Tier", "Tags")
_SHOWN_ALWAYS: Final = 3
_PLURALS: Final = {"API": "APIs"}


def catalog_index(context: SiteContext) -> Iterator[SitePage]:
    """Make the index of all entities that people wrote, the files of its filter, and a page a kind where they are many."""
    catalog = context.knowledge[Catalog]
    entities = sorted(catalog.written, key=_order)
    if not entities:
        yield _page("# Catalog\n\n<p>No entities yet: add YAML files to <code>catalog/</code>.</p>\n")
        return
    by_kind: dict[str, list[Entity]] = {}
    for entity in entities:
        by_kind.setdefault(entity.kind, []).append(entity)
    files = {
        "entities": entities_json(entities, catalog),
        "texts": texts_json(entities),
        "relations": relations_json(entities),
    }
    for name, text in files.items():
        yield SitePage(uri=f"catalog/{name}.json", title="", markdown=text)
    is_large = len(entities) > LIMIT
    make = partial(_kinds_html if is_large else _tables_html, by_kind, catalog)
    make_all = partial(_filtered_html, files, len(entities), make)
    yield _page(f"# Catalog\n\n{_counted(by_kind)}\n\n{piece('entities')}\n", {"entities": make_all})
    if is_large:
        for kind, listed in by_kind.items():
            yield _kind_page(kind, listed, catalog)


def kind_uri(kind: str) -> str:
    """Return where the entities of *kind* are listed in a large catalog."""
    return f"catalog/{kind.lower()}/index.md"


def _page(markdown: str, pieces: Mapping[str, partial[Markup]] | None = None) -> SitePage:
    return SitePage(
        uri=INDEX,
        title="Catalog",
        markdown=markdown,
        meta={
            "description": "Every component, API, system, resource and team, with its owner.",
            "hide": ["navigation", "toc"],
        },
        pieces=pieces or {},
    )


def _kind_page(kind: str, entities: Sequence[Entity], catalog: Catalog) -> SitePage:
    return SitePage(
        uri=kind_uri(kind),
        title=_plural(kind),
        markdown=f'# {_plural(kind)}\n\n<p><a href="/{INDEX}#kind={kind}">Filter them in the catalog</a></p>\n\n{piece("table")}\n',
        meta={"description": f"Every {kind} of the catalog.", "hide": ["navigation", "toc"], "in_nav": False},
        pieces={"table": partial(_table, _plural(kind), entities, catalog)},
    )


def _filtered_html(files: Mapping[str, str], count: int, make: partial[Markup]) -> Markup:
    """Return the plain tables within what the script looks for."""
    addresses = Markup(" ").join(
        Markup('data-{}="{}"').format(name, versioned(f"{name}.json", text)) for name, text in files.items()
    )
    return Markup('<div class="wp-catalog" data-wp-catalog {} data-count="{}">{}</div>').format(
        addresses, count, make()
    )


def _tables_html(by_kind: Mapping[str, Sequence[Entity]], catalog: Catalog) -> Markup:
    return Markup("\n").join(
        Markup('<h2 id="kind={}">{}</h2>\n{}').format(
            kind, _plural(kind), _table(_plural(kind), listed, catalog)
        )
        for kind, listed in by_kind.items()
    )


def _kinds_html(by_kind: Mapping[str, Sequence[Entity]], catalog: Catalog) -> Markup:
    del catalog
    rows = Markup("").join(
        Markup('<tr id="kind={}"><th scope="row"><a href="/{}">{}</a></th><td>{:,}</td></tr>').format(
            kind, kind_uri(kind), _plural(kind), len(listed)
        )
        for kind, listed in by_kind.items()
    )
    return Markup(
        '<table class="wp-table wp-kinds" aria-label="Kinds of entities"><thead><tr><th scope="col">Kind</th>'
        '<th scope="col">Entities</th></tr></thead><tbody>{}</tbody></table>'
    ).format(rows)


def _table(label: str, entities: Sequence[Entity], catalog: Catalog) -> Markup:
    rows = Markup("").join(_row(entity, catalog) for entity in entities)
    heads = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(_wide(at), name) for at, name in enumerate(_COLUMNS)
    )
    return Markup(
        '<table class="wp-table wp-entities" aria-label="{}">'
        "<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody></table>"
    ).format(label, heads, rows)


def _row(entity: Entity, catalog: Catalog) -> Markup:
    system = system_of(entity)
    cells = (
        Markup('<a href="/{}">{}</a>').format(entity.ref.page_uri, entity.title),
        type_of(entity),
        entity_link(catalog, entity.owner) if entity.owner else "",
        entity_link(catalog, system) if system else "",
        lifecycle_of(entity),
        tier_of(entity),
        ", ".join(tags_of(entity)),
    )
    inside = Markup("").join(Markup("<td{}>{}</td>").format(_wide(at), cell) for at, cell in enumerate(cells))
    return Markup("<tr>{}</tr>\n").format(inside)


def _wide(at: int) -> Markup:
    if at < _SHOWN_ALWAYS:
        return Markup("")
    return Markup(' class="wp-wide{}"').format(" wp-short" if _COLUMNS[at] == "Tier" else "")


def _counted(by_kind: Mapping[str, Sequence[Entity]]) -> Markup:
    links = (
        Markup('<a href="#kind={}">{} <b>{:,}</b></a>').format(
            kind, _plural(kind) if len(listed) > 1 else kind, len(listed)
        )
        for kind, listed in by_kind.items()
    )
    return Markup('<p class="wp-counts">{}</p>').format(Markup(" · ").join(links))


def _plural(kind: str) -> str:
    return _PLURALS.get(kind, f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s")


def _order(entity: Entity) -> tuple[int, str, str]:
    place = _KINDS.index(entity.ref.kind) if entity.ref.kind in _KINDS else len(_KINDS)
    return place, entity.ref.kind, entity.title.lower()
