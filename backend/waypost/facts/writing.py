"""Writes facts: compares what a source says with what is kept, and writes what differs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, bindparam, select

from waypost.core.database import upsert
from waypost.facts.changes import lock_facts, next_ages, next_revision
from waypost.facts.tables import facts_fact, facts_run

Key = tuple[str, str]
"""An entity's reference and a path."""
Told = tuple[Any, datetime | None]
"""A value, and when it was true; None for when it was told."""

BATCH: Final = 500
_COLUMNS: Final = facts_fact.c


@dataclass(slots=True)
class Difference:
    """How what a source says differs from what is kept: by the ids of rows, and by key what is new."""

    ended: list[int] = field(default_factory=list)
    added: dict[Key, Told] = field(default_factory=dict)
    newer: list[tuple[int, datetime | None]] = field(default_factory=list)
    same: list[int] = field(default_factory=list)
    count: int = 0


def put_facts(
    connection: Connection,
    source: str,
    collected: Mapping[Key, Told],
    *,
    at: datetime,
    refused: list[str],
    entities: Collection[str] | None = None,
) -> int:
    """Record what *source* found *at* a time, and return how many facts changed.

    *collected* holds everything that it knows, by entity and path: value and when it was true. A fact that
    it no longer gives is ended. Where nothing changed, nothing but the time of the run is written.

    Args:
        entities: The references of those that it was asked about; None where it was read in full.
    """
    lock_facts(connection, at)
    current = current_of(connection, source, entities)
    found = compare(current, collected)
    for key, row in current.items():
        if key not in collected:
            found.ended.append(row.id)
            found.count += 1
    number = write_difference(connection, source, found, at)
    if entities is None:
        _put_run(connection, source, at=at, refused=refused, number=number)
    elif found.same:
        confirm(connection, found.same, at)
    return found.count


def put_pushed(
    connection: Connection, source: str, current: Mapping[Key, Row[*tuple[Any, ...]]], told: Mapping[Key, Told],
    *, at: datetime, late: Iterable[tuple[Key, Told]], ended: Iterable[int], refused: list[str], is_full: bool,
) -> None:  # fmt: skip
    """Record what was pushed of *source*: *told* is known now beside *current*, *late* only goes into the history.

    Args:
        ended: The rows that are no longer so.
        is_full: It was everything that the source knows.
    """
    found = compare(current, told)
    found.ended += ended
    number = write_difference(connection, source, found, at)
    _put_late(connection, source, late, at)
    values: dict[str, Any] = {"pushed_at": at, "refused": refused}
    if is_full:
        _put_run(connection, source, at=at, refused=refused, number=number)
    elif found.same:
        confirm(connection, found.same, at)
    write_run(connection, source, values)


def _put_late(connection: Connection, source: str, late: Iterable[tuple[Key, Told]], at: datetime) -> None:
    """Keep what was told too late to count: it began and ended when it came."""
    times = {"collected_at": at, "ended_at": at, "revision": 0, "ended_revision": 0}
    rows = [
        {"entity": entity, "path": path, "value": value, "source": source, "as_of": as_of, **times}
        for (entity, path), (value, as_of) in late
    ]
    if rows:
        connection.execute(facts_fact.insert(), rows)


def current_of(
    connection: Connection, source: str, entities: Collection[str] | None = None
) -> dict[Key, Row[*tuple[Any, ...]]]:
    """Return the rows of *source* that stand, of *entities* or of all."""
    columns = (
        _COLUMNS.id,
        _COLUMNS.entity,
        _COLUMNS.path,
        _COLUMNS.value,
        _COLUMNS.as_of,
        _COLUMNS.collected_at,
        _COLUMNS.confirmed_at,
    )
    query = select(*columns).where(_COLUMNS.source == source, _COLUMNS.ended_at.is_(None))
    if entities is None:
        return {(row.entity, row.path): row for row in connection.execute(query)}
    wanted, found = sorted(entities), dict[Key, Row[*tuple[Any, ...]]]()
    for start in range(0, len(wanted), BATCH):
        some = query.where(_COLUMNS.entity.in_(wanted[start : start + BATCH]))
        found.update({(row.entity, row.path): row for row in connection.execute(some)})
    return found


