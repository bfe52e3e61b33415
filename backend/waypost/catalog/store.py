"""The catalog's entities in the database: each as the JSON text that is served, with its search rows beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeVar

from sqlalchemy import Connection, Engine, delete, func, select, text

from waypost.catalog.tables import catalog_entity, catalog_removed
from waypost.core.database import upsert

REVISION: Final = "catalog"
KEPT_REVISIONS: Final = 500
"""How many revisions back is known what was removed: an index that is older has to be made anew."""

T = TypeVar("T")
# What one statement may name at most: SQLite takes 32,766 parameters, PostgreSQL 65,535.
_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class StoredEntity:
    """One entity as it is kept. ``digest`` tells whether its content changed; ``search`` are its search rows."""

    ref: str
    uid: str
    etag: str
    digest: str
    parents: tuple[str, ...]
    body: bytes
    search: bytes
    line: int = 0


@dataclass(frozen=True, slots=True)
class IndexedEntity:
    """One entity as an index reads it: ``search`` is JSON, a list of ``[key, value or null]`` or ``[key, value, original]``."""

    ref: str
    uid: str
    etag: str
    parents: list[str]
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


def digests(connection: Connection) -> dict[str, tuple[int, str]]:
    """Return the id and digest of every entity, by reference. One query."""
    table = catalog_entity.c
    return {
        row.ref: (row.id, row.digest) for row in connection.execute(select(table.ref, table.id, table.digest))
    }


def put_entities(
    connection: Connection, entities: Iterable[StoredEntity], known: dict[str, tuple[int, str]], revision: int
) -> None:
    """Write *entities*, new or changed; *known* says which are there, as ``digests`` gives it."""
    top = connection.execute(select(func.max(catalog_entity.c.id))).scalar() or 0
    for chunk in _chunks(entities, 500):
        rows = []
        for entity in chunk:
            at = known.get(entity.ref)
            top += at is None
            rows.append(
                {
                    "id": at[0] if at else top,
                    "ref": entity.ref,
                    "uid": entity.uid,
                    "etag": entity.etag,
                    "digest": entity.digest,
                    "source": None,
                    "line": entity.line,
                    "parents": list(entity.parents),
                    "body": entity.body,
                    "search": entity.search,
                    "changed": revision,
                }
            )
        upsert(connection, catalog_entity, rows, key=["id"])
        back = [entity.uid for entity in chunk if entity.ref not in known]
        connection.execute(delete(catalog_removed).where(catalog_removed.c.uid.in_(back)))


def remove_entities(connection: Connection, ids: Iterable[int], revision: int) -> None:
    """Remove the entities with these *ids*; *revision* is the first that no longer holds them."""
    for chunk in _chunks(ids, _CHUNK):
        gone = catalog_entity.c.id.in_(chunk)
        uids = connection.scalars(select(catalog_entity.c.uid).where(gone)).all()
        rows = [{"uid": uid, "revision": revision} for uid in uids]
        upsert(connection, catalog_removed, rows, key=["uid"])
        connection.execute(delete(catalog_entity).where(gone))
    forgotten = catalog_removed.c.revision <= revision - KEPT_REVISIONS
    connection.execute(delete(catalog_removed).where(forgotten))


def list_entities(connection: Connection, since: int = 0) -> Iterator[IndexedEntity]:
    """Give every entity that revision *since* does not hold as it is now, by uid. One query; it needs a transaction."""
    table = catalog_entity.c
    query = select(table.ref, table.uid, table.etag, table.parents, table.body, table.search)
    query = query.where(table.changed > since).order_by(table.uid) if since else query.order_by(table.uid)
    for row in connection.execution_options(yield_per=_CHUNK).execute(query):
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


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    chunk: list[T] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
