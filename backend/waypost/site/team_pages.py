"""The page of each team: how to reach it, what it owns, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from markupsafe import Markup

from waypost.adr.pages.sections import team_decisions
from waypost.catalog.model import Catalog, Entity
from waypost.core.markup import listed, page_link, plain, terms
from waypost.core.plugin import SiteContext, SitePage
from waypost.core.settings import WORKSPACE_URL
from waypost.documents.model import Documents
from waypost.documents.pages import team_reading
from waypost.runbooks.model import Runbooks
from waypost.scorecards.pages.html import table
from waypost.scorecards.pages.teams import team_section
from waypost.site.contact import contact_html, escalation_html
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
from waypost.site.origin import defined_in, state_html
from waypost.site.pieces import piece


def team_page(group: Entity, context: SiteContext) -> SitePage:
    """Make the page of *group*."""
    catalog = context.knowledge[Catalog]
    owned = [entity for entity in catalog.owned_by(group.ref) if entity.ref.kind != "group"]
    parts = [
        f"# {plain(group.title)}\n\n",
        Markup('<p class="wp-lead">{}</p>\n\n').format(description_of(group))
        if description_of(group)
        else "",
        Markup("{}\n\n").format(state_html(group)),
        f"{terms(_facts(group, context))}\n\n",
        section("Runbooks", listed(_runbooks(group, owned, context))),
        told_by_backend(team_section, group.ref, context),
        "\n\n",
        section("To read again", team_reading(group.ref, context)),
        section("Owns", piece("owned") if owned else ""),
        section("Documents", listed(_documents(group, context))),
        team_decisions(group.ref, context),
        section("Relations", piece(RELATIONS_PIECE) if has_relations(group) else ""),
    ]
    return SitePage(
        uri=group.ref.page_uri,
        title=group.title,
        markdown="".join(map(str, parts)),
        source=group.path,
        meta={
            "kind": type_of(group) or "group",
            "description": description_of(group),
            "hide": ["navigation"],
        },
        pieces={"owned": partial(_owned, owned), RELATIONS_PIECE: partial(relations_html, group, catalog)},
    )


def _facts(group: Entity, context: SiteContext) -> Iterator[tuple[str, str | Markup]]:
    catalog = context.knowledge[Catalog]
    yield "Who to call", contact_html(group)
    yield "Then", escalation_html(group, catalog)
    for kind, label in (("childOf", "Part of"), ("parentOf", "Teams"), ("hasMember", "Members")):
        yield label, few_links(group.relations(kind), catalog)
    yield "Reference", Markup("<code>{}</code>").format(group.ref)
    yield "Defined in", defined_in(group, context.settings[WORKSPACE_URL])


def _owned(entities: list[Entity]) -> Markup:
    rows = [
        (
            page_link(entity.ref.page_uri, entity.title),
            entity.kind,
            type_of(entity),
            lifecycle_of(entity),
            tier_of(entity),
        )
        for entity in entities
    ]
    return table("What the team owns", ("Name", "Kind", "Type", "Lifecycle", "Tier"), rows)


def _runbooks(group: Entity, owned: list[Entity], context: SiteContext) -> list[Markup]:
    mine = {entity.ref for entity in owned}
    found: Mapping[str, Markup] = {
        runbook.uri: Markup("{} <small>{}</small>").format(
            page_link(runbook.uri, runbook.title), ", ".join(runbook.alerts)
        )
        for runbook in context.knowledge[Runbooks].ordered
        if runbook.owner == group.ref or mine.intersection(runbook.about)
    }
    return list(found.values())


def _documents(group: Entity, context: SiteContext) -> list[Markup]:
    pages = context.knowledge[Documents].pages.values()
    return [
        Markup("{} <small>{}</small>").format(page_link(page.uri, page.title), page.kind.replace("-", " "))
        for page in pages
        if page.owner == group.ref and page.kind != "runbook"
    ]
