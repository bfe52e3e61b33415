"""What stands around an entity: its relations, and those of its neighbours, within bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from waypost.catalog.model import Catalog, Entity
from waypost.catalog.refs import EntityRef
from waypost.site.graph.words import RELATIONS, Side, Words, words_of

SIDE_LIMIT: Final = 14
"""Neighbours drawn at one side; they are shared out over its relations."""
LEAST: Final = 3
TOP_LIMIT: Final = 4
FAR_LIMIT: Final = 10
"""Neighbours of neighbours drawn at one side."""
TABLE_LIMIT: Final = 60
"""Neighbours that one row of the table names."""

# A neighbour's own relations that lead on in the same direction.
_ONWARD: Final[Mapping[Side, tuple[str, ...]]] = {
    "right": ("dependsOn", "consumesApi", "apiProvidedBy"),
    "left": ("dependencyOf", "apiConsumedBy"),
    "top": ("partOf",),
}


@dataclass(frozen=True, slots=True)
class Group:
    """All neighbours by one relation; ``drawn`` says how many of them the picture shows."""

    relation: str
    words: Words
    refs: tuple[EntityRef, ...]
    drawn: int

    @property
    def shown(self) -> tuple[EntityRef, ...]:
        """The neighbours that the picture shows."""
        return self.refs[: self.drawn]

    @property
    def more(self) -> int:
        """How many neighbours the picture leaves out."""
        return len(self.refs) - self.drawn


@dataclass(frozen=True, slots=True)
class Step:
    """A relation of a neighbour, one step farther out: from ``near`` to ``far``."""

    near: EntityRef
    relation: str
    far: EntityRef


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """An entity with what stands around it, by side, and one step farther, with how many are left out there."""

    centre: EntityRef
    groups: tuple[Group, ...]
    steps: Mapping[Side, tuple[Step, ...]]
    left_out: Mapping[Side, int]

    def at(self, side: Side) -> list[Group]:
        """Return the groups at *side*, in order."""
        return [group for group in self.groups if group.words.side == side]


def neighbourhood(entity: Entity, catalog: Catalog) -> Neighbourhood:
    """Return what stands around *entity*: each side bounded, and two steps out where that is no crowd."""
    groups = tuple(_bounded(_grouped(entity)))
    steps: dict[Side, tuple[Step, ...]] = {}
    left_out: dict[Side, int] = {}
    near = {entity.ref, *(ref for group in groups for ref in group.shown)}
    for side, onward in _ONWARD.items():
        found = list(_steps([g for g in groups if g.words.side == side], onward, catalog, near))
        kept = list(dict.fromkeys(step.far for step in found))[: 1 if side == "top" else FAR_LIMIT]
        steps[side] = tuple(step for step in found if step.far in kept)
        left_out[side] = len({step.far for step in found}) - len(kept)
    return Neighbourhood(entity.ref, groups, steps, left_out)


def _grouped(entity: Entity) -> Mapping[str, tuple[EntityRef, ...]]:
    found: dict[str, list[EntityRef]] = {name: [] for name in RELATIONS}
    for relation in entity.document.get("relations", ()):
        found.setdefault(relation["type"], []).append(EntityRef.parse(relation["targetRef"]))
    return {name: tuple(refs) for name, refs in found.items() if refs}


def _bounded(found: Mapping[str, tuple[EntityRef, ...]]) -> Iterator[Group]:
    told = {name: words_of(name) for name in found}
    crowd: dict[str, int] = {}
    for words in told.values():
        crowd[words.side] = crowd.get(words.side, 0) + 1
    for name, refs in found.items():
        side = told[name].side
        limit = max(LEAST, SIDE_LIMIT // crowd[side]) if side != "top" else max(1, TOP_LIMIT // crowd[side])
        # Of one too many, it and a word about it take the same room.
        drawn = len(refs) if len(refs) <= limit else max(limit - 1, 1)
        yield Group(name, told[name], refs, drawn)


def _steps(
    groups: list[Group], onward: tuple[str, ...], catalog: Catalog, near: set[EntityRef]
) -> Iterator[Step]:
    if sum(group.drawn for group in groups) > FAR_LIMIT:
        return
    for group in groups:
        if group.relation not in (*onward, "providesApi"):
            continue
        for ref in group.shown:
            neighbour = catalog.find(ref)
            for relation in onward if neighbour else ():
                for far in neighbour.relations(relation) if neighbour else ():
                    if far not in near:
                        yield Step(ref, relation, far)
