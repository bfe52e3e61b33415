"""How far a decision reaches: what it names, and what that is part of; and which decisions reach an entity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from waypost.adr.model import Decision, Decisions, State
from waypost.catalog.model import Catalog
from waypost.catalog.refs import EntityRef
from waypost.core.errors import InputError

_WHOLES: Final = ("system", "domain")


@dataclass(frozen=True, slots=True)
class Reaching:
    """Decisions that affect an entity: ``own`` name it; ``through`` name a system or domain that it is part of."""

    own: tuple[Decision, ...] = ()
    through: Mapping[EntityRef, tuple[Decision, ...]] = field(default_factory=dict)


def wholes_of(ref: EntityRef, catalog: Catalog) -> tuple[EntityRef, ...]:
    """Return the systems and domains that *ref* is part of, the nearest first, whatever circle they are in."""
    found: dict[EntityRef, None] = {}
    todo = [ref]
    while todo:
        entity = catalog.find(todo.pop(0))
        for whole in entity.relations("partOf") if entity else ():
            if whole.kind in _WHOLES and whole not in found and whole != ref:
                found[whole] = None
                todo.append(whole)
    return tuple(found)


def within(decision: Decision, catalog: Catalog) -> tuple[EntityRef, ...]:
    """Return the systems and domains that *decision* is about: those that it names, and those around what it names."""
    found: dict[EntityRef, None] = {}
    for ref in decision.affects:
        if ref.kind in _WHOLES:
            found[ref] = None
        found |= dict.fromkeys(wholes_of(ref, catalog))
    return tuple(found)


def reaching(ref: EntityRef, decisions: Decisions, catalog: Catalog, state: State) -> Reaching:
    """Return the decisions in *state* that affect *ref*, each once: as its own, else by the nearest whole."""
    own = _in_state(decisions.affecting(ref), state)
    told = {decision.id for decision in own}
    through: dict[EntityRef, tuple[Decision, ...]] = {}
    for whole in wholes_of(ref, catalog):
        found = tuple(d for d in _in_state(decisions.affecting(whole), state) if d.id not in told)
        told |= {decision.id for decision in found}
        if found:
            through[whole] = found
    return Reaching(tuple(own), through)


def _in_state(found: tuple[Decision, ...], state: State) -> list[Decision]:
    return [decision for decision in found if decision.state is state]


def made_by(ref: EntityRef, decisions: Decisions) -> Iterator[Decision]:
    """Give the decisions that *ref* is among the makers of, the newest first."""
    for decision in reversed(decisions.ordered):
        if str(ref) in map(maker_of, decision.deciders):
            yield decision


def maker_of(name: str) -> str:
    """Return *name*, who decided, as references are written where it is one; else as it stands."""
    try:
        return str(EntityRef.parse(name))
    except InputError:
        return name
