"""What depends on what burns: from the catalog, two steps far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from waypost.catalog.model import Catalog, Entity
from waypost.catalog.refs import EntityRef

_STEPS: Final = 2
# Who stands behind each of these burns with what has it.
_BURNS_WITH: Final = ("dependencyOf", "apiConsumedBy", "hasPart")


@dataclass(frozen=True, slots=True)
class Dependant:
    """An entity that burns too: how many steps away, and the entity through which, where it is not the first."""

    entity: Entity
    steps: int
    through: Entity | None = None

    @property
    def tier(self) -> str:
        """The label ``tier``, "" for none."""
        labels = self.entity.metadata.get("labels")
        tier = labels.get("tier") if isinstance(labels, dict) else None
        return tier if isinstance(tier, str) else ""


def dependants(refs: Iterable[EntityRef], catalog: Catalog) -> tuple[Dependant, ...]:
    """Return what depends on any of *refs*, at most two steps far: by tier, then the nearest first.

    Who depends on a system, an API or a part of them is found too. None of *refs* is among them.
    """
    seen = set(refs)
    level = [entity for ref in sorted(seen) if (entity := catalog.find(ref)) is not None]
    found: list[Dependant] = []
    for steps in range(1, _STEPS + 1):
        reached = []
        for entity in level:
            for ref in _burning_with(entity, catalog):
                dependant = catalog.find(ref)
                if dependant is not None and ref not in seen:
                    seen.add(ref)
                    found.append(Dependant(dependant, steps, entity if steps > 1 else None))
                    reached.append(dependant)
        level = reached
    return tuple(sorted(found, key=_first))


def _burning_with(entity: Entity, catalog: Catalog) -> Iterator[EntityRef]:
    for relation in _BURNS_WITH:
        yield from entity.relations(relation)
    for ref in entity.relations("providesApi"):
        provided = catalog.find(ref)
        if provided is not None:
            yield from provided.relations("apiConsumedBy")


def _first(dependant: Dependant) -> tuple[bool, str, int, str]:
    return not dependant.tier, dependant.tier, dependant.steps, dependant.entity.title.casefold()
