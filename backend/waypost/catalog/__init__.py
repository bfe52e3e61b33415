"""The software catalog: entities from ``catalog/``, served by the Backstage Catalog API."""

from __future__ import annotations

from waypost.catalog.checks import CHECKS
from waypost.catalog.load import load_catalog
from waypost.catalog.routes import make_routes
from waypost.catalog.store import catalog_entity, catalog_search
from waypost.catalog.sync import sync_catalog
from waypost.core.plugin import Job, Loader, Plugin

plugin = Plugin(
    name="catalog",
    summary="Entities from catalog/, served by the Backstage Catalog API.",
    tables=(catalog_entity, catalog_search),
    migrations="waypost.catalog.migrations",
    routes=make_routes,
    loaders=(Loader("catalog", load_catalog),),
    checks=CHECKS,
    jobs=(Job("catalog", "sync", sync_catalog),),
)
