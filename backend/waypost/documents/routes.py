"""``/api/documents``: the pages, as JSON."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from waypost.core.errors import NotFoundError
from waypost.core.web import Reply, answers, reply_from
from waypost.documents import service
from waypost.documents.store import REVISION, get_page
from waypost.documents.wire import PageListWire, PageQuery, PageTextWire


def make_routes() -> Blueprint:
    """Return the blueprint of pages."""
    blueprint = Blueprint("documents", __name__)
    blueprint.get("")(list_documents)
    blueprint.get("/by-path/<path:path>")(get_document)
    return blueprint


@answers(PageListWire, query=PageQuery)
def list_documents(query: dict[str, Any]) -> Reply:
    """List the pages by path, narrowed by kind, owner, subject, status or freshness."""
    return reply_from(REVISION, lambda connection: service.list_documents(connection, query))


@answers(PageTextWire, raw=True, errors=[NotFoundError])
def get_document(path: str) -> Reply:
    """Return one page with its text, by the path of its file."""
    return reply_from(REVISION, lambda connection: get_page(connection, path))
