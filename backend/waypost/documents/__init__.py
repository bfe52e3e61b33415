"""Pages of every kind: their front matter, sections, owners and links."""

from __future__ import annotations

from waypost.core.plugin import Job, Loader, Plugin
from waypost.documents.checks import CHECKS
from waypost.documents.collectors import COLLECTOR
from waypost.documents.load import load_documents
from waypost.documents.routes import make_routes
from waypost.documents.service import sync_documents
from waypost.documents.store import documents_about, documents_page

plugin = Plugin(
    name="documents",
    summary="Pages of every kind: front matter, sections, owners and links.",
    after=("catalog",),
    tables=(documents_page, documents_about),
    migrations="waypost.documents.migrations",
    routes=make_routes,
    loaders=(Loader("documents", load_documents),),
    checks=CHECKS,
    jobs=(Job("documents", "sync", sync_documents),),
    collectors=(COLLECTOR,),
)
