"""What the tests of pages share: the context of a site over the tiny estate."""

from __future__ import annotations

from scorecards.estate import Estate, load
from waypost.catalog.model import EntityRef
from waypost.core.plugin import Api, SiteContext
from waypost.core.settings import Settings
from waypost.core.web import create_app
from waypost.scorecards.pages.sections import entity_pieces, entity_section
from waypost.site.api import LocalApi


def site(estate: Estate, *, api: Api | None = None, site_url: str = "") -> SiteContext:
    """Return what the pages of *estate* are made from, asking *api*, else an application in this process."""
    app = create_app(Settings(), engine=estate.engine, workspace=estate.workspace)
    return SiteContext(
        workspace=estate.workspace,
        settings=Settings(),
        knowledge=load(estate.workspace),
        api=api or LocalApi(app),
        now=estate.now,
        site_url=site_url,
    )


def whole_section(ref: str, context: SiteContext) -> str:
    """Return the section of the entity *ref* with all that is put in when its page is written."""
    entity = EntityRef.parse(ref)
    pieces = entity_pieces(entity, context)
    return entity_section(entity, context) + "".join(make() for make in pieces.values())
