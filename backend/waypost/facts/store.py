"""Facts in the database: a row for each change, and when each source was last read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, or_, select

from waypost.facts.model import Fact, FactSource
from waypost.facts.tables import facts_fact, facts_run, facts_source
from waypost.facts.writing import current_of as current_of  # noqa: PLC0414 - what this room offers
from waypost.facts.writing import end, write_run
from waypost.facts.writing import put_facts as put_facts  # noqa: PLC0414

BATCH = 500

_COLUMNS = facts_fact.c


def latest(
    connection: Connection, entities: Collection[str] | None = None, at: datetime | None = None
) -> dict[str, dict[str, Fact]]:
    """Return the facts of *entities* by entity and path; of all where None.

    A fact is as of the time that its source gives, else as of when the source was last read in full, or this fact
    alone was confirmed: see ``changes.changed_since`` for what that means for results that are kept.

    Args:
        at: As they stood then; None for now. One query for every 500 entities, and one more.
    """
    runs = {row.source: row.at for row in connection.execute(select(facts_run.c.source, facts_run.c.at))}
    found: dict[str, dict[str, Fact]] = {}
    for row in _rows(connection, entities, at):
        found.setdefault(row.entity, {})[row.path] = to_fact(row, runs.get(row.source), at)
    return found


def _rows(
    connection: Connection, entities: Collection[str] | None, at: datetime | None
) -> Iterable[Row[*tuple[Any, ...]]]:
    query = select(
        _COLUMNS.entity,
        _COLUMNS.path,
        _COLUMNS.value,
        _COLUMNS.source,
        _COLUMNS.collected_at,
        _COLUMNS.confirmed_at,
        _COLUMNS.as_of,
    )
    if at is None:
        query = query.where(_COLUMNS.ended_at.is_(None))
    else:
        lasted = or_(_COLUMNS.ended_at.is_(None), _COLUMNS.ended_at > at)
        query = query.where(and_(_COLUMNS.collected_at <= at, lasted))
    if entities is None:
        yield from connection.execute(query)
        return
    wanted = sorted(entities)
    for start in range(0, len(wanted), BATCH):
        yield from connection.execute(query.where(_COLUMNS.entity.in_(wanted[start : start + BATCH])))


def to_fact(row: Row[*tuple[Any, ...]], run_at: datetime | None, at: datetime | None = None) -> Fact:
    """Return the fact of *row*, whose source was read at *run_at*; as it stood *at* a time, None for now."""
    seen = max(time for time in (row.collected_at, row.confirmed_at, run_at) if time is not None)
    collected_at = min(seen, at) if at else seen
    as_of = row.as_of or collected_at
    return Fact(row.path, row.value, row.source, collected_at, min(as_of, at) if at else as_of)


def history_of(connection: Connection, entity: str, path: str) -> list[Row[*tuple[Any, ...]]]:
    """Return every row of the fact at *path* of *entity*, newest first: what it was, since when and until when."""
    rows = connection.execute(select(facts_fact).where(_COLUMNS.entity == entity, _COLUMNS.path == path))

    def order(row: Row[*tuple[Any, ...]]) -> tuple[bool, datetime, datetime, int]:
        # What came too late to count came with what counts, or behind it.
        return (row.ended_at is None, row.collected_at, row.as_of or row.collected_at, row.id)

    return sorted(rows, key=order, reverse=True)


def read_sources(connection: Connection) -> frozenset[str]:
    """Return the names of the sources that were ever read in full."""
    return frozenset(
        connection.execute(select(facts_run.c.source).where(facts_run.c.at.is_not(None))).scalars()
    )


def put_failure(connection: Connection, source: str, reason: str, at: datetime) -> None:
    """Record that *source* could not be read *at* a time; its facts, and when it was last read, stay."""
    write_run(connection, source, {"error": reason, "error_at": at})


def put_sources(connection: Connection, sources: Iterable[FactSource], at: datetime) -> None:
    """Keep the definitions of *sources*; facts of sources that are gone, or of paths they gave up, end.

    Whoever calls it has called ``changes.lock_facts``.
    """
    kept = {source.name: source for source in sources}
    rows = [{"name": name, "document": _document(source)} for name, source in sorted(kept.items())]
    held = connection.execute(select(facts_source).order_by(facts_source.c.name))
    if [{"name": row.name, "document": row.document} for row in held] != rows:
        connection.execute(delete(facts_source))
        if rows:
            connection.execute(facts_source.insert(), rows)
    query = select(_COLUMNS.source, _COLUMNS.path).where(_COLUMNS.ended_at.is_(None)).distinct()
    paths = {name: {fact.path for fact in source.declarations} for name, source in kept.items()}
    given_up = [row for row in connection.execute(query) if row.path not in paths.get(row.source, ())]
    gone: list[int] = []
    for source, path in given_up:
        owned = and_(_COLUMNS.source == source, _COLUMNS.path == path, _COLUMNS.ended_at.is_(None))
        gone += connection.execute(select(_COLUMNS.id).where(owned)).scalars()
    end(connection, gone, at)


def _document(source: FactSource) -> dict[str, Any]:
    return {
        "title": source.title,
        "collector": source.collector,
        "source": source.source,
        "schedule": source.schedule and source.schedule.total_seconds(),
        "ttl": source.ttl and source.ttl.total_seconds(),
        "facts": [
            {
                "path": fact.path,
                "type": fact.type,
                "unit": fact.unit,
                "description": fact.description,
                "example": fact.example,
                "schema": fact.shape.to_schema(),
            }
            for fact in source.declarations
        ],
    }


def list_sources(connection: Connection) -> list[dict[str, Any]]:
    """Return each source's document with its ``name``, when it was last read, what it refused and why it failed."""
    run = facts_run.c
    query = select(facts_source, run.at, run.pushed_at, run.refused, run.error, run.error_at).outerjoin(
        facts_run, run.source == facts_source.c.name
    )
    return [
        {
            **row.document,
            "name": row.name,
            "collected_at": row.at or row.pushed_at,
            "refused": row.refused or [],
            "error": row.error or "",
            "error_at": row.error_at,
        }
        for row in connection.execute(query.order_by(facts_source.c.name))
    ]
