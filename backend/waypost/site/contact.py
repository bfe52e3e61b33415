"""Who to call: what the catalog says of reaching an owner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from markupsafe import Markup

from waypost.catalog.model import Entity
from waypost.site.html import outside_link

_FIRST: Final = ("on-call", "oncall", "pager", "pagerduty", "opsgenie")


def contact_html(owner: Entity) -> Markup:
    """Return how to reach *owner*, whom to wake first; "" where the catalog does not say."""
    links = sorted(_links(owner), key=lambda link: link[0] not in _FIRST)
    ways = [outside_link(url, title) for _, url, title in links]
    profile = owner.spec.get("profile")
    email = profile.get("email") if isinstance(profile, Mapping) else None
    if isinstance(email, str) and email:
        ways.append(outside_link(f"mailto:{email}", email))
    return Markup(" · ").join(ways)


def links_html(entity: Entity) -> list[Markup]:
    """Return the links of *entity*, in its own order, each with its type."""
    return [
        Markup("{}{}").format(
            outside_link(url, title), Markup(" <small>{}</small>").format(kind) if kind else ""
        )
        for kind, url, title in _links(entity)
    ]


def _links(entity: Entity) -> Iterator[tuple[str, str, str]]:
    """Give type, address and title of each link; the catalog took no entity whose links lack an address."""
    for link in entity.metadata.get("links") or ():
        yield str(link.get("type") or ""), link["url"], str(link.get("title") or link["url"])
