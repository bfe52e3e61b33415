"""From knowledge to website: pages, MkDocs plugin, Markdown extension, theme and embeds."""

from __future__ import annotations

from waypost.core.plugin import Plugin
from waypost.site.catalog_index import catalog_index
from waypost.site.checks import CHECKS
from waypost.site.commands import build
from waypost.site.embeds import EMBEDS
from waypost.site.entity_pages import entity_pages
from waypost.site.home import home_page
from waypost.site.reference import reference_pages
from waypost.site.routes import make_blueprint
from waypost.site.settings import SETTINGS

plugin = Plugin(
    name="site",
    summary="From knowledge to website: pages, theme, Markdown syntax and embeds.",
    after=("catalog", "documents", "adr", "runbooks", "facts", "scorecards"),
    settings=SETTINGS,
    routes=make_blueprint,
    commands=(build,),
    checks=CHECKS,
    pages=(home_page, catalog_index, entity_pages, reference_pages),
    embeds=EMBEDS,
)
