"""The software catalog: entities from ``catalog/``, served by the Backstage Catalog API."""

from __future__ import annotations

from waypost.catalog.load import load_catalog
from waypost.core.plugin import Loader, Plugin

plugin = Plugin(
    name="catalog",
    summary="Entities from catalog/, served by the Backstage Catalog API.",
    loaders=(Loader("catalog", load_catalog),),
)
