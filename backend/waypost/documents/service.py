"""What the pages' feature does: keeps the database's pages as the workspace's are, and lists them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from waypost.catalog.model import EntityRef
from waypost.core.plugin import Context
from waypost.core.records import write_if_changed
from waypost.documents.freshness import Freshness
from waypost.documents.judging import judgement
from waypost.documents.model import Documents, Page, Review
from waypost.documents.store import REVISION, StoredPage, list_pages, replace_pages
from waypost.documents.telling import freshness_json

_DEFAULT_KINDS = {"owner": "group", "about": "component"}


def sync_documents(context: Context) -> str:
    """Write the workspace's pages to the database, where any changed."""
    judged = judgement(context.knowledge, context.now).by_path
    pages = [
        stored(page, judged[path].freshness if path in judged else None)
        for path, page in sorted(context.knowledge[Documents].pages.items())
    ]
    content = [(page.summary, page.text) for page in pages]
    is_new = write_if_changed(context, REVISION, content, lambda connection: replace_pages(connection, pages))
    return f"{len(pages)} pages written" if is_new else f"{len(pages)} pages, unchanged"


def stored(page: Page, freshness: Freshness | None = None) -> StoredPage:
    """Return *page* as it is kept and served, with how fresh it is."""
    about = tuple(dict.fromkeys(map(str, page.about)))
    owner = str(page.owner) if page.owner else ""
    # PostgreSQL keeps no NUL in a text.
    text = page.file.body.replace("\0", "\ufffd")
    shown = summary(page)
    if freshness is not None:
        shown["freshness"] = freshness_json(freshness)
    state = freshness.state if freshness else ""
    return StoredPage(page.path, page.kind, owner, page.status, about, shown, text, str(state))


def summary(page: Page) -> dict[str, Any]:
    """Return what lists show of *page*; what its author did not say is absent or empty."""
    shown: dict[str, Any] = {
        "path": page.path,
        "uri": page.uri,
        "kind": page.kind,
        "title": page.title,
        "status": page.status,
        "about": [str(ref) for ref in page.about],
        "tags": list(page.tags),
    }
    if page.owner:
        shown["owner"] = str(page.owner)
    if page.replaced_by:
        shown["replacedBy"] = page.replaced_by
    if page.review is not None:
        shown["review"] = _review(page.review, page.front["review"])
    return shown


def _review(review: Review, written: Mapping[str, Any]) -> dict[str, str]:
    values = {
        "on": review.on and review.on.isoformat(),
        "by": review.by and str(review.by),
        "method": review.method,
        "every": written.get("every"),
        "dueOn": review.due_on and review.due_on.isoformat(),
    }
    return {key: str(value) for key, value in values.items() if value}


def list_documents(connection: Connection, query: Mapping[str, Any]) -> dict[str, Any]:
    """Return one page of the list that *query* asks for, with how many there are in all.

    Raises:
        InputError: An owner or subject in it is no reference.
    """
    filters = {key: query[key] for key in ("kind", "status", "freshness") if key in query}
    for key, kind in _DEFAULT_KINDS.items():
        if key in query:
            filters[key] = str(EntityRef.parse(query[key], default_kind=kind))
    limit = query["limit"]
    items, total = list_pages(connection, filters, limit=limit + 1, after=query.get("cursor", ""))
    more = {"nextCursor": items[limit - 1]["path"]} if len(items) > limit else {}
    return {"items": items[:limit], "totalItems": total, "pageInfo": more}
