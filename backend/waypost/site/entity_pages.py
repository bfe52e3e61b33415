"""The page of each entity: what it is, who to call, what it stands on, and how it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup

from waypost.adr.model import Decisions
from waypost.catalog.model import Catalog, Entity
from waypost.catalog.refs import EntityRef
from waypost.core.markup import listed, page_link, plain, terms
from waypost.core.plugin import SiteContext, SitePage
from waypost.documents.model import Documents, Page
from waypost.runbooks.model import Runbooks
from waypost.scorecards.pages import entity_section
from waypost.site.contact import contact_html, links_html
from waypost.site.html import (
    description_of,
    entity_link,
    lifecycle_of,
    section,
    tier_of,
    told_by_backend,
    type_of,
)
from waypost.site.team_pages import team_page

# In the order in which somebody who changes or repairs the entity asks for them.
_RELATIONS: Final = (
    ("dependsOn", "Depends on"),
    ("dependencyOf", "Needed by"),
    ("providesApi", "Provides"),
    ("consumesApi", "Consumes"),
    ("apiProvidedBy", "Provided by"),
    ("apiConsumedBy", "Consumed by"),
    ("hasPart", "Parts"),
    ("memberOf", "Member of"),
    ("ownerOf", "Owns"),
    ("parentOf", "Above"),
    ("childOf", "Below"),
)


def entity_pages(context: SiteContext) -> Iterator[SitePage]:
    """Make a page for each entity that people wrote; a group's is its team's page."""
    for entity in context.knowledge[Catalog].written:
        yield team_page(entity, context) if entity.ref.kind == "group" else entity_page(entity, context)


def entity_page(entity: Entity, context: SiteContext) -> SitePage:
    """Make the page of *entity*."""
    catalog = context.knowledge[Catalog]
    parts = [
        f"# {plain(entity.title)}\n\n",
        Markup('<p class="wp-lead">{}</p>\n\n').format(description_of(entity))
        if description_of(entity)
        else "",
        f"{terms(_facts(entity, catalog))}\n\n",
        section("Runbooks", listed(runbook_links(entity.ref, context))),
        told_by_backend(entity_section, entity.ref, context),
        "\n\n",
        section("Relations", _relations(entity, catalog)),
        section("Documents", listed(_documents(entity.ref, context))),
        section("Decisions in force", listed(_decisions(entity.ref, context))),
    ]
    return SitePage(
        uri=entity.ref.page_uri,
        title=entity.title,
        markdown="".join(map(str, parts)),
        source=entity.path,
        meta=page_meta(entity),
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


def _facts(entity: Entity, catalog: Catalog) -> Iterator[tuple[str, str | Markup]]:
    owner = catalog.find(entity.owner) if entity.owner else None
    yield "Who to call", contact_html(owner) if owner else ""
    yield "Type", type_of(entity)
    yield "Part of", Markup(", ").join(entity_link(catalog, ref) for ref in entity.relations("partOf"))
    yield "Links", Markup(" · ").join(links_html(entity))
    yield "Reference", Markup("<code>{}</code>").format(entity.ref)
    yield "Defined in", Markup("<code>{}</code>").format(entity.path) if entity.path else ""


def _relations(entity: Entity, catalog: Catalog) -> Markup:
    rows = (
        (label, Markup(", ").join(entity_link(catalog, ref) for ref in entity.relations(kind)))
        for kind, label in _RELATIONS
    )
    return terms(rows)


def _documents(ref: EntityRef, context: SiteContext) -> list[Markup]:
    runbooks = {runbook.path for runbook in context.knowledge[Runbooks].about(ref)}
    return [
        document_link(page) for page in context.knowledge[Documents].about(ref) if page.path not in runbooks
    ]


def _decisions(ref: EntityRef, context: SiteContext) -> list[Markup]:
    affecting = context.knowledge[Decisions].affecting(ref)
    return [page_link(d.page_uri, f"{d.id} {d.title}") for d in affecting if d.in_force]
