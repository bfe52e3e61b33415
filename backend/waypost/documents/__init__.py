"""Pages of every kind: their front matter, sections, owners and links."""

from __future__ import annotations

from waypost.core.later import Later, later
from waypost.core.plugin import Job, Loader, Plugin

plugin = Plugin(
    name="documents",
    summary="Pages of every kind: front matter, sections, owners and links.",
    after=("catalog",),
    tables=Later("waypost.documents.store:documents_page", "waypost.documents.store:documents_about"),
    migrations="waypost.documents.migrations",
    routes=later("waypost.documents.routes:make_routes"),
    loaders=(Loader("documents", later("waypost.documents.load:load_documents")),),
    checks=Later("waypost.documents.checks:CHECKS"),
    jobs=(Job("documents", "sync", later("waypost.documents.service:sync_documents")),),
    collectors=Later("waypost.documents.collectors:COLLECTOR"),
    reports=(later("waypost.documents.reporting:report_pages"),),
)
