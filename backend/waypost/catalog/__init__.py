"""The software catalog: entities from ``catalog/``, served by the Backstage Catalog API."""

from __future__ import annotations

from waypost.catalog.discovery.settings import DISCOVERY_SETTINGS
from waypost.catalog.settings import SETTINGS
from waypost.core.later import Later, later
from waypost.core.plugin import Job, Loader, Plugin

plugin = Plugin(
    name="catalog",
    summary="Entities from catalog/, served by the Backstage Catalog API.",
    settings=(*SETTINGS, *DISCOVERY_SETTINGS),
    tables=Later("waypost.catalog.tables:TABLES"),
    migrations="waypost.catalog.migrations",
    routes=later("waypost.catalog.routes:make_routes"),
    commands=Later("waypost.catalog.commands:location"),
    loaders=(Loader("catalog", later("waypost.catalog.loading:load_catalog")),),
    checks=Later("waypost.catalog.checks:CHECKS"),
    jobs=(Job("catalog", "ingest", later("waypost.catalog.ingestion.sync:sync_catalog")),),
    reports=(later("waypost.catalog.reporting:report_catalog"),),
)
