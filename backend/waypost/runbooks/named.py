"""What a runbook names of the catalog: each with its title, its owner, and how to reach whoever answers for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from waypost.catalog.contacts import Contact, contacts_of
from waypost.catalog.model import Catalog, Entity
from waypost.catalog.refs import EntityRef
from waypost.core.errors import InputError
from waypost.runbooks.model import Runbook

_IN_TEXT: Final = re.compile(
    r"""\[\[([A-Za-z][\w-]*:[^\s\[\]|\\]+)|<waypost-[a-z-]+[^>]*?\bref=["']([^"'>]+)"""
)


@dataclass(frozen=True, slots=True)
class Named:
    """An entity that a runbook names. ``owner`` is a reference, "" for none; a group's contacts come in order."""

    ref: str
    title: str
    owner: str = ""
    contacts: tuple[Contact, ...] = ()


def named_in(runbook: Runbook, catalog: Catalog) -> tuple[Named, ...]:
    """Return what *runbook* names of *catalog*, with the owners of it, by reference; what is not there is left out."""
    wanted = [*_refs_of(runbook)]
    found = {entity.ref: entity for ref in wanted if (entity := catalog.find(ref)) is not None}
    for entity in tuple(found.values()):
        owner = catalog.find(entity.owner) if entity.owner else None
        if owner is not None:
            found[owner.ref] = owner
    return tuple(_named(entity) for _, entity in sorted(found.items()))


def _named(entity: Entity) -> Named:
    is_somebody = entity.ref.kind in ("group", "user")
    return Named(
        ref=str(entity.ref),
        title=entity.title,
        owner=str(entity.owner or ""),
        contacts=contacts_of(entity) if is_somebody else (),
    )


def _refs_of(runbook: Runbook) -> Iterator[EntityRef]:
    if runbook.owner is not None:
        yield runbook.owner
    yield from (step.to for step in runbook.escalation)
    yield from runbook.about
    yield from _parsed(one or other for one, other in _IN_TEXT.findall(runbook.page.file.body))


def _parsed(names: Iterable[str]) -> Iterator[EntityRef]:
    for name in names:
        try:
            yield EntityRef.parse(name)
        except InputError:
            continue
