"""The catalog's entities in the database: each as the JSON text that is served, with its search rows beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import Column, Connection, Engine, bindparam, delete, func, select, text, update

from waypost.catalog.tables import catalog_entity, catalog_removed
from waypost.core.bulk import chunks
from waypost.core.database import upsert

REVISION: Final = "catalog"
KEPT_REVISIONS: Final = 500
"""How many revisions back is known what was removed: an index that is older has to be made anew."""

_table: Final = catalog_entity.c
# What one statement may name at most: SQLite takes 32,766 parameters, PostgreSQL 65,535.
_CHUNK = 5_000
# So many entities are held at once while all are read.
_STREAMED = 500


@dataclass(frozen=True, slots=True)
class IndexedEntity:
    """One entity as an index reads it: ``search`` is JSON, a list of ``[key, value or null]`` or ``[key, value, original]``."""

    ref: str
    uid: str
    etag: str
    parents: list[str]
    body: bytes
    search: bytes


class ServedEntity(NamedTuple):
    """What is kept and served of an entity."""

    etag: str
    body: bytes
    search: bytes


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Give a connection whose statements all see the same state, whatever others commit meanwhile."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


def lock_entities(connection: Connection) -> None:
    """Let no other transaction write entities until this one ends; reading goes on.

    On SQLite a transaction that may write already has the whole database to itself.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE catalog_entity IN SHARE ROW EXCLUSIVE MODE"))


def list_entities(connection: Connection, since: int = 0) -> Iterator[IndexedEntity]:
    """Give every entity that revision *since* does not hold as it is now; all of them by uid. One query; it needs a transaction."""
    table = catalog_entity.c
    query = select(table.ref, table.uid, table.etag, table.parents, table.body, table.search)
    # SQLite would walk all uids rather than sort the few that changed.
    query = query.where(table.changed > since) if since else query.order_by(table.uid)
    for row in connection.execute(query.execution_options(yield_per=_STREAMED)):
        yield IndexedEntity(row.ref, row.uid, row.etag, row.parents, bytes(row.body), bytes(row.search))


def count_changed(connection: Connection, since: int) -> int:
    """Return how many entities revision *since* does not hold as they are now. One query."""
    query = select(func.count()).select_from(catalog_entity).where(catalog_entity.c.changed > since)
    return connection.execute(query).scalar_one()


def list_removed(connection: Connection, since: int) -> list[str]:
    """Return the uids of what was removed after revision *since*, at most ``KEPT_REVISIONS`` ago.

    What came back since is among them no more. One query.
    """
    return list(connection.scalars(select(catalog_removed.c.uid).where(catalog_removed.c.revision > since)))


class Head(NamedTuple):
    """What tells one kept entity from another: ``source`` is None for a Location that the catalog makes."""

    id: int
    ref: str
    uid: str
    digest: str
    source: int | None
    line: int


class Whole(NamedTuple):
    """One kept entity."""

    head: Head
    parents: list[str]
    served: ServedEntity


_HEAD: Final = (_table.id, _table.ref, _table.uid, _table.digest, _table.source, _table.line)


def heads_of_sources(connection: Connection, sources: Iterable[int]) -> Iterator[Head]:
    """Give the entities of *sources*."""
    yield from _heads(connection, _table.source, sources)


def heads_of_refs(connection: Connection, refs: Iterable[str]) -> Iterator[Head]:
    """Give those of the entities *refs* that there are."""
    yield from _heads(connection, _table.ref, refs)


def find_uid(connection: Connection, uid: str) -> Head | None:
    """Return the entity with *uid*, or None."""
    return next(_heads(connection, _table.uid, [uid]), None)


def _heads(connection: Connection, column: Column[Any], values: Iterable[Any]) -> Iterator[Head]:
    for chunk in chunks(values, _CHUNK):
        for row in connection.execute(select(*_HEAD).where(column.in_(chunk))):
            yield Head(*row)


def wholes_of_refs(connection: Connection, refs: Iterable[str]) -> Iterator[Whole]:
    """Give those of the entities *refs* that there are, with all that is kept of them."""
    query = select(*_HEAD, _table.parents, _table.etag, _table.body, _table.search)
    for chunk in chunks(refs, _CHUNK):
        for row in connection.execute(query.where(_table.ref.in_(chunk))):
            *head, parents, etag, body, search = row
            yield Whole(Head(*head), parents, ServedEntity(etag, bytes(body), bytes(search)))


def is_without_entities(connection: Connection) -> bool:
    """Tell whether there is no entity at all."""
    return connection.execute(select(_table.id).limit(1)).first() is None


def count_entities(connection: Connection) -> int:
    """Return how many entities there are."""
    return connection.execute(select(func.count()).select_from(catalog_entity)).scalar_one()


def highest_id(connection: Connection) -> int:
    """Return the highest id of an entity, 0 where there is none."""
    return connection.execute(select(func.max(_table.id))).scalar() or 0


def move_lines(connection: Connection, lines: Mapping[int, int]) -> None:
    """Note that the entities with these ids now stand in these lines; nobody is served anything else."""
    statement = update(catalog_entity).where(_table.id == bindparam("number")).values(line=bindparam("at"))
    if lines:
        connection.execute(statement, [{"number": number, "at": at} for number, at in lines.items()])


def remove_entities(connection: Connection, gone: Sequence[Head], revision: int) -> None:
    """Remove the entities *gone*; *revision* is the first that no longer holds them."""
    rows = [{"uid": head.uid, "revision": revision} for head in gone]
    upsert(connection, catalog_removed, rows, key=["uid"])
    for chunk in chunks((head.id for head in gone), _CHUNK):
        connection.execute(delete(catalog_entity).where(_table.id.in_(chunk)))


def forget_removed(connection: Connection, uids: Iterable[str], revision: int) -> None:
    """Forget that the entities with *uids* were removed, as they are back, and all that is too long ago."""
    for chunk in chunks(uids, _CHUNK):
        connection.execute(delete(catalog_removed).where(catalog_removed.c.uid.in_(chunk)))
    forgotten = catalog_removed.c.revision <= revision - KEPT_REVISIONS
    connection.execute(delete(catalog_removed).where(forgotten))
