"""Who to call: what the catalog says of reaching an owner, and those above it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup

from waypost.catalog.contacts import contacts_of
from waypost.catalog.model import Catalog, Entity
from waypost.site.html import entity_link, outside_link

_LEVELS: Final = 3
"""Groups above the owner that are named: whoever is three levels up will not mend it."""


def contact_html(owner: Entity) -> Markup:
    """Return how to reach *owner*, whom to wake first; "" where the catalog does not say."""
    ways = [outside_link(contact.address, contact.title) for contact in contacts_of(owner)]
    return Markup(" · ").join(ways)


def escalation_html(owner: Entity, catalog: Catalog) -> Markup:
    """Return the groups above *owner*, nearest first, each with how to reach it; "" where nobody says how."""
    steps = ((group, contact_html(group)) for group in _above(owner, catalog))
    return Markup("<br>").join(
        Markup("{}: {}").format(entity_link(catalog, group.ref), ways) for group, ways in steps if ways
    )


def links_html(entity: Entity) -> list[Markup]:
    """Return the links of *entity*, in its own order, each with its type."""
    return [
        Markup("{}{}").format(
            outside_link(url, title), Markup(" <small>{}</small>").format(kind) if kind else ""
        )
        for kind, url, title in _links(entity)
    ]


def _above(owner: Entity, catalog: Catalog) -> Iterator[Entity]:
    """Give the groups above *owner*, of a user the groups that it is in, without going in a circle."""
    seen = {owner.ref}
    level = [owner]
    for _ in range(_LEVELS):
        names = [
            ref for entity in level for ref in (*entity.relations("childOf"), *entity.relations("memberOf"))
        ]
        found = (catalog.find(ref) for ref in dict.fromkeys(names) if ref not in seen)
        level = [entity for entity in found if entity is not None]
        seen.update(entity.ref for entity in level)
        yield from level


def _links(entity: Entity) -> Iterator[tuple[str, str, str]]:
    """Give type, address and title of each link; the catalog took no entity whose links lack an address."""
    for link in entity.metadata.get("links") or ():
        yield str(link.get("type") or ""), link["url"], str(link.get("title") or link["url"])
