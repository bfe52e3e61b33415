from __future__ import annotations

import sqlite3
import sys
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Engine, Integer, MetaData, Table, Text, insert, inspect, select
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

import build
from waypost.core import database
from waypost.core.database import (
    JsonText,
    UtcDateTime,
    bump_revision,
    database_url,
    is_upgraded,
    metadata,
    open_engine,
    reading,
    revision_of,
    transaction,
    upgrade,
    upsert,
)
from waypost.core.errors import ServiceUnavailableError, SettingError
from waypost.core.plugin import Plugin
from waypost.core.settings import Settings
from waypost.core.watch import RevisionWatch

notes = Table(
    "notes",
    MetaData(),
    Column("name", Text, primary_key=True),
    Column("count", Integer),
    Column("at", UtcDateTime),
    Column("value", JsonText),
)


@pytest.fixture
def noted(engine: Engine) -> Engine:
    with transaction(engine) as connection:
        notes.create(connection)
    return engine


def test_a_time_comes_back_aware_and_in_utc(noted: Engine) -> None:
    cet = timezone(timedelta(hours=1))
    with transaction(noted) as connection:
        connection.execute(insert(notes).values(name="a", at=datetime(2026, 11, 2, 13, 0, 0, 5, cet)))

    with reading(noted) as connection:
        at = connection.execute(select(notes.c.at)).scalar_one()

    assert at == datetime(2026, 11, 2, 12, 0, 0, 5, UTC)
    assert at.tzinfo is UTC


def test_a_naive_time_is_refused(noted: Engine) -> None:
    with pytest.raises(StatementError, match="without a zone"), transaction(noted) as connection:
        connection.execute(insert(notes).values(name="a", at=build.NOON.replace(tzinfo=None)))


@pytest.mark.parametrize("value", [None, 0.5, "ü", [1, {"a": None}], {}])
def test_json_comes_back_as_it_went_in(noted: Engine, value: object) -> None:
    with transaction(noted) as connection:
        connection.execute(insert(notes).values(name="a", value=value))

    with reading(noted) as connection:
        assert connection.execute(select(notes.c.value)).scalar_one() == value


def test_a_transaction_that_raises_keeps_nothing(noted: Engine) -> None:
    def write_twice() -> None:
        with transaction(noted) as connection:
            connection.execute(insert(notes).values(name="a"))
            connection.execute(insert(notes).values(name="a"))

    with pytest.raises(IntegrityError):
        write_twice()

    with reading(noted) as connection:
        assert connection.execute(select(notes.c.name)).all() == []


def test_transactions_of_many_threads_wait_for_each_other(noted: Engine) -> None:
    with transaction(noted) as connection:
        connection.execute(insert(notes).values(name="a", count=0))

    def add_ten() -> None:
        for _ in range(10):
            with transaction(noted) as connection:
                count = connection.execute(select(notes.c.count).with_for_update()).scalar_one()
                connection.execute(notes.update().values(count=count + 1))

    threads = [threading.Thread(target=add_ten) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with reading(noted) as connection:
        assert connection.execute(select(notes.c.count)).scalar_one() == 40


def test_upsert_replaces_what_has_the_same_key(noted: Engine) -> None:
    with transaction(noted) as connection:
        upsert(connection, notes, [{"name": "a", "count": 1}, {"name": "b", "count": 1}], key=["name"])
        upsert(connection, notes, [{"name": "b", "count": 2}, {"name": "c", "count": 2}], key=["name"])
        upsert(connection, notes, [{"name": "c"}, {"name": "d"}], key=["name"])
        upsert(connection, notes, [], key=["name"])

        rows = connection.execute(select(notes.c.name, notes.c.count).order_by(notes.c.name)).all()

    assert [tuple(row) for row in rows] == [("a", 1), ("b", 2), ("c", 2), ("d", None)]


def test_an_engine_makes_its_folder_with_the_first_connection_and_git_leaves_it_out(tmp_path: Path) -> None:
    engine = open_engine(database_url(Settings(), tmp_path))
    before = list(tmp_path.iterdir())

    with engine.connect():
        pass
    engine.dispose()

    assert before == []
    assert (tmp_path / ".waypost" / ".gitignore").read_text(encoding="ascii") == "*\n"


def test_foreign_keys_hold_on_sqlite(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'a' / 'b.db'}")

    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
    engine.dispose()


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://root@localhost/x", "martian://x"])
def test_an_address_of_no_known_database_is_a_setting_error(url: str) -> None:
    with pytest.raises(SettingError, match=r"database\.url"):
        open_engine(url)


def test_a_missing_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(SettingError, match=r"pip install 'waypost\[postgres\]'"):
        open_engine("postgres://nobody@localhost/x")


def test_missing_migrations_are_told(empty_engine: Engine) -> None:
    odd = Plugin(name="odd", summary="", migrations="waypost.core.errors")

    with pytest.raises(ServiceUnavailableError, match=r"package .* is not installed"):
        upgrade(empty_engine, [odd])


def test_migrations_make_what_the_tables_declare(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "version_table": "core_migration",
                "include_name": lambda name, kind, _parents: kind != "table" or name in metadata.tables,
            },
        )

        assert compare_metadata(context, metadata) == []


