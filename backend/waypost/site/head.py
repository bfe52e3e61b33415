"""The line at the head of a page: what kind it is, its status, who owns it, and when it was last read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from markupsafe import Markup, escape

from waypost.catalog.model import Catalog
from waypost.catalog.refs import EntityRef
from waypost.core.errors import InputError
from waypost.site.addresses import entity_uri
from waypost.site.filled import day_text

_STATUS: Final[Mapping[str, str]] = {
    "draft": "Draft: not agreed yet",
    "active": "Active",
    "deprecated": "Deprecated: plan to leave it",
    "retired": "Retired: do not follow it",
}


def head_html(front: Mapping[str, Any], catalog: Catalog, *, in_catalog: bool = False) -> str:
    """Return the head line of a page with the front matter *front*; "" where that says nothing of it.

    Args:
        in_catalog: The page is an entity's, which no navigation lists: the line leads back to the index.
    """
    parts = [
        _part("way", '<a href="/catalog/index.md">Catalog</a>' if in_catalog else ""),
        _part("kind", escape(_words(front.get("kind")))),
        _status(front),
        _part("owner", owner_html(front.get("owner"), catalog)),
        _part("reviewed", _review(front.get("review"))),
    ]
    shown = "".join(part for part in parts if part)
    return f'<div class="wp-head">{shown}</div>\n' if shown else ""


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
    return f'Owned by <a href="/{escape(entity_uri(ref))}">{escape(entity.title)}</a>'


def _status(front: Mapping[str, Any]) -> str:
    status = front.get("status")
    if not isinstance(status, str) or not status:
        return ""
    known = status if status in _STATUS else "other"
    text = escape(_STATUS.get(status, status.capitalize()))
    by = front.get("replaced_by")
    # The author writes the path that a link would have; the page's own folder is where it starts.
    instead = f" Instead: {escape(by)}." if isinstance(by, str) and by else ""
    return f'<span class="wp-head__status wp-status wp-status--{known}">{text}{instead}</span>'


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


def _words(kind: object) -> str:
    words = kind.replace("-", " ") if isinstance(kind, str) else ""
    return words[:1].upper() + words[1:]
