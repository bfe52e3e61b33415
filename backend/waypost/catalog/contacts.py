"""Whom to call: the ways that the catalog knows to reach a group or a user, and whether there is anybody at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from waypost.catalog.model import Catalog, Entity

_FIRST: Final = frozenset({"on-call", "oncall", "pager", "pagerduty", "opsgenie", "phone"})
_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel", "sip", "sms"})
_PAGERS: Final = ("pagerduty.com/", "opsgenie.com/", "victorops.com/", "grafana.com/oncall", "incident.io/")
_LEVELS: Final = 4


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach somebody: its kind as the catalog has it, what to show, and the address."""

    kind: str
    title: str
    address: str


def contacts_of(entity: Entity) -> tuple[Contact, ...]:
    """Return how to reach the group or user *entity*: whom to wake first, then its other links, then its email."""
    links = sorted(_links(entity), key=lambda contact: contact.kind not in _FIRST)
    profile = entity.spec.get("profile")
    email = profile.get("email") if isinstance(profile, Mapping) else None
    if isinstance(email, str) and email:
        links.append(Contact("email", email, f"mailto:{email}"))
    return tuple(links)


def has_somebody(group: Entity, catalog: Catalog) -> bool:
    """Tell whether a call to *group* reaches anybody: a contact, a pager's annotation, or a member, of it or below it."""
    level = [group]
    for _ in range(_LEVELS):
        if any(_is_reached(entity) for entity in level):
            return True
        below = (catalog.find(ref) for entity in level for ref in entity.relations("parentOf"))
        level = [entity for entity in below if entity is not None]
    return False


def _is_reached(entity: Entity) -> bool:
    annotations = entity.metadata.get("annotations") or {}
    has_pager = any(str(name).startswith(_PAGERS) and value for name, value in annotations.items())
    return has_pager or bool(contacts_of(entity)) or bool(entity.relations("hasMember"))


def _links(entity: Entity) -> Iterator[Contact]:
    """Give the links that lead to somebody: an address of a scheme that nothing opens is none."""
    for link in entity.metadata.get("links") or ():
        address = str(link.get("url") or "")
        if _is_safe(address):
            yield Contact(str(link.get("type") or ""), str(link.get("title") or address), address)


def _is_safe(address: str) -> bool:
    try:
        return urlsplit(address).scheme.lower() in _SCHEMES
    except ValueError:
        return False
