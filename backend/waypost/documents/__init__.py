"""Pages of every kind: their front matter, sections, owners and links."""

from __future__ import annotations

from waypost.core.plugin import Loader, Plugin
from waypost.documents.checks import CHECKS
from waypost.documents.collectors import COLLECTOR
from waypost.documents.load import load_documents

plugin = Plugin(
    name="documents",
    summary="Pages of every kind: front matter, sections, owners and links.",
    after=("catalog",),
    loaders=(Loader("documents", load_documents),),
    checks=CHECKS,
    collectors=(COLLECTOR,),
)
