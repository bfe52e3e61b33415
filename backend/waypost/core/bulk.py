"""Writing many rows past SQLAlchemy, whose work on each row's parameters costs more than the writing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, TypeVar

from sqlalchemy import BigInteger, Column, Connection, Integer, LargeBinary, Table

T = TypeVar("T")
_CHUNK: Final = 2_000
_CACHE_KIB: Final = 64 * 1024


def expect_many(connection: Connection) -> None:
    """Prepare for many writes: SQLite's own small cache would write and read the same pages again and again."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size = -{_CACHE_KIB}")


def insert_rows(connection: Connection, table: Table, rows: Iterable[Sequence[Any]]) -> None:
    """Insert *rows*, each with the values of all columns of *table* in their order, as the driver takes them."""
    columns = list(table.columns)
    names = ", ".join(column.name for column in columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608 - names of our own
        _cursor(connection).executemany(statement, rows)
        return
    cursor = _cursor(connection)
    with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types([_copied_type(column) for column in columns])
        for row in rows:
            copy.write_row(row)
    cursor.close()


def update_rows(connection: Connection, table: Table, rows: Iterable[Sequence[Any]]) -> None:
    """Replace rows of *table* by their first column; each has the values of all columns, in their order."""
    key, *columns = [column.name for column in table.columns]
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    values = ", ".join(f"{name} = {mark}" for name in columns)
    statement = f"UPDATE {table.name} SET {values} WHERE {key} = {mark}"  # noqa: S608 - names of our own
    cursor = _cursor(connection)
    for chunk in chunks(rows, _CHUNK):
        cursor.executemany(statement, [(*row[1:], row[0]) for row in chunk])
    cursor.close()


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Give *items* in lists of *size*; the last may be shorter."""
    waiting = iter(items)
    while chunk := list(islice(waiting, size)):
        yield chunk


def kept(text: str) -> str:
    """Return *text* as both databases can keep it: PostgreSQL knows no NUL."""
    return text.replace("\0", "\ufffd") if "\0" in text else text


def _cursor(connection: Connection) -> Any:
    return connection.connection.cursor()


def _copied_type(column: Column[Any]) -> str:
    kinds = ((BigInteger, "int8"), (Integer, "int4"), (LargeBinary, "bytea"))
    return next((name for kind, name in kinds if isinstance(column.type, kind)), "text")
