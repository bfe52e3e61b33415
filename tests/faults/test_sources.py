"""Sources that misbehave, registered with a running server: others go on, what was known stays, the log says why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from faults.replicas import Replica, answers, component, markers, replica, until
from faults.sources import HUGE, Sources, serve_sources
from waypost.catalog.tables import catalog_source
from waypost.core.clock import utc_now
from waypost.core.database import open_engine, transaction

MAX_BYTES = 1_000_000
BAD = {
    "/hangs.yaml": "took longer than 2 seconds",
    "/huge.yaml": "is larger than",
    "/endless.yaml": "is larger than",
    "/loop.yaml": "redirected in a circle",
    "/private.yaml": "10.0.0.1",
    "/metadata.yaml": "169.254.169.254",
}


@pytest.fixture
def sources() -> Iterator[Sources]:
    """A server of sources: a good one, and bad ones."""
    with serve_sources() as server:
        yield server


def settings_for(server: Sources) -> tuple[str, ...]:
    return (
        "auth.anonymous_writes=true",
        f"fetch.allow={server.base}/,10.0.0.1,169.254.169.254",
        "fetch.private=127.0.0.1",
        "fetch.timeout-s=2",
        f"fetch.max-bytes={MAX_BYTES}",
        "catalog.refresh_every=PT1S",
    )


def has(running: Replica, ref: str, marker: str) -> bool:
    listed = running.get(f"/api/catalog/entities?filter=metadata.name={ref}")
    return set(markers(listed)) == {marker}


def register(running: Replica, server: Sources, path: str) -> None:
    body = {"type": "url", "target": server.base + path}
    assert running.send("POST", "/api/catalog/locations", body) == 201, running.told()


def test_bad_sources_delay_no_others_and_are_told(estate: Path, database_url: str, sources: Sources) -> None:
    sources.texts["/good.yaml"] = component("good", "a")
    with replica(estate, database_url, settings=settings_for(sources)) as running:
        answers(running)
        for path in (*BAD, "/good.yaml"):
            register(running, sources, path)
        until(lambda: has(running, "good", "a"), 20)

        until(lambda: all(why in running.told() for why in BAD.values()), 30)
        sources.texts["/good.yaml"] = component("good", "b")
        until(lambda: has(running, "good", "b"), 20)

        told = running.told()
        assert all(f"{sources.base}{path}" in told for path in BAD)
        located = running.get("/api/catalog/entities?filter=kind=location")
        failing = [each for each in located if each.get("status", {}).get("items")]
        assert {each["spec"]["target"] for each in failing} == {sources.base + path for path in BAD}

    assert max(sources.sent.values()) < HUGE / 100


def test_the_lease_of_a_killed_replica_is_taken_over(
    estate: Path, database_url: str, sources: Sources
) -> None:
    settings = (*settings_for(sources), "fetch.timeout-s=60")
    sources.texts["/hangs-once.yaml"] = component("late", "a")
    with replica(estate, database_url, settings=settings) as lasting:
        answers(lasting)
        with replica(estate, database_url, "--no-sync", settings=settings) as other:
            answers(other)
            register(other, sources, "/hangs-once.yaml")
            until(lambda: sources.asked["/hangs-once.yaml"] == 1, 10)
            # One of the two is reading, and it is not told which: the killed one comes back as another.
            other.kill()
            lasting.kill()
    engine = open_engine(database_url)
    with transaction(engine) as connection:
        held = connection.execute(
            select(catalog_source.c.key).where(catalog_source.c.claimed_until.is_not(None))
        )
        assert [row.key for row in held] == [f"url:{sources.base}/hangs-once.yaml"]

    with replica(estate, database_url, settings=settings) as following:
        answers(following)
        assert not has(following, "late", "a")
        with transaction(engine) as connection:  # As if a minute had gone.
            connection.execute(update(catalog_source).values(claimed_until=utc_now()))

        until(lambda: has(following, "late", "a"), 20)
    engine.dispose()


def test_what_was_good_stays_when_its_source_turns_bad(
    estate: Path, database_url: str, sources: Sources
) -> None:
    sources.texts["/turns.yaml"] = component("turns", "a")
    with replica(estate, database_url, settings=settings_for(sources)) as running:
        answers(running)
        register(running, sources, "/turns.yaml")
        until(lambda: has(running, "turns", "a"), 20)

        del sources.texts["/turns.yaml"]
        until(lambda: "/turns.yaml failed" in running.told(), 20)

        assert has(running, "turns", "a")
        sources.texts["/turns.yaml"] = component("turns", "b")
        until(lambda: has(running, "turns", "b"), 60)
