"""What changed in the facts since a revision: what an evaluation has to look at again, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Final

from sqlalchemy import Connection, or_, select

from waypost.core.columns import insert_into
from waypost.core.revisions import bump_revision, core_revision, revision_of
from waypost.facts.tables import facts_fact, facts_run

REVISION: Final = "facts"
"""Counts the transactions' writes that changed what is known: a fact came, went, or has another value."""
AGES: Final = "facts-ages"
"""Counts the writes that only said again what was known: facts became fresher, and nothing else."""


@dataclass(frozen=True, slots=True)
class FactChanges:
    """What became known, or no longer is, up to ``revision``.

    ``by_entity`` holds the paths of the facts that came, went or have another value, by the reference of their entity.
    ``first_read`` are the sources that were read in full for the first time: until then, nobody knew that a fact of
    theirs is absent, of any entity.
    """

    revision: int
    by_entity: Mapping[str, frozenset[str]]
    first_read: frozenset[str]


@dataclass(frozen=True, slots=True)
class FactAges:
    """Which facts were said again up to ``revision``: every fact of ``sources``, and every one of ``entities``."""

    revision: int
    sources: frozenset[str]
    entities: frozenset[str]


def changed_since(connection: Connection, revision: int) -> FactChanges:
    """Return what changed after *revision*, the number of an earlier answer; 0 for all that was ever recorded.

    Numbers are given in the order of commits, so that an answer never skips what another transaction is about to
    commit. What is committed while this is read may be in the answer already, and is in the next one again.

    Freshness is not in it. A fact for which its source gives no time is as of the last full run (``Fact.as_of``, by
    ``latest``): a run that finds nothing new moves the moment at which the fact becomes stale, from ``as_of + maxAge``
    to a later one, and changes nothing here. Whoever keeps that moment finds out when it comes: asks ``latest`` again,
    and keeps the later one. The other direction needs a look at ``confirmed_since``: what *was* stale may be fresh.
    """
    number = _number(connection, REVISION)
    columns, by_entity = facts_fact.c, dict[str, set[str]]()
    for column in (columns.revision, columns.ended_revision):
        query = select(columns.entity, columns.path).where(column > revision)
        for row in connection.execute(query):
            by_entity.setdefault(row.entity, set()).add(row.path)
    runs = select(facts_run.c.source).where(facts_run.c.first_revision > revision)
    return FactChanges(
        number,
        {entity: frozenset(paths) for entity, paths in by_entity.items()},
        frozenset(connection.execute(runs).scalars()),
    )


def confirmed_since(connection: Connection, revision: int) -> FactAges:
    """Return whose facts became fresher after the *revision* of ages of an earlier answer; 0 for all.

    Only where a result is stale does that change it: of the entities whose result is, those have to be evaluated that
    are in ``entities``, and those whose stale fact is of one of ``sources``.
    """
    number = _number(connection, AGES)
    runs = select(facts_run.c.source).where(facts_run.c.ages_revision > revision)
    rows = select(facts_fact.c.entity).where(facts_fact.c.ages_revision > revision).distinct()
    sources = frozenset(connection.execute(runs).scalars())
    return FactAges(number, sources, frozenset(connection.execute(rows).scalars()))


def revision_numbers(connection: Connection) -> tuple[int, int]:
    """Return the newest revisions of facts and of their ages, each 0 before the first. One query."""
    table = core_revision.c
    query = select(table.name, table.number).where(or_(table.name == REVISION, table.name == AGES))
    numbers = {row.name: row.number for row in connection.execute(query)}
    return numbers.get(REVISION, 0), numbers.get(AGES, 0)


def lock_facts(connection: Connection, at: datetime) -> None:
    """Let no other transaction write facts until this one ends: what it compares with then stays so.

    SQLite has one writer at a time anyway; elsewhere the row of the revision is what they wait for.
    """
    first = insert_into(connection, core_revision).values(name=REVISION, number=0, etag="", at=at)
    connection.execute(first.on_conflict_do_nothing(index_elements=["name"]))
    table = core_revision.c
    connection.execute(select(table.number).where(table.name == REVISION).with_for_update())


def next_revision(connection: Connection, at: datetime) -> int:
    """Count a change of facts, and return its number. Whoever calls it has called ``lock_facts``."""
    return bump_revision(connection, REVISION, token_hex(8), at).number


def next_ages(connection: Connection, at: datetime) -> int:
    """Count that facts became fresher, and return its number. Whoever calls it has called ``lock_facts``."""
    return bump_revision(connection, AGES, token_hex(8), at).number


def _number(connection: Connection, name: str) -> int:
    revision = revision_of(connection, name)
    return revision.number if revision else 0