def test_migrations_can_be_taken_back(empty_engine: Engine, plugins: tuple[Plugin, ...]) -> None:
    upgrade(empty_engine, plugins)
    config = database._migrations(plugins)

    with transaction(empty_engine) as connection:
        config.attributes.update(connection=connection, done=[])
        command.downgrade(config, "base")

    assert inspect(empty_engine).get_table_names() == [database.VERSION_TABLE]


def test_who_opens_a_new_file_waits_for_who_makes_it(tmp_path: Path) -> None:
    file = tmp_path / "waypost.db"
    first = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    first.execute("CREATE TABLE other (id)")
    first.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.1, first.execute, ["COMMIT"])
    release.start()
    engine = open_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
    engine.dispose()
    release.join()
    first.close()

    assert mode == "wal"


def test_who_waits_too_long_for_a_new_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 50)
    file = tmp_path / "waypost.db"
    engine = open_engine(f"sqlite:///{file}")
    with closing(sqlite3.connect(file, isolation_level=None)) as first:
        first.execute("CREATE TABLE other (id)")
        first.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="database is locked"):
            engine.connect()
    engine.dispose()


def test_upgrading_again_does_nothing(empty_engine: Engine, plugins: tuple[Plugin, ...]) -> None:
    with reading(empty_engine) as connection:
        assert not is_upgraded(connection, plugins)

    first, second = upgrade(empty_engine, plugins), upgrade(empty_engine, plugins)

    assert "core_0001" in first
    assert second == []
    with reading(empty_engine) as connection:
        assert is_upgraded(connection, plugins)


def test_two_who_upgrade_at_once_do_it_once(empty_database_url: str, plugins: tuple[Plugin, ...]) -> None:
    done: list[str] = []

    def bring_up() -> None:
        engine = open_engine(empty_database_url)
        done.extend(upgrade(engine, plugins))
        engine.dispose()

    threads = [threading.Thread(target=bring_up) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert done.count("core_0001") == 1


def test_a_failed_upgrade_leaves_nothing(
    empty_engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    build.write_files(
        tmp_path,
        {
            "broken_migrations/__init__.py": "",
            "broken_migrations/0001_break.py": (
                "from alembic import op\n"
                "revision, down_revision, branch_labels, depends_on = 'broken_0001', None, ('broken',), ('core',)\n"
                "def upgrade():\n    op.execute('CREATE TABLE half (a int)')\n    op.execute('nonsense')\n"
            ),
        },
    )
    monkeypatch.syspath_prepend(tmp_path)
    broken = Plugin(name="broken", summary="", migrations="broken_migrations")

    with pytest.raises(Exception, match="nonsense"):
        upgrade(empty_engine, [broken])

    with empty_engine.connect() as connection:
        assert not empty_engine.dialect.has_table(connection, "half")
        assert not empty_engine.dialect.has_table(connection, "core_token")


def test_revisions_count_up(engine: Engine) -> None:
    with transaction(engine) as connection:
        before = revision_of(connection, "catalog")
        first = bump_revision(connection, "catalog", "aa", build.NOON)
        second = bump_revision(connection, "catalog", "bb", build.NOON)

        assert before is None
        assert (first.number, second.number) == (1, 2)
        assert revision_of(connection, "catalog") == second
        assert revision_of(connection, "facts") is None


def test_a_watch_sees_a_new_revision(engine: Engine) -> None:
    watch = RevisionWatch(engine, "catalog", poll_seconds=60)
    try:
        before = watch.current()
        with transaction(engine) as connection:
            written = bump_revision(connection, "catalog", "aa", build.NOON)

        assert before is None
        assert watch.current() == written
        assert watch.current() == written
    finally:
        watch.close()


def test_a_watch_sees_what_another_process_wrote(engine: Engine, database_url: str) -> None:
    other = open_engine(database_url)
    watch = RevisionWatch(engine, "catalog", poll_seconds=0.05)
    try:
        watch.current()
        with transaction(other) as connection:
            written = bump_revision(connection, "catalog", "aa", build.NOON)
        deadline = time.monotonic() + 5
        while watch.current() != written and time.monotonic() < deadline:
            time.sleep(0.01)

        assert watch.current() == written
    finally:
        watch.close()
        other.dispose()


def test_a_watch_outlives_a_disposed_engine(engine: Engine) -> None:
    with closing(RevisionWatch(engine, "catalog")) as watch:
        watch.current()
        engine.dispose()
        with transaction(engine) as connection:
            written = bump_revision(connection, "catalog", "aa", build.NOON)

        assert watch.current() == written


def test_sqlite_is_new_enough_to_return_rows() -> None:
    assert sqlite3.sqlite_version_info >= (3, 35)
