"""What is left when something no longer leads to a source: all below it that nothing else holds goes with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection

from waypost.catalog import store
from waypost.catalog.ingestion import sourcestore

Owners = Mapping[str, int | None]
"""The sources of entities that are being written, by reference; None for those that the catalog makes."""


def unheld(connection: Connection, loose: Iterable[int], owners: Owners) -> set[int]:
    """Return those of the sources *loose*, and of all that these lead to, which no root leads to any more.

    Locations that lead to each other in a circle do not hold each other. It costs what lies below *loose*.
    """
    below = _below(connection, loose, owners)
    parents = sourcestore.parents_of_sources(connection, below)
    holders = _holders(connection, {ref for refs in parents.values() for ref in refs}, owners)
    leads = defaultdict(set)
    waiting = []
    for number, refs in parents.items():
        for ref in refs:
            holder = holders.get(ref)
            if holder in below:
                leads[holder].add(number)
            else:
                waiting.append(number)
    while waiting:
        number = waiting.pop()
        if number in below:
            below.remove(number)
            waiting += leads[number]
    return below


def _below(connection: Connection, loose: Iterable[int], owners: Owners) -> set[int]:
    """Return those of *loose* that are no roots, and what they lead to that is none."""
    owned = defaultdict(set)
    for ref, number in owners.items():
        if ref.startswith("location:"):
            owned[number].add(ref)
    found: set[int] = set()
    new = _unrooted(connection, loose)
    while new:
        found |= new
        heads = store.heads_of_sources(connection, new)
        refs = {head.ref for head in heads if head.ref.startswith("location:")}
        refs.update(ref for number in new for ref in owned.get(number, ()))
        new = _unrooted(connection, sourcestore.sources_led_to_by(connection, refs) - found)
    return found


def _unrooted(connection: Connection, numbers: Iterable[int]) -> set[int]:
    sources = sourcestore.sources_by_id(connection, numbers).values()
    return {source.id for source in sources if not source.path and not source.root}


def _holders(connection: Connection, refs: Collection[str], owners: Owners) -> dict[str, int | None]:
    """Return the source of each of the Location entities *refs*."""
    found = {head.ref: head.source for head in store.heads_of_refs(connection, refs)}
    return found | {ref: owners[ref] for ref in refs if ref in owners}
