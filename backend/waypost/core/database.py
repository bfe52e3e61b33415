"""The database: engines, transactions and migrations; the same statements on SQLite and PostgreSQL."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Engine, Table, create_engine, event, inspect, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from waypost.core.columns import JsonText, UtcDateTime, insert_into, metadata
from waypost.core.errors import ServiceUnavailableError, SettingError
from waypost.core.heads import heads_of
from waypost.core.plugin import Plugin
from waypost.core.revisions import Revision, bump_revision, revision_of
from waypost.core.settings import DATABASE_URL, Settings, own_database

if TYPE_CHECKING:
    from alembic.config import Config

__all__ = [
    "JsonText",
    "Revision",
    "UtcDateTime",
    "bump_revision",
    "database_url",
    "is_upgraded",
    "metadata",
    "open_engine",
    "reading",
    "revision_of",
    "transaction",
    "upgrade",
    "upsert",
]

FOLDER: Final = ".waypost"
VERSION_TABLE: Final = "core_migration"
BUSY_TIMEOUT_MS: Final = 20_000
# Any number will do that nothing else in the database uses for its own lock.
_LOCK_KEY: Final = 7_007_2026
_WRITES: Final = "waypost_writes"


def database_url(settings: Settings, root: Path) -> str:
    """Return the address of the database that *settings* name, by default a file in the workspace at *root*."""
    return settings[DATABASE_URL] or f"sqlite:///{own_database(root)}"


def open_engine(url: str) -> Engine:
    """Open the database at *url*. Whoever calls this disposes of the engine.

    Raises:
        SettingError: The address cannot be read, or its driver is not installed.
    """
    address = _parse_url(url)
    if address.get_backend_name() == "sqlite":
        return _open_sqlite(address)
    try:
        return create_engine(address.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise SettingError(
            "PostgreSQL needs the extra 'postgres': pip install 'waypost[postgres]'"
        ) from error


def close_engine(engine: Engine) -> None:
    """Close every connection of *engine*, also those with which somebody watches it in another thread.

    The pool forgets a connection that is in use while it closes; so those who watch let go first.
    """
    engine.dispatch.engine_disposed(engine)
    engine.dispose()


def _parse_url(url: str) -> URL:
    try:
        address = make_url(url.replace("postgres://", "postgresql://", 1))
        backend = address.get_backend_name()
    except (ArgumentError, NoSuchModuleError) as error:
        raise SettingError(f"'{DATABASE_URL.name}' is not the address of a database") from error
    if backend not in ("sqlite", "postgresql"):
        raise SettingError(f"'{DATABASE_URL.name}' must begin with sqlite: or postgresql:, not {backend}:")
    return address


def _open_sqlite(address: URL) -> Engine:
    engine = create_engine(address, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    event.listen(engine, "do_connect", _make_folder)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_folder(_dialect: object, _record: object, arguments: Sequence[str], _options: object) -> None:
    """Make the folder of the file that is about to be opened; git is told to leave out what we keep in one of ours."""
    folder = Path(arguments[0]).parent
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True)
        if folder.name == FOLDER:
            (folder / ".gitignore").write_text("*\n", encoding="ascii")


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver would open transactions late and only before some statements: we say BEGIN ourselves.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    _use_wal(connection)


def _use_wal(connection: sqlite3.Connection) -> None:
    # The first to open a new file changes its mode. Others who try meanwhile are refused at once, whatever
    # the busy timeout says, so that the waiting is done here.
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that first reads and then writes fails at once, without waiting, when another has written
    # in between. Those that will write therefore take the lock when they begin.
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Give a connection that may write: all of it is kept when the block ends, none when it raises."""
    with engine.connect() as connection:
        writer = connection.execution_options(**{_WRITES: True})
        with writer.begin():
            yield writer


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection to read with.

    On SQLite every statement sees the same state. On PostgreSQL each sees what was committed when it
    began, and there is neither BEGIN nor ROLLBACK to wait for.
    """
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="AUTOCOMMIT")
        yield connection


def upsert(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, key: Sequence[str]
) -> None:
    """Write *rows* into *table*; where a row has the same *key* columns, its other columns are replaced.

    Args:
        rows: Each with the same columns.
        key: Names of the columns of a primary key or unique constraint.
    """
    if not rows:
        return
    statement = insert_into(connection, table)
    others = {name: statement.excluded[name] for name in rows[0] if name not in key}
    if others:
        connection.execute(statement.on_conflict_do_update(index_elements=key, set_=others), rows)
    else:
        connection.execute(statement.on_conflict_do_nothing(index_elements=key), rows)


def upgrade(engine: Engine, plugins: Iterable[Plugin]) -> list[str]:
    """Bring the tables of the host and of *plugins* up to date; all of it happens, or none.

    Returns the revisions that it went through, in order; none when there was nothing to do. Several
    processes may call this at once: one works, the others wait for it.
    """
    from alembic import command  # noqa: PLC0415 - those who answer requests never migrate

    config = _migrations(plugins)
    with transaction(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
        done: list[str] = []
        config.attributes.update(connection=connection, done=done)
        command.upgrade(config, "heads")
    return done


def is_upgraded(connection: Connection, plugins: Iterable[Plugin]) -> bool:
    """Tell whether every migration of the host and of *plugins* has run."""
    plugins = tuple(plugins)
    wanted = heads_of(_folders(plugins))
    if wanted is None:
        from alembic.script import ScriptDirectory  # noqa: PLC0415 - see upgrade

        wanted = frozenset(ScriptDirectory.from_config(_migrations(plugins)).get_heads())
    if not inspect(connection).has_table(VERSION_TABLE):
        return False
    return wanted <= set(connection.scalars(text(f"SELECT version_num FROM {VERSION_TABLE}")))  # noqa: S608 - a name of ours


def _folders(plugins: Iterable[Plugin]) -> tuple[Path, ...]:
    packages = ["waypost.core.migrations", *(plugin.migrations for plugin in plugins if plugin.migrations)]
    return tuple(map(_folder, packages))


def _migrations(plugins: Iterable[Plugin]) -> Config:
    from alembic.config import Config  # noqa: PLC0415 - see upgrade

    folders = _folders(plugins)
    config = Config()
    config.set_main_option("script_location", str(folders[0] / "environment").replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(map(str, folders)).replace("%", "%%"))
    return config


def _folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ServiceUnavailableError(f"the migrations package '{package}' is not installed")
    return Path(next(iter(spec.submodule_search_locations)))
