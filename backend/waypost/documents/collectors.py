"""Facts that pages give of the entities they are about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from waypost.catalog.model import Catalog
from waypost.core.plugin import CollectedFact, Collector, Context
from waypost.documents.judging import judgement
from waypost.documents.model import Documents, Page
from waypost.documents.telling import freshness_fact


def collect_documents(context: Context) -> Iterator[CollectedFact]:
    """Give ``docs.pages`` of every entity that people wrote: an empty list where no page is about it."""
    documents = context.knowledge[Documents]
    judged = judgement(context.knowledge, context.now).by_path
    for entity in context.knowledge[Catalog].written:
        pages = [
            page_fact(page) | freshness_fact(judged.get(page.path))
            for page in documents.about(entity.ref)
            if page.status != "retired"
        ]
        yield CollectedFact(str(entity.ref), "docs.pages", pages)


def page_fact(page: Page) -> dict[str, Any]:
    """Return what rules may ask of *page*; what nobody wrote is absent."""
    fact: dict[str, Any] = {"path": page.path, "kind": page.kind, "title": page.title, "status": page.status}
    if page.owner:
        fact["owner"] = str(page.owner)
    if page.reviewed_on:
        fact["reviewedOn"] = page.reviewed_on.isoformat()
    return fact


COLLECTOR = Collector("documents", "The pages about an entity: docs.pages.", collect_documents)
