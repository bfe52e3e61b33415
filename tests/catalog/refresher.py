"""Refreshing in tests: a database, a clock that stands still, and looks into what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Engine, select

import build
from catalog.sites import Site, settings_for
from waypost.catalog.ingestion.sourcestates import SourceState, list_sources
from waypost.catalog.locations import registering as locations
from waypost.catalog.locations.store import RegisteredLocation
from waypost.catalog.remote.readers import open_reader
from waypost.catalog.remote.refreshing import refresh_due
from waypost.catalog.rules.annotations import LocationRef
from waypost.catalog.tables import catalog_entity
from waypost.core.database import reading, transaction


@dataclass
class Refresher:
    """Registers and refreshes at a time of its own."""

    engine: Engine
    site: Site
    now: datetime = field(default=build.NOON)
    settings: Mapping[str, Any] = field(default_factory=dict)

    def register(self, path: str, *, is_refreshed: bool = False) -> RegisteredLocation:
        """Register the file *path* of the site."""
        return self.register_location(LocationRef("url", self.site.at(path)), is_refreshed=is_refreshed)

    def register_location(self, location: LocationRef, *, is_refreshed: bool = False) -> RegisteredLocation:
        """Register *location*."""
        with transaction(self.engine) as connection:
            return locations.register(connection, location, self.now, is_refreshed=is_refreshed)

    def run(self, *, later: timedelta = timedelta()) -> int:
        """Refresh what is due after some time; return how many sources were read."""
        self.now += later
        settings = settings_for(self.site.server).having(self.settings)
        with open_reader(settings) as reader:
            return refresh_due(self.engine, reader, settings, lambda: self.now, chance=lambda: 0.5)

    def entity(self, ref: str) -> dict[str, Any] | None:
        """Return the entity *ref* as it is served, None where there is none."""
        with reading(self.engine) as connection:
            body = connection.execute(
                select(catalog_entity.c.body).where(catalog_entity.c.ref == ref)
            ).scalar()
        return None if body is None else orjson.loads(bytes(body))

    def names(self) -> list[str]:
        """Return the references of all entities but the Locations that the catalog makes, without the namespace."""
        with reading(self.engine) as connection:
            refs = connection.scalars(select(catalog_entity.c.ref).order_by(catalog_entity.c.ref))
            return [ref.replace("default/", "") for ref in refs if "generated-" not in ref]

    def source(self, path: str) -> SourceState:
        """Return how the file *path* of the site is doing."""
        name = f"url:{self.site.at(path)}"
        with reading(self.engine) as connection:
            return next(source for source in list_sources(connection) if source.name == name)
