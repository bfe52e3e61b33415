"""Facts that pages give of the entities they are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from waypost.catalog.model import Catalog
from waypost.core.plugin import CollectedFact, Collector, Context
from waypost.documents.freshness import State
from waypost.documents.judging import judgement
from waypost.documents.model import Documents, Page
from waypost.documents.telling import freshness_fact


def collect_documents(context: Context) -> Iterator[CollectedFact]:
    """Give the pages about every entity that people wrote, how many there are of each kind, and how fresh they are.

    Where no page is about it, the list is empty, and so are the counts.
    """
    documents = context.knowledge[Documents]
    judged = judgement(context.knowledge, context.now).by_path
    for entity in context.knowledge[Catalog].written:
        ref, about = str(entity.ref), [p for p in documents.about(entity.ref) if p.status != "retired"]
        pages = [page_fact(page) | freshness_fact(judged.get(page.path)) for page in about]
        yield CollectedFact(ref, "docs.pages", pages)
        kinds = Counter(page.kind for page in about if page.status != "draft")
        yield CollectedFact(ref, "docs.kinds", dict(sorted(kinds.items())))
        states = Counter(judged[page.path].freshness.state for page in about if page.path in judged)
        yield CollectedFact(ref, "docs.freshness", {str(state): states[state] for state in State})


def page_fact(page: Page) -> dict[str, Any]:
    """Return what rules may ask of *page*; what nobody wrote is absent."""
    fact: dict[str, Any] = {"path": page.path, "kind": page.kind, "title": page.title, "status": page.status}
    if page.owner:
        fact["owner"] = str(page.owner)
    if page.reviewed_on:
        fact["reviewedOn"] = page.reviewed_on.isoformat()
    return fact


COLLECTOR = Collector(
    "documents", "The pages about an entity: docs.pages, docs.kinds, docs.freshness.", collect_documents
)
