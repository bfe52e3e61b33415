"""The catalog's tables: each entity as the JSON text that is served, beside its search rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeVar

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    delete,
    func,
    select,
    text,
)

from waypost.catalog.search import Row
from waypost.core.database import JsonText, metadata, upsert

REVISION: Final = "catalog"

catalog_entity: Final = Table(
    "catalog_entity",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ref", Text, nullable=False, unique=True),
    Column("uid", Text, nullable=False, unique=True),
    Column("etag", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("parents", JsonText, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
catalog_search: Final = Table(
    "catalog_search",
    metadata,
    Column("id", Integer, primary_key=True),
    Column(
        "entity", Integer, ForeignKey("catalog_entity.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("key", Text, nullable=False),
    # Null where the key is there, but nothing that a filter could compare.
    Column("value", Text),
    # Null where it is the same as the value.
    Column("original", Text),
)
T = TypeVar("T")
# What one statement may name at most: SQLite takes 32,766 parameters, PostgreSQL 65,535.
_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class StoredEntity:
    """One entity as it is kept. ``digest`` tells whether its content changed; ``rows`` are its search rows."""

    ref: str
    uid: str
    etag: str
    digest: str
    parents: tuple[str, ...]
    body: bytes
    rows: Sequence[Row]


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
    connection: Connection, entities: Iterable[StoredEntity], known: dict[str, tuple[int, str]]
) -> None:
    """Write *entities*, new or changed; *known* says which are there, as ``digests`` gives it."""
    top = connection.execute(select(func.max(catalog_entity.c.id))).scalar() or 0
    for chunk in _chunks(entities, 500):
        ids = []
        for entity in chunk:
            at = known.get(entity.ref)
            top += at is None
            ids.append(at[0] if at else top)
        _put_chunk(connection, chunk, ids, {known[e.ref][0] for e in chunk if e.ref in known})


def _put_chunk(connection: Connection, chunk: list[StoredEntity], ids: list[int], changed: set[int]) -> None:
    upsert(
        connection,
        catalog_entity,
        [
            {
                "id": number,
                "ref": entity.ref,
                "uid": entity.uid,
                "etag": entity.etag,
                "digest": entity.digest,
                "parents": list(entity.parents),
                "body": entity.body,
            }
            for number, entity in zip(ids, chunk, strict=True)
        ],
        key=["id"],
    )
    if changed:
        connection.execute(delete(catalog_search).where(catalog_search.c.entity.in_(changed)))
    rows = (
        (number, _kept(key), _kept(value), None if original == value else _kept(original))
        for number, entity in zip(ids, chunk, strict=True)
        for key, value, original in entity.rows
    )
    _insert_rows(connection, rows)


def _insert_rows(
    connection: Connection, rows: Iterable[tuple[int, str | None, str | None, str | None]]
) -> None:
    """Write search rows past SQLAlchemy, whose work on each row's parameters costs more than the writing."""
    columns = "catalog_search (entity, key, value, original)"
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"INSERT INTO {columns} VALUES (?, ?, ?, ?)", list(rows))  # noqa: S608
        return
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY {columns} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.close()


def _kept(value: str | None) -> str | None:
    """Return *value* as both databases can keep it: PostgreSQL knows no NUL."""
    return value.replace("\0", "\ufffd") if value and "\0" in value else value


def remove_entities(connection: Connection, ids: Iterable[int]) -> None:
    """Remove the entities with these *ids*, and their search rows."""
    for chunk in _chunks(ids, _CHUNK):
        connection.execute(delete(catalog_entity).where(catalog_entity.c.id.in_(chunk)))


def list_entities(connection: Connection) -> Iterator[tuple[int, str, str, str, list[str], bytes]]:
    """Give id, reference, uid, etag, parents and body of every entity, by uid."""
    table = catalog_entity.c
    query = select(table.id, table.ref, table.uid, table.etag, table.parents, table.body).order_by(table.uid)
    for row in connection.execute(query):
        yield row.id, row.ref, row.uid, row.etag, row.parents, bytes(row.body)


def list_rows(connection: Connection) -> Iterator[tuple[int, str, str | None, str | None]]:
    """Give entity, key, value and original of every search row; one entity's rows follow each other."""
    table = catalog_search.c
    query = select(table.entity, table.key, table.value, table.original).order_by(table.entity)
    rows = connection.execution_options(yield_per=_CHUNK).execute(query)
    for entity, key, value, original in rows:  # noqa: UP028 - rows are unpacked at once
        yield entity, key, value, original


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    chunk: list[T] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
