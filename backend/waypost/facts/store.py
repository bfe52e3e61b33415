"""Facts in the database: a row for each change, and when each source was last read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    Row,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    or_,
    select,
)

from waypost.core.database import JsonText, UtcDateTime, metadata, upsert
from waypost.facts.model import Fact, FactSource

BATCH = 500

facts_fact = Table(
    "facts_fact",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entity", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("value", JsonText, nullable=False),
    Column("source", Text, nullable=False),
    Column("collected_at", UtcDateTime, nullable=False),
    Column("as_of", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Index("ix_facts_fact_entity_path", "entity", "path"),
    Index("ix_facts_fact_ended_at", "ended_at"),
)
"""``collected_at`` is when the value was first seen, ``ended_at`` when it was first not; rows are kept."""

facts_run = Table(
    "facts_run",
    metadata,
    Column("source", Text, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("refused", JsonText, nullable=False),
)
"""When each source was last read in full: its facts that did not change are as fresh as that."""

facts_source = Table(
    "facts_source",
    metadata,
    Column("name", Text, primary_key=True),
    Column("document", JsonText, nullable=False),
)

_COLUMNS = facts_fact.c


def latest(
    connection: Connection, entities: Collection[str] | None = None, at: datetime | None = None
) -> dict[str, dict[str, Fact]]:
    """Return the facts of *entities* by entity and path; of all where None.

    Args:
        at: As they stood then; None for now. One query for every 500 entities, and one more.
    """
    runs = {row.source: row.at for row in connection.execute(select(facts_run.c.source, facts_run.c.at))}
    found: dict[str, dict[str, Fact]] = {}
    for row in _rows(connection, entities, at):
        found.setdefault(row.entity, {})[row.path] = _to_fact(row, runs.get(row.source), at)
    return found


def _rows(
    connection: Connection, entities: Collection[str] | None, at: datetime | None
) -> Iterable[Row[*tuple[Any, ...]]]:
    query = select(facts_fact).where(_COLUMNS.ended_at.is_(None))
    if at is not None:
        lasted = or_(_COLUMNS.ended_at.is_(None), _COLUMNS.ended_at > at)
        query = select(facts_fact).where(and_(_COLUMNS.collected_at <= at, lasted))
    if entities is None:
        yield from connection.execute(query)
        return
    wanted = sorted(entities)
    for start in range(0, len(wanted), BATCH):
        yield from connection.execute(query.where(_COLUMNS.entity.in_(wanted[start : start + BATCH])))


def _to_fact(row: Row[*tuple[Any, ...]], run_at: datetime | None, at: datetime | None) -> Fact:
    seen = max(row.collected_at, run_at) if run_at else row.collected_at
    collected_at = min(seen, at) if at else seen
    return Fact(row.path, row.value, row.source, collected_at, row.as_of or collected_at)


def read_sources(connection: Connection) -> frozenset[str]:
    """Return the names of the sources that were ever read."""
    return frozenset(connection.execute(select(facts_run.c.source)).scalars())


def put_facts(
    connection: Connection,
    source: str,
    collected: Mapping[tuple[str, str], tuple[Any, datetime | None]],
    *,
    at: datetime,
    refused: list[str],
) -> int:
    """Record what *source* found *at* a time, and return how many facts changed.

    *collected* holds everything that it knows, by entity and path: value and when it was true. A fact that
    it no longer gives is ended. Where nothing changed, nothing but the time of the run is written.
    """
    query = select(_COLUMNS.id, _COLUMNS.entity, _COLUMNS.path, _COLUMNS.value, _COLUMNS.as_of)
    current = {
        (row.entity, row.path): row
        for row in connection.execute(query.where(_COLUMNS.source == source, _COLUMNS.ended_at.is_(None)))
    }
    same = {
        key
        for key, (value, as_of) in collected.items()
        if key in current and _is_same(current[key], value, as_of)
    }
    ended = [row.id for key, row in current.items() if key not in same]
    added = [
        {
            "entity": key[0],
            "path": key[1],
            "value": value,
            "source": source,
            "collected_at": at,
            "as_of": as_of,
        }
        for key, (value, as_of) in collected.items()
        if key not in same
    ]
    end(connection, ended, at)
    if added:
        connection.execute(facts_fact.insert(), added)
    upsert(connection, facts_run, [{"source": source, "at": at, "refused": refused}], key=["source"])
    return len(added) + len([key for key in current if key not in collected])


def _is_same(row: Row[*tuple[Any, ...]], value: Any, as_of: datetime | None) -> bool:
    return bool(row.value == value and type(row.value) is type(value) and row.as_of == as_of)


def end(connection: Connection, ids: list[int], at: datetime) -> None:
    """End the facts with *ids*: they were no longer so *at* a time."""
    if ids:
        statement = facts_fact.update().where(_COLUMNS.id == bindparam("row")).values(ended_at=at)
        connection.execute(statement, [{"row": number} for number in ids])


def put_sources(connection: Connection, sources: Iterable[FactSource], at: datetime) -> None:
    """Keep the definitions of *sources*; facts of sources that are gone, or of paths they gave up, end."""
    kept = {source.name: source for source in sources}
    connection.execute(delete(facts_source))
    rows = [{"name": name, "document": _document(source)} for name, source in sorted(kept.items())]
    if rows:
        connection.execute(facts_source.insert(), rows)
    query = select(_COLUMNS.id, _COLUMNS.source, _COLUMNS.path).where(_COLUMNS.ended_at.is_(None))
    paths = {name: {fact.path for fact in source.declarations} for name, source in kept.items()}
    gone = [row.id for row in connection.execute(query) if row.path not in paths.get(row.source, ())]
    end(connection, gone, at)


def _document(source: FactSource) -> dict[str, Any]:
    return {
        "title": source.title,
        "collector": source.collector,
        "source": source.source,
        "schedule": source.schedule and source.schedule.total_seconds(),
        "ttl": source.ttl and source.ttl.total_seconds(),
        "facts": [asdict(fact) for fact in source.declarations],
    }


def list_sources(connection: Connection) -> list[dict[str, Any]]:
    """Return each source's document with its ``name``, when it was last read and what it refused."""
    query = select(facts_source, facts_run.c.at, facts_run.c.refused).outerjoin(
        facts_run, facts_run.c.source == facts_source.c.name
    )
    return [
        {**row.document, "name": row.name, "collected_at": row.at, "refused": row.refused or []}
        for row in connection.execute(query.order_by(facts_source.c.name))
    ]
