"""The page of each entity: what it is, who to call, what it stands on, and how it stands."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from markupsafe import Markup

from waypost.adr.pages.sections import entity_decisions
from waypost.catalog.model import Catalog, Entity
from waypost.catalog.refs import EntityRef
from waypost.core.markup import listed, page_link, plain, terms
from waypost.core.plugin import SiteContext, SitePage
from waypost.core.settings import WORKSPACE_URL
from waypost.documents.model import Documents, Page
from waypost.runbooks.model import Runbooks
from waypost.scorecards.pages.sections import entity_pieces, entity_section
from waypost.site.catalog_data import tags_of
from waypost.site.contact import contact_html, escalation_html, links_html
from waypost.site.definition.shown import ShownDefinition, show_definition
from waypost.site.graph.section import RELATIONS_PIECE, has_relations, relations_html
from waypost.site.html import (
    description_of,
    few_links,
    lifecycle_of,
    section,
    tier_of,
    told_by_backend,
    type_of,
)
from waypost.site.origin import defined_in, source_code, state_html
from waypost.site.pieces import piece
from waypost.site.team_pages import team_page

FACTS_PIECE: Final = "facts"


def entity_pages(context: SiteContext) -> Iterator[SitePage]:
    """Make a page for each entity that people wrote; a group's is its team's page, an API's shows its definition."""
    for entity in context.knowledge[Catalog].written:
        if entity.ref.kind == "group":
            yield team_page(entity, context)
            continue
        shown = show_definition(entity) if entity.ref.kind == "api" else None
        yield entity_page(entity, context, shown)
        if shown is not None:
            yield SitePage(uri=shown.file_uri, title="", markdown=shown.text)


def entity_page(entity: Entity, context: SiteContext, definition: ShownDefinition | None = None) -> SitePage:
    """Make the page of *entity*, an API's with its *definition*."""
    catalog = context.knowledge[Catalog]
    description = description_of(entity)
    parts = [
        f"# {plain(entity.title)}\n\n",
        Markup('<p class="wp-lead">{}</p>\n\n').format(description) if description else "",
        Markup("{}\n\n").format(state_html(entity)),
        f"{piece(FACTS_PIECE)}\n\n{terms(_names(entity))}\n\n",
        section("Runbooks", listed(runbook_links(entity.ref, context))),
        told_by_backend(entity_section, entity.ref, context),
        "\n\n",
        section("Relations", piece(RELATIONS_PIECE) if has_relations(entity) else ""),
        section("Documents", listed(_documents(entity.ref, context))),
        entity_decisions(entity.ref, context),
        definition.markdown if definition else "",
    ]
    return SitePage(
        uri=entity.ref.page_uri,
        title=entity.title,
        markdown="".join(map(str, parts)),
        source=entity.path,
        meta=page_meta(entity),
        pieces={
            FACTS_PIECE: partial(_facts_html, entity, context),
            RELATIONS_PIECE: partial(relations_html, entity, catalog),
            **entity_pieces(entity.ref, context),
            **(definition.pieces if definition else {}),
        },
    )


def page_meta(entity: Entity) -> dict[str, object]:
    """Return what the head line and the theme are told of the page of *entity*."""
    known = {
        "status": lifecycle_of(entity),
        "tier": tier_of(entity),
        "owner": str(entity.owner) if entity.owner else "",
    }
    return {
        "kind": entity.kind,
        "description": description_of(entity),
        "hide": ["navigation"],
        **{key: value for key, value in known.items() if value},
    }


def runbook_links(ref: EntityRef, context: SiteContext) -> list[Markup]:
    """Return links to the runbooks about *ref*, each with its alerts."""
    return [
        Markup("{} {}").format(
            page_link(runbook.uri, runbook.title),
            Markup("<small>{}</small>").format(", ".join(runbook.alerts)),
        )
        for runbook in context.knowledge[Runbooks].about(ref)
    ]


def document_link(page: Page) -> Markup:
    """Return a link to an author's page, with its kind."""
    kind = page.kind.replace("-", " ") if page.kind else ""
    return Markup("{} <small>{}</small>").format(page_link(page.uri, page.title), kind)


def _names(entity: Entity) -> Iterator[tuple[str, str | Markup]]:
    """Give what an entity is looked for by: the search reads it, as it does not read what others are called."""
    yield "Type", type_of(entity)
    yield "Tags", ", ".join(tags_of(entity))
    yield "Reference", Markup("<code>{}</code>").format(entity.ref)


def _facts_html(entity: Entity, context: SiteContext) -> Markup:
    return terms(_facts(entity, context))


def _facts(entity: Entity, context: SiteContext) -> Iterator[tuple[str, str | Markup]]:
    catalog = context.knowledge[Catalog]
    owner = catalog.find(entity.owner) if entity.owner else None
    yield "Who to call", contact_html(owner) if owner else ""
    yield "Then", escalation_html(owner, catalog) if owner else ""
    for label, relation in (
        ("Part of", "partOf"),
        ("Provides", "providesApi"),
        ("Consumes", "consumesApi"),
        ("Provided by", "apiProvidedBy"),
    ):
        yield label, few_links(entity.relations(relation), catalog)
    yield "Links", Markup(" · ").join(links_html(entity))
    yield "Source", source_code(entity)
    yield "Defined in", defined_in(entity, context.settings[WORKSPACE_URL])


def _documents(ref: EntityRef, context: SiteContext) -> list[Markup]:
    runbooks = {runbook.path for runbook in context.knowledge[Runbooks].about(ref)}
    return [
        document_link(page) for page in context.knowledge[Documents].about(ref) if page.path not in runbooks
    ]
