"""From knowledge to website: pages, MkDocs plugin, Markdown extension, theme and embeds."""

from __future__ import annotations

from waypost.core.later import Later, later
from waypost.core.plugin import Plugin
from waypost.site.settings import SETTINGS

plugin = Plugin(
    name="site",
    summary="From knowledge to website: pages, theme, Markdown syntax and embeds.",
    after=("catalog", "documents", "adr", "runbooks", "facts", "scorecards"),
    settings=SETTINGS,
    routes=later("waypost.site.routes:make_blueprint"),
    commands=Later("waypost.site.commands:build"),
    checks=Later("waypost.site.checks:CHECKS"),
    pages=Later(
        "waypost.site.home:home_page",
        "waypost.site.catalog_index:catalog_index",
        "waypost.site.entity_pages:entity_pages",
        "waypost.site.reference:reference_pages",
    ),
    embeds=Later("waypost.site.embeds:EMBEDS"),
)
