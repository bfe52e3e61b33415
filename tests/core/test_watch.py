"""Watching goes on while the database is away, and says so once."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

import build
from postgres import CannotRunError, PostgresServer, open_postgres
from waypost.core.database import bump_revision, open_engine, transaction, upgrade
from waypost.core.watch import RevisionWatch


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    try:
        with open_postgres() as running:
            yield running
    except CannotRunError as error:
        pytest.skip(f"no PostgreSQL: {error}")


def await_number(watch: RevisionWatch, number: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        revision = watch.current()
        if revision is not None and revision.number == number:
            return
        time.sleep(0.02)
    pytest.fail(f"revision {number} was not seen")


def test_a_watch_tells_the_last_revision_while_postgresql_is_away(
    server: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    engine, other = open_engine(server.url), open_engine(server.url)
    upgrade(engine, [])
    with transaction(other) as connection:
        first = bump_revision(connection, "catalog", "aa", build.NOON)
    with (
        caplog.at_level(logging.WARNING),
        closing(RevisionWatch(engine, "catalog", poll_seconds=0.05)) as watch,
    ):
        assert watch.current() == first
        server.stop()
        began = time.monotonic()
        while time.monotonic() - began < 1:
            assert watch.current() == first
            time.sleep(0.02)
        server.start()
        other.dispose()
        with transaction(other) as connection:
            bump_revision(connection, "catalog", "bb", build.NOON)
        await_number(watch, 2)
        deadline = time.monotonic() + 5
        while len(caplog.records) < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
    engine.dispose()
    other.dispose()

    assert [record.message.partition(";")[0] for record in caplog.records] == [
        "the database cannot be reached",
        "the database can be reached again",
    ]


def test_a_change_by_another_process_is_seen_within_a_second(engine: Engine, database_url: str) -> None:
    other = open_engine(database_url)
    with closing(RevisionWatch(engine, "catalog")) as watch:
        watch.current()
        with transaction(other) as connection:
            bump_revision(connection, "catalog", "aa", build.NOON)
        began = time.monotonic()
        await_number(watch, 1)
        waited_s = time.monotonic() - began
    other.dispose()

    assert waited_s < 1


def test_a_watch_that_never_saw_anything_says_what_is_wrong(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE core_revision"))

    with closing(RevisionWatch(engine, "catalog")) as watch, pytest.raises(SQLAlchemyError):
        watch.current()
