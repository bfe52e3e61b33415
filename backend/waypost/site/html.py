"""Small pieces of HTML that the generated pages share. Everything from outside is escaped here."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import quote, urlsplit

from markupsafe import Markup, escape

from waypost.catalog.model import Catalog, Entity
from waypost.catalog.refs import EntityRef
from waypost.core.errors import NotFoundError, ServiceUnavailableError
from waypost.core.markup import joined
from waypost.core.plugin import SiteContext

_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_FEW: Final = 5
_BEHIND_SLASH: Final = re.compile(r"(?<=[^/:]/)(?=[^/])")


def entity_link(catalog: Catalog, ref: EntityRef) -> Markup:
    """Return a link to the page of *ref*; its reference as text where the catalog has no such entity."""
    entity = catalog.find(ref)
    if entity is None:
        return Markup('<span class="wp-ref" title="not in the catalog">{}</span>').format(ref)
    # Plain formatting is several times faster than ``Markup.format``, and most links of a site are made here.
    link = f'<a class="wp-ref" href="/{quote(ref.page_uri)}" title="{escape(str(ref))}">{escape(entity.title)}</a>'
    return Markup(link)  # noqa: S704


def outside_link(url: str, text: str) -> Markup:
    """Return a link to *url* on another host, or just the text where a browser could not follow it safely."""
    if not _is_safe(url):
        return escape(text)
    return Markup('<a href="{}" rel="noopener">{}</a>').format(url, text)


def breakable(text: str) -> Markup:
    """Return *text*, an address or a path, so that a narrow place breaks it behind slashes, not within words."""
    return Markup("<wbr>").join(_BEHIND_SLASH.split(text))


def few_links(refs: Sequence[EntityRef], catalog: Catalog) -> Markup:
    """Return links to the first of *refs*, and how many more there are."""
    shown = [entity_link(catalog, ref) for ref in refs[:_FEW]]
    return joined([*shown, f"and {len(refs) - _FEW:,} more"] if len(refs) > _FEW else shown)


def _is_safe(url: str) -> bool:
    try:
        return urlsplit(url).scheme in _SCHEMES
    except ValueError:  # Such as http://[ which is no address.
        return False


def section(title: str, body: str | Markup) -> str:
    """Return a Markdown section, "" where there is nothing to say."""
    return f"## {title}\n\n{body}\n\n" if body else ""


def told_by_backend(
    make: Callable[[EntityRef, SiteContext], str], ref: EntityRef, context: SiteContext
) -> str:
    """Return the Markdown section that *make* makes of *ref*, or that its values are missing, and why."""
    try:
        return make(ref, context)
    except (NotFoundError, ServiceUnavailableError) as error:
        return str(Markup('<p class="wp-missing">No values of scorecards: {}.</p>').format(error))


def type_of(entity: Entity) -> str:
    """Return the ``spec.type`` of *entity*, "" for none."""
    return _text(entity.spec.get("type"))


def lifecycle_of(entity: Entity) -> str:
    """Return the ``spec.lifecycle`` of *entity*, "" for none."""
    return _text(entity.spec.get("lifecycle"))


def tier_of(entity: Entity) -> str:
    """Return the label ``tier`` of *entity*, "" for none."""
    labels = entity.metadata.get("labels")
    return _text(labels.get("tier")) if isinstance(labels, dict) else ""


def description_of(entity: Entity) -> str:
    """Return the description of *entity*, "" for none."""
    return _text(entity.metadata.get("description"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
