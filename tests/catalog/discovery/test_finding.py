"""Facts about discovery over time: what it registers, takes away, waits for and leaves to others."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select

import build
from catalog.forges import GitHub, Repository, on_github, outside, settings_for
from elsewhere import Asked, Reply, Server, serve
from waypost.catalog.discovery import store as discoverystore
from waypost.catalog.discovery.finding import (
    LEASE,
    discovery_due,
    read_providers,
    run_discovery,
)
from waypost.catalog.remote.readers import open_reader
from waypost.catalog.tables import catalog_discovery, catalog_source
from waypost.core.database import reading, transaction
from waypost.core.settings import Settings


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.at = build.NOON

    def __call__(self) -> datetime:
        return self.at


class Estate:
    """An organisation whose repositories come and go, and that may fail."""

    def __init__(self, *names: str) -> None:
        self.names: tuple[str, ...] = names
        self.fails: Reply | None = None

    def __call__(self, asked: Asked) -> Reply:
        return self.fails or GitHub([Repository(f"acme/{name}") for name in self.names])(asked)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def estate() -> Estate:
    return Estate("shop", "pay")


@pytest.fixture
def server(estate: Estate) -> Iterator[Server]:
    with serve(estate) as server:
        yield server


def run(engine: Engine, settings: Settings, clock: Clock) -> list[str]:
    with open_reader(settings, outside()) as reader:
        return [str(found) for found in run_discovery(engine, settings, clock, reader)]


def kept(engine: Engine) -> list[str]:
    """Return the repositories of the sources that discovery registered."""
    with reading(engine) as connection:
        rows = connection.execute(select(catalog_source.c.key, catalog_source.c.root))
        return sorted(row.key.split("/")[4] for row in rows if row.root == "discovery:acme")


def test_what_is_found_is_registered_and_what_is_gone_goes(
    engine: Engine, server: Server, estate: Estate, clock: Clock
) -> None:
    settings = on_github(server)

    assert run(engine, settings, clock) == ["discovery acme: 2 locations"]
    assert kept(engine) == ["pay", "shop"]

    estate.names = ("shop", "new")
    clock.at += timedelta(minutes=31)
    assert discovery_due(engine, settings, clock())
    assert run(engine, settings, clock) == ["discovery acme: 2 locations"]
    assert kept(engine) == ["new", "shop"]


def test_it_looks_again_when_it_is_time_or_the_settings_change(
    engine: Engine, server: Server, clock: Clock
) -> None:
    settings = on_github(server, every="PT10M")
    run(engine, settings, clock)

    assert run(engine, settings, clock) == []
    assert not discovery_due(engine, settings, clock.at + timedelta(minutes=9))
    assert discovery_due(engine, settings, clock.at + timedelta(minutes=10))
    assert run(engine, on_github(server, every="PT10M", repositories="s.*"), clock) == [
        "discovery acme: 1 location"
    ]
    assert kept(engine) == ["shop"]


def test_a_failure_takes_nothing_away_and_is_told(
    engine: Engine, server: Server, estate: Estate, clock: Clock, *, caplog: pytest.LogCaptureFixture
) -> None:
    settings = on_github(server)
    run(engine, settings, clock)
    estate.fails = Reply(404)
    clock.at += timedelta(hours=1)
    caplog.set_level(logging.WARNING)

    told = run(engine, settings, clock)

    assert told == [
        f"discovery acme: 0 locations; cannot fetch {server.url}/api/v3/users/acme/repos?…: the answer is 404"
    ]
    assert kept(engine) == ["pay", "shop"]
    assert f"{told[0]}, 0 new" in [record.getMessage() for record in caplog.records]
    with reading(engine) as connection:
        row = connection.execute(select(catalog_discovery)).one()
    assert (row.error, row.due_at) == (told[0].partition("; ")[2], clock.at + timedelta(minutes=5))


def test_a_limit_is_waited_for(engine: Engine, server: Server, estate: Estate, clock: Clock) -> None:
    settings = on_github(server)
    estate.fails = Reply(429, headers={"Retry-After": "7200"})
    run(engine, settings, clock)

    with reading(engine) as connection:
        due_at = connection.execute(select(catalog_discovery.c.due_at)).scalar_one()

    # The fetcher's own clock says when two hours are over.
    assert due_at > clock.at + timedelta(hours=1)


def test_what_a_provider_found_goes_with_it(engine: Engine, server: Server, clock: Clock) -> None:
    settings = on_github(server)
    run(engine, settings, clock)
    others = settings_for(server)

    assert discovery_due(engine, others, clock())
    assert run(engine, others, clock) == []
    assert kept(engine) == []
    assert not discovery_due(engine, others, clock())


def test_one_process_looks_at_a_time(engine: Engine, server: Server, estate: Estate, clock: Clock) -> None:
    settings = on_github(server)
    told: list[list[str]] = []

    def answer(asked: Asked) -> Reply:
        if asked.path.endswith("/repos"):
            told.append(run(engine, settings, clock))
        return estate(asked)

    server.answer = answer

    assert run(engine, settings, clock) == ["discovery acme: 2 locations"]
    assert told == [[]]


def test_a_process_that_died_is_replaced(engine: Engine, server: Server, clock: Clock) -> None:
    settings = on_github(server)

    [provider] = read_providers(settings)
    with transaction(engine) as connection:
        assert discoverystore.claim(connection, provider, clock.at, clock.at + LEASE)
    assert run(engine, settings, clock) == []

    clock.at += timedelta(minutes=31)

    assert run(engine, settings, clock) == ["discovery acme: 2 locations"]
