"""The job that brings the database's entities up to date with the workspace's files."""

from __future__ import annotations

from waypost.catalog.ingestion.ingest import ingest_workspace
from waypost.catalog.ingestion.sources import Sources
from waypost.catalog.settings import read_forges
from waypost.catalog.store import lock_entities
from waypost.core.bulk import expect_many
from waypost.core.garbage import collection_paused
from waypost.core.plugin import Context
from waypost.core.settings import WORKSPACE_URL


def sync_catalog(context: Context) -> str:
    """Write what changed in the workspace's files; a new revision is counted when that changed anything."""
    expect_many(context.connection)
    lock_entities(context.connection)
    sources = Sources(context.workspace, context.settings[WORKSPACE_URL], read_forges(context.settings))
    with collection_paused():
        done = ingest_workspace(context.connection, sources, context.now, context.progress)
    return f"{done.entities} entities, {done.written} written, {done.removed} removed"
