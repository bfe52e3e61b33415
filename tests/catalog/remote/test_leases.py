"""Sharing the reading of sources between processes and threads."""

from __future__ import annotations

import threading
from datetime import timedelta

from sqlalchemy import Engine

import build
from catalog.refresher import Refresher
from catalog.sites import COMPONENT, Site, reader_for, settings_for
from elsewhere import Asked, Reply, serve
from waypost.catalog.locations import registering as locations
from waypost.catalog.remote.leases import lease_due
from waypost.catalog.remote.refreshing import is_anything_due, refresh_due
from waypost.catalog.rules.annotations import LocationRef
from waypost.catalog.settings import READERS
from waypost.core.database import transaction

TWO_MINUTES = timedelta(minutes=2)


def test_a_host_that_hangs_delays_no_other(engine: Engine, site: Site) -> None:
    hanging = threading.Event()

    def wait(_: Asked) -> Reply:
        hanging.wait(20)
        return Reply(404)

    with serve(wait) as slow:
        refresher = Refresher(engine, site)
        for number in range(12):
            location = LocationRef("url", f"{slow.url}/{number}.yaml")
            with transaction(engine) as connection:
                locations.register(connection, location, build.NOON, is_refreshed=False)
        refresher.register("one.yaml")
        settings = settings_for(slow, site.server).having({READERS.name: 4})
        with reader_for(slow, site.server) as reader:
            thread = threading.Thread(target=refresh_due, args=(engine, reader, settings, lambda: build.NOON))
            thread.start()
            for _ in range(100):
                if refresher.names():
                    break
                thread.join(0.1)
            names = refresher.names()
            hanging.set()
            thread.join()

    assert names == ["component:one"]


def test_what_another_process_reads_is_left_alone(refresher: Refresher, engine: Engine) -> None:
    refresher.register("one.yaml")
    with transaction(engine) as connection:
        (family,) = lease_due(connection, build.NOON, build.NOON + timedelta(minutes=10), limit=5)

    assert [lease.location.target for lease in family] == [refresher.site.at("one.yaml")]
    assert refresher.run() == 0
    assert not is_anything_due(engine, lambda: build.NOON)
    assert refresher.run(later=timedelta(minutes=10)) == 1


def test_several_processes_share_the_work(refresher: Refresher, engine: Engine, site: Site) -> None:
    numbers = range(24)
    site.files = {f"{number}.yaml": COMPONENT % f"c{number:02}" for number in numbers}
    added = [refresher.register(f"{number}.yaml") for number in numbers]
    counts: list[int] = []

    def work() -> None:
        with reader_for(site.server) as reader:
            settings = settings_for(site.server)
            counts.append(refresh_due(engine, reader, settings, lambda: refresher.now, chance=lambda: 0.5))

    def forget() -> None:
        for location in added[::6]:
            with transaction(engine) as connection:
                locations.forget(connection, location.id, refresher.now)

    threads = [threading.Thread(target=target) for target in (work, work, work, forget)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    left = [f"component:c{number:02}" for number in numbers if number % 6]
    assert refresher.names() == left
    assert len(site.reads) == sum(counts) <= len(numbers)


def test_what_was_asked_for_meanwhile_is_read_once_more(
    refresher: Refresher, engine: Engine, site: Site
) -> None:
    refresher.register("one.yaml")
    refresher.run()
    inner = site.server.answer

    def refreshing(asked: Asked) -> Reply:
        site.server.answer = inner
        with transaction(engine) as connection:
            locations.refresh(connection, "component:default/one", build.NOON + timedelta(seconds=90))
        return inner(asked)

    site.server.answer = refreshing

    assert refresher.run(later=TWO_MINUTES) == 2


def test_what_is_stopped_is_given_back(refresher: Refresher, engine: Engine) -> None:
    refresher.register("both.yaml")
    with reader_for(refresher.site.server) as reader:
        settings = settings_for(refresher.site.server)
        stops = iter([False, True])
        refresh_due(engine, reader, settings, lambda: build.NOON, is_stopped=lambda: next(stops))

    assert refresher.run() > 0
