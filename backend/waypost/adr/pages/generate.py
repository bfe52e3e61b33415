"""All pages and files of the site about decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from waypost.adr.approving import Standing
from waypost.adr.citing import find_citations
from waypost.adr.cycle import find_spans, measure
from waypost.adr.feed import Feed, atom
from waypost.adr.model import Decisions
from waypost.adr.pages.decision import Shelf, decision_page
from waypost.adr.pages.graph import graph_page
from waypost.adr.pages.index import index_pages
from waypost.adr.pages.timeline import timeline_page
from waypost.adr.pages.words import FEED, JSON
from waypost.adr.service import document_of
from waypost.adr.standings import find_standings
from waypost.adr.timeline import timeline_of
from waypost.catalog.model import Catalog
from waypost.catalog.refs import EntityRef
from waypost.core.errors import InputError
from waypost.core.facets import dumped
from waypost.core.plugin import SiteContext, SitePage
from waypost.core.settings import WORKSPACE_NAME
from waypost.documents.model import Documents


def decision_pages(context: SiteContext) -> Iterator[SitePage]:
    """Give the list, timeline, relations, feed and data of all decisions, and a page for each; nothing without any."""
    decisions = context.knowledge[Decisions]
    if not decisions.ordered:
        return
    knowledge, today = context.knowledge, context.now.date()
    standings = find_standings(context.workspace, knowledge, today)
    spans = find_spans(context.workspace, knowledge, standings)
    shelf = Shelf(context, find_citations(decisions, knowledge[Documents]), standings)
    yield from index_pages(context, measure(spans, today=today))
    yield timeline_page(timeline_of(decisions, spans, today), today)
    yield graph_page(decisions, shelf.citations)
    yield from _files(decisions, standings, context)
    for decision in decisions.ordered:
        yield decision_page(decision, shelf)


def _files(
    decisions: Decisions, standings: Mapping[str, Standing], context: SiteContext
) -> Iterator[SitePage]:
    """Give the decisions as data, as the API answers them, and as a feed."""
    items = [document_of(decision, standings[decision.id]) for decision in decisions.ordered]
    for item in items:
        del item["markdown"]
    yield SitePage(JSON, "", dumped({"items": items, "totalItems": len(items)}) + "\n")
    catalog, site = context.knowledge[Catalog], context.site_url

    def title_of(name: str) -> str:
        try:
            found = catalog.find(EntityRef.parse(name))
        except InputError:
            found = None
        return found.title if found else name

    told = Feed(
        name=context.settings[WORKSPACE_NAME],
        site=site,
        address=f"{site}{FEED}" if site else FEED.rpartition("/")[2],
        title_of=title_of,
    )
    yield SitePage(FEED, "", atom(items, told))
