"""PostgreSQL goes away under load and comes back: reads go on, writes say so, and all recovers by itself."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

from build import run_waypost
from faults.replicas import Replica, answers, has_only, reading, replica, until, write_estate
from postgres import PostgresServer

COUNT = 300
AWAY_S = 3.0
SETTINGS = ("auth.anonymous_writes=true",)
LOCATION = {"type": "url", "target": "http://127.0.0.1:9/catalog.yaml"}
PATHS = (
    "/api/catalog/entities?filter=kind=component",
    "/api/catalog/entities/by-query?filter=kind=component&limit=50",
    "/api/catalog/entities/by-name/component/default/part-1",
    "/api/catalog/entity-facets?facet=kind",
)


def write(running: Replica) -> int:
    return running.send("POST", "/api/catalog/locations", LOCATION)


def test_reads_go_on_while_postgresql_is_away(estate: Path, database_server: PostgresServer) -> None:
    url = database_server.url
    write_estate(estate, COUNT, "a")
    with (
        replica(estate, url, settings=SETTINGS) as first,
        replica(estate, url, settings=SETTINGS) as second,
    ):
        both = (first, second)
        for running in both:
            answers(running)
            for path in PATHS:
                running.get(path)
        with reading([running.base + path for running in both for path in PATHS]) as met:
            database_server.stop(hard=True)
            refused = [write(running) for running in both]
            time.sleep(AWAY_S)
            seen = met.statuses[200]
            until(lambda: met.statuses[200] > seen + 50, 20)
            refused += [write(running) for running in both]
            assert "the database" in first.told()

            database_server.start()
            until(lambda: write(first) in (201, 409), 20)
            write_estate(estate, COUNT, "b")
            done = run_waypost("--set", f"database.url={url}", "sync", "--no-remote", cwd=estate)
            assert done.returncode == 0, done.stderr
            for running in both:
                until(partial(has_only, running, "b"), 5)

        assert refused == [503] * 4
        assert dict(met.statuses) == {200: met.statuses[200]}
        assert met.mixed == []
        assert all(running.process.poll() is None for running in both)
        assert write(second) == 409
