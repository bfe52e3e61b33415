"""The catalog as small files that the filter of its page reads: columns of numbers beside lists of names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from waypost.catalog.model import Catalog, Entity
from waypost.catalog.refs import EntityRef
from waypost.core.facets import Names, dumped
from waypost.site.html import description_of, lifecycle_of, tier_of, type_of

# Every relation by one of its two ways; the script finds the other way round by itself.
_FORWARD: Final = ("dependsOn", "consumesApi", "providesApi", "partOf", "ownedBy", "memberOf", "childOf")


def entities_json(entities: Sequence[Entity], catalog: Catalog) -> str:
    """Return what rows and filters need of *entities*, in their order.

    ``names`` holds the values of each column, ``columns`` the number of each entity's value (0 for none), a
    list of numbers where it has several. Owners and systems are told as reference and title.
    """
    names: dict[str, Names] = {}

    def column(name: str, value_of: Callable[[Entity], str]) -> list[int]:
        known = names.setdefault(name, Names())
        return [known.number(value_of(entity)) for entity in entities]

    def refs(name: str, ref_of: Callable[[Entity], EntityRef | None]) -> list[int]:
        known = names.setdefault(name, Names())
        return [_numbered(known, ref_of(entity), catalog) for entity in entities]

    tags = names.setdefault("tag", Names())
    columns: dict[str, list[Any]] = {
        "kind": column("kind", lambda entity: entity.kind),
        "namespace": column("namespace", lambda entity: entity.ref.namespace),
        "type": column("type", type_of),
        "owner": refs("owner", lambda entity: entity.owner),
        "system": refs("system", system_of),
        "lifecycle": column("lifecycle", lifecycle_of),
        "tier": column("tier", tier_of),
        "tag": [[tags.number(tag) for tag in tags_of(entity)] or 0 for entity in entities],
        "name": [entity.ref.name for entity in entities],
        "title": [entity.title if entity.title != entity.ref.name else 0 for entity in entities],
    }
    return dumped({"names": {name: known.shown for name, known in names.items()}, "columns": columns})


def texts_json(entities: Iterable[Entity]) -> str:
    """Return the descriptions of *entities*, in their order: what is searched but not shown."""
    return dumped([description_of(entity) for entity in entities])


def relations_json(entities: Sequence[Entity]) -> str:
    """Return the relations among *entities*: for each type, and for each entity, the numbers of its targets."""
    numbers = {str(entity.ref): at for at, entity in enumerate(entities)}
    found: dict[str, list[Any]] = {}
    for at, entity in enumerate(entities):
        for relation in entity.document.get("relations", ()):
            target = numbers.get(relation["targetRef"])
            if target is not None and relation["type"] in _FORWARD:
                column = found.setdefault(relation["type"], [0] * len(entities))
                column[at] = [*(column[at] or ()), target]
    return dumped(found)


def system_of(entity: Entity) -> EntityRef | None:
    """Return the system that *entity* is part of, None for none."""
    return next((ref for ref in entity.relations("partOf") if ref.kind == "system"), None)


def tags_of(entity: Entity) -> list[str]:
    """Return the tags of *entity*."""
    tags = entity.metadata.get("tags")
    return [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []


def _numbered(known: Names, ref: EntityRef | None, catalog: Catalog) -> int:
    if ref is None:
        return 0
    if str(ref) in known.numbers:
        return known.numbers[str(ref)]
    found = catalog.find(ref)
    return known.number(str(ref), [str(ref), found.title] if found else [str(ref)])
