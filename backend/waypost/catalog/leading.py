"""Where Location entities lead outside of the workspace: sources that come and go with them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection

from waypost.catalog import sourcestore, store
from waypost.catalog.annotations import LocationRef

Leads = Mapping[LocationRef, Mapping[str, bool]]
"""Which Location entities lead to each location, and whether something must be there."""


def lead(
    connection: Connection, leads: Leads, origins: Mapping[str, str], *, refs: Collection[str], at: datetime
) -> set[int]:
    """Let the Location entities *refs* lead to *leads* and nowhere else; return the sources that this changes.

    What is new is due at once.

    Args:
        origins: The root of each Location entity, as ``type:target``.
    """
    known = sourcestore.sources_by_key(connection, leads)
    numbers = {
        location: known[location].id
        if location in known
        else sourcestore.add_source(connection, location, origins[next(iter(by_ref))], at)
        for location, by_ref in leads.items()
    }
    wanted = {
        (numbers[location], ref): needs for location, by_ref in leads.items() for ref, needs in by_ref.items()
    }
    there = sourcestore.parents_with(connection, refs)
    new = [
        (number, ref, needs) for (number, ref), needs in wanted.items() if there.get((number, ref)) != needs
    ]
    stale = [pair for pair in there if pair not in wanted]
    sourcestore.put_parents(connection, new)
    sourcestore.take_parents(connection, stale)
    return {number for number, _, _ in new} | {number for number, _ in stale}


def lead_elsewhere(
    connection: Connection,
    leads: Leads,
    origins: Mapping[str, str],
    *,
    numbers: Collection[int],
    at: datetime,
) -> set[int]:
    """Let the workspace's Location entities lead to *leads* and nowhere else outside; as ``lead``.

    Args:
        numbers: The ids of the workspace's sources.
    """
    outside = sourcestore.parents_outside(connection)
    refs = {ref for by_ref in leads.values() for ref in by_ref}
    others = outside - refs
    refs.update(head.ref for head in store.heads_of_refs(connection, others) if head.source in numbers)
    if not refs:
        return set()
    return lead(connection, leads, origins, refs=refs, at=at)
