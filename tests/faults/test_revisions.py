"""Several replicas over one database: what one changes all see at once, and no answer mixes two states."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from build import run_waypost
from faults.replicas import answers, has_only, parts_of, reading, replica, until, write_estate

COUNT = 400
LIST = "/api/catalog/entities?filter=kind=component"
PAGES = ["", "&limit=100", "&limit=100&offset=300", "&order=desc:metadata.name"]
QUERY = "/api/catalog/entities/by-query?filter=kind=component&limit=200"


def test_a_change_by_one_is_seen_by_all_within_a_second_and_no_answer_mixes(
    estate: Path, database_url: str
) -> None:
    write_estate(estate, COUNT, "a")
    with replica(estate, database_url) as first:
        answers(first)
        with replica(estate, database_url, "--no-sync", "--workers", "2") as second:
            answers(second)
            paths = [base + LIST + page for base in (first.base, second.base) for page in PAGES]
            with reading([*paths, first.base + QUERY, second.base + QUERY]) as met:
                for marker in ("b", "c"):
                    write_estate(estate, COUNT, marker)
                    done = run_waypost("--set", f"database.url={database_url}", "sync", cwd=estate)
                    assert done.returncode == 0, done.stderr

                    seen_s = [until(partial(has_only, each, marker), 5) for each in (first, second)]

                    assert max(seen_s) < 1.0
                    assert parts_of(second) == {marker: COUNT}

    assert met.mixed == []
    assert set(met.statuses) == {200}
    assert met.statuses[200] > 100
