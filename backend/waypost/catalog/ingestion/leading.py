"""Where Location entities lead outside of the workspace: sources that come and go with them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from waypost.catalog import store
from waypost.catalog.ingestion import sourcestore
from waypost.catalog.ingestion.sourcestore import Source
from waypost.catalog.rules.annotations import LocationRef, parse_key

Leads = Mapping[LocationRef, Mapping[str, bool]]
"""Which Location entities lead to each location, and whether something must be there."""


class Lead(NamedTuple):
    """A Location entity that leads to a source, named by its key, and whether something must be there."""

    ref: str
    key: str
    is_required: bool


class Led(NamedTuple):
    """The ids of sources that something new leads to, and of those that something leads to no longer."""

    new: set[int]
    stale: set[int]


def change_leads(connection: Connection, source: Source, leads: Sequence[Lead], at: datetime) -> Led:
    """Let what *source* holds lead to *leads*, and no longer to others that it led to; return what this changes.

    What is new is due at once.
    """
    before = {Lead(*one) for one in source.details.get("leads", ())}
    new = [lead for lead in leads if lead not in before]
    pairs = {(lead.ref, lead.key) for lead in leads}
    stale = [lead for lead in before if (lead.ref, lead.key) not in pairs]
    keys = [parse_key(lead.key) for lead in (*new, *stale)]
    known = sourcestore.sources_by_key(connection, keys) if keys else {}
    numbers = {str(location): found.id for location, found in known.items()}
    for lead in new:
        if lead.key not in numbers:
            location = parse_key(lead.key)
            numbers[lead.key] = sourcestore.add_source(connection, location, source.origin, at)
    sourcestore.put_parents(connection, [(numbers[lead.key], lead.ref, lead.is_required) for lead in new])
    gone = [(numbers[lead.key], lead.ref) for lead in stale if lead.key in numbers]
    sourcestore.take_parents(connection, gone)
    return Led({numbers[lead.key] for lead in new}, {number for number, _ in gone})


def lead_elsewhere(
    connection: Connection,
    leads: Leads,
    origins: Mapping[str, str],
    *,
    numbers: Collection[int],
    at: datetime,
) -> Led:
    """Let the workspace's Location entities lead to *leads* and nowhere else outside; return what this changes.

    What is new is due at once.

    Args:
        origins: The root of each Location entity, as ``type:target``.
        numbers: The ids of the workspace's sources.
    """
    refs = {ref for by_ref in leads.values() for ref in by_ref}
    others = sourcestore.parents_outside(connection) - refs
    refs.update(head.ref for head in store.heads_of_refs(connection, others) if head.source in numbers)
    if not refs:
        return Led(set(), set())
    known = sourcestore.sources_by_key(connection, leads)
    found = {
        location: known[location].id
        if location in known
        else sourcestore.add_source(connection, location, origins[next(iter(by_ref))], at)
        for location, by_ref in leads.items()
    }
    wanted = {
        (found[location], ref): needs for location, by_ref in leads.items() for ref, needs in by_ref.items()
    }
    there = sourcestore.parents_with(connection, refs)
    new = [
        (number, ref, needs) for (number, ref), needs in wanted.items() if there.get((number, ref)) != needs
    ]
    stale = [pair for pair in there if pair not in wanted]
    sourcestore.put_parents(connection, new)
    sourcestore.take_parents(connection, stale)
    return Led({number for number, _, _ in new}, {number for number, _ in stale})
