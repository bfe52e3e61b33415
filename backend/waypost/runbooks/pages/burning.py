"""What else burns when something burns: whatever depends on it, two steps far, from the catalog."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from waypost.adr.text import entity_link
from waypost.catalog.model import Catalog, Entity
from waypost.catalog.refs import EntityRef
from waypost.core.markup import joined, page_link
from waypost.runbooks.model import Runbook, Runbooks

SHOWN: Final = 15
"""Dependants that a page names; of the others it says how many there are."""
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


def burning_html(runbook: Runbook, runbooks: Runbooks, catalog: Catalog) -> Markup:
    """Return what else burns with what *runbook* is about, folded; "" where nothing is known to."""
    found = dependants(runbook.about, catalog)
    if not found:
        return Markup("")
    rows = Markup("\n").join(_row(each, runbooks, catalog) for each in found[:SHOWN])
    more = Markup("<p>And {} more.</p>").format(len(found) - SHOWN) if len(found) > SHOWN else ""
    return Markup(
        '<details class="wp-burns"><summary>What else burns: {}</summary>\n'
        '<table class="wp-table"><thead><tr><th scope="col">What</th><th scope="col">Tier</th>'
        '<th scope="col">Owner</th><th scope="col">Its runbooks</th></tr></thead>\n<tbody>\n{}\n</tbody></table>{}'
        "</details>\n"
    ).format(_counted(found), rows, more)


def _counted(found: Sequence[Dependant]) -> str:
    """Return how many there are, near and far, and how many of the first tier."""
    direct = sum(each.steps == 1 for each in found)
    behind = f", {len(found) - direct} behind" if len(found) > direct else ""
    tier = found[0].tier
    first = f"; {sum(each.tier == tier for each in found)} of {tier}" if tier else ""
    return f"{direct} directly{behind}{first}"


def _row(each: Dependant, runbooks: Runbooks, catalog: Catalog) -> Markup:
    through = Markup(" <small>through {}</small>").format(each.through.title) if each.through else ""
    owner = each.entity.owner
    return Markup("<tr><td>{}{}</td><td>{}</td><td>{}</td><td>{}</td></tr>").format(
        entity_link(str(each.entity.ref), catalog),
        through,
        each.tier,
        entity_link(str(owner), catalog) if owner else "",
        joined(page_link(runbook.uri, runbook.title) for runbook in runbooks.about(each.entity.ref)),
    )
