"""An application that nobody holds any more has let go of its threads and connections."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import Engine, text

import build
from waypost.core.database import bump_revision, open_engine, reading, transaction
from waypost.core.host import find_plugins
from waypost.core.settings import Settings
from waypost.core.watch import RevisionWatch
from waypost.core.web import create_app

APPS = 40
WAIT_S = 5


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Nothing that lies in a circle is collected meanwhile."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def others(engine: Engine) -> int:
    """Return how many connections to the database there are beside the one that asks."""
    with reading(engine) as connection:
        counted = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        found: int = connection.execute(text(counted)).scalar_one()
    return found


def await_none(count: Callable[[], int]) -> int:
    """Return what *count* gives, as soon as that is 0 or after some seconds."""
    deadline = time.monotonic() + WAIT_S
    while (found := count()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


def watching() -> int:
    return sum(thread.name.startswith("watch-") for thread in threading.enumerate())


def settings_of(url: str) -> Settings:
    return Settings({"database.url": url})


@pytest.mark.usefixtures("uncollected")
def test_an_application_that_is_dropped_is_gone_at_once(database_url: str) -> None:
    app = create_app(settings_of(database_url))
    for path in ("/readyz", "/openapi.json", "/api/catalog/entities"):
        app.test_client().get(path)
    held = weakref.ref(app)

    del app

    assert held() is None


@pytest.mark.usefixtures("uncollected")
def test_dropped_applications_keep_neither_connections_nor_threads(
    postgres_server: str, postgres_template: str
) -> None:
    name = "test_dropped"
    with closing(psycopg.connect(postgres_server, autocommit=True)) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{postgres_template}"'.encode())
    url = postgres_server.replace("/postgres?", f"/{name}?")
    engine = open_engine(url)
    plugins = find_plugins()
    before = watching()
    for _ in range(APPS):
        client = create_app(settings_of(url), plugins=plugins).test_client()
        assert client.get("/readyz").status_code == 200
        client.get("/api/catalog/entities")
    del client

    assert await_none(lambda: others(engine)) == 0
    assert watching() <= before
    engine.dispose()


def test_a_watch_ends_its_thread_with_the_engine_and_begins_anew(engine: Engine) -> None:
    before = watching()
    with closing(RevisionWatch(engine, "catalog")) as watch:
        assert watch.current() is None
        engine.dispose()
        after = watching()
        with transaction(engine) as connection:
            newest = bump_revision(connection, "catalog", "aa", build.NOON)

        assert (after, watch.current()) == (before, newest)


@pytest.mark.usefixtures("uncollected")
def test_a_watch_that_nobody_closed_is_gone_with_whom_it_was_for(engine: Engine) -> None:
    before = watching()
    watch = RevisionWatch(engine, "catalog", poll_seconds=0.01)
    watch.current()
    held = weakref.ref(watch)

    del watch

    assert await_none(lambda: int(held() is not None)) == 0
    assert await_none(lambda: max(0, watching() - before)) == 0