def compare(current: Mapping[Key, Row[*tuple[Any, ...]]], told: Mapping[Key, Told]) -> Difference:
    """Return how what is *told* differs from the *current* rows. A row that nobody speaks of is left as it is."""
    found = Difference()
    for key, (value, as_of) in told.items():
        row = current.get(key)
        if row is not None and is_same(row.value, value) and not _is_older(as_of, row.as_of):
            found.same.append(row.id)
            if as_of != row.as_of:
                found.newer.append((row.id, as_of))
            continue
        if row is not None:
            found.ended.append(row.id)
        found.added[key] = (value, as_of)
        found.count += 1
    return found


def _is_older(told: datetime | None, kept: datetime | None) -> bool:
    """Tell whether a fact was true at an earlier time than was kept; None is when its source was last read."""
    return told is not None and (kept is None or told < kept)


def is_same(kept: Any, told: Any) -> bool:
    """Tell whether two values are the same JSON, whatever the order of their keys: 1 is neither 1.0 nor true."""
    if kept != told or type(kept) is not type(told):
        return False
    if not isinstance(kept, (dict, list)):
        return True
    return orjson.dumps(kept, option=orjson.OPT_SORT_KEYS) == orjson.dumps(told, option=orjson.OPT_SORT_KEYS)


def write_difference(connection: Connection, source: str, found: Difference, at: datetime) -> int | None:
    """Write what is new in *found*, end what is no longer so, and return the revision: None where there is none."""
    number = next_revision(connection, at) if found.ended or found.added else None
    if number is not None:
        _end(connection, found.ended, at, number)
        if found.added:
            rows = [
                {
                    "entity": entity,
                    "path": path,
                    "value": value,
                    "source": source,
                    "collected_at": at,
                    "as_of": as_of,
                    "revision": number,
                }
                for (entity, path), (value, as_of) in found.added.items()
            ]
            connection.execute(facts_fact.insert(), rows)
    if found.newer:
        statement = facts_fact.update().where(_COLUMNS.id == bindparam("row")).values(as_of=bindparam("time"))
        connection.execute(statement, [{"row": row, "time": as_of} for row, as_of in found.newer])
    return number


def confirm(connection: Connection, ids: Iterable[int], at: datetime) -> None:
    """Note that the facts with *ids* were said again *at* a time, each on its own."""
    ages = next_ages(connection, at)
    statement = facts_fact.update().where(_COLUMNS.id == bindparam("row"))
    statement = statement.values(confirmed_at=at, ages_revision=ages)
    connection.execute(statement, [{"row": number} for number in ids])


def end(connection: Connection, ids: list[int], at: datetime) -> None:
    """End the facts with *ids*: they were no longer so *at* a time."""
    if ids:
        _end(connection, ids, at, next_revision(connection, at))


def _end(connection: Connection, ids: list[int], at: datetime, number: int) -> None:
    if ids:
        statement = facts_fact.update().where(_COLUMNS.id == bindparam("row"))
        statement = statement.values(ended_at=at, ended_revision=number)
        connection.execute(statement, [{"row": row} for row in ids])


def _put_run(
    connection: Connection, source: str, *, at: datetime, refused: list[str], number: int | None
) -> None:
    known = connection.execute(select(facts_run).where(facts_run.c.source == source)).one_or_none()
    first = known.first_revision if known is not None else None
    if first is None:
        first = number if number is not None else next_revision(connection, at)
    values = {
        "at": at,
        "refused": refused,
        "first_revision": first,
        "ages_revision": next_ages(connection, at),
        "error": "",
        "error_at": None,
    }
    write_run(connection, source, values)


def write_run(connection: Connection, source: str, values: Mapping[str, Any]) -> None:
    """Keep *values* of the run of *source*; what they do not name stays."""
    changed = connection.execute(facts_run.update().where(facts_run.c.source == source).values(values))
    if not changed.rowcount:
        upsert(connection, facts_run, [{"source": source, "refused": [], **values}], key=["source"])
