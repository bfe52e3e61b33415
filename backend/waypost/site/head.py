"""The line at the head of a page: what kind it is, its status, who owns it, and when it was last read."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from markupsafe import Markup, escape

from waypost.catalog.model import Catalog
from waypost.catalog.refs import EntityRef
from waypost.core.errors import InputError
from waypost.core.markup import page_link
from waypost.site.filled import day_text

_STATUS: Final[Mapping[str, str]] = {
    "draft": "Draft: not agreed yet",
    "active": "Active",
    "deprecated": "Deprecated: plan to leave it",
    "retired": "Retired: do not follow it",
    # Of entities.
    "experimental": "Experimental",
    "production": "Production",
    # Of decisions.
    "proposed": "Proposed: not decided yet",
    "accepted": "Accepted, in force",
    "superseded": "Superseded: another has taken its place",
    "rejected": "Rejected",
}


def head_html(front: Mapping[str, Any], catalog: Catalog, uri: str = "", *, tells_review: bool = True) -> str:
    """Return the head line of the page at *uri* with the front matter *front*; "" where that says nothing of it.

    Args:
        tells_review: Whether nothing else on the page tells when it was last read.
    """
    parts = [
        _part("kind", escape(_words(front.get("kind")))),
        _status(front, uri),
        _part("owner", owner_html(front.get("owner"), catalog)),
        _part("reviewed", _review(front.get("review")) if tells_review else ""),
        _part("tier", escape(_text(front.get("tier")))),
    ]
    shown = "".join(part for part in parts if part)
    # The search finds the page by its text; every page has a head.
    return f'<div class="wp-head" data-search-exclude>{shown}</div>\n' if shown else ""


def owner_html(owner: object, catalog: Catalog) -> str:
    """Return "Owned by" and a link to the page of *owner*, or its name where it has none."""
    if not isinstance(owner, str) or not owner:
        return ""
    try:
        ref = EntityRef.parse(owner, default_kind="group")
    except InputError:
        return f"Owner: {escape(owner)}"
    entity = catalog.find(ref)
    if entity is None:
        return f"Owned by {escape(owner)} (not in the catalog)"
    return f'Owned by <a href="/{escape(ref.page_uri)}">{escape(entity.title)}</a>'


def _status(front: Mapping[str, Any], uri: str) -> str:
    status = front.get("status")
    if not isinstance(status, str) or not status:
        return ""
    known = status if status in _STATUS else "other"
    text = escape(_STATUS.get(status, status.capitalize()))
    by = front.get("replaced_by")
    instead = f" Instead: {_beside(uri, by)}." if isinstance(by, str) and by else ""
    return f'<span class="wp-head__status wp-status wp-status--{known}">{text}{instead}</span>'


def _beside(uri: str, path: str) -> Markup:
    """Return a link to the page at *path*, written from the page at *uri*."""
    return page_link(posixpath.normpath(posixpath.join(posixpath.dirname(uri), path)), path)


def _review(review: object) -> str:
    if not isinstance(review, Mapping):
        return ""
    on = _day(review.get("on"))
    if on is None:
        return ""
    method = review.get("method")
    how = f" ({escape(method)})" if isinstance(method, str) and method else ""
    return f'Reviewed <time datetime="{on.isoformat()}">{day_text(on)}</time>{how}'


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _part(name: str, html: str | Markup) -> str:
    return f'<span class="wp-head__{name}">{html}</span>' if html else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _words(kind: object) -> str:
    words = _text(kind).replace("-", " ")
    return words[:1].upper() + words[1:]
