"""A replica that is killed while it ingests: the others go on, and the next start is complete."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from faults.replicas import answers, parts_of, reading, replica, write_estate

COUNT = 800
MOMENTS = (0.3, 0.6, 0.9)
"""At which part of the time that a start takes the replica is killed."""


def test_a_replica_killed_while_it_ingests_costs_nothing(estate: Path, database_url: str) -> None:
    write_estate(estate, COUNT, "a")
    with replica(estate, database_url) as lasting:
        answers(lasting)
        paths = [f"{lasting.base}/api/catalog/entities?filter=kind=component&limit=500"]
        with reading(paths, pause_s=0.05) as met:
            write_estate(estate, COUNT, "b")
            takes_s = time.monotonic()
            with replica(estate, database_url) as whole:
                answers(whole)
            takes_s = time.monotonic() - takes_s
            for turn, moment in enumerate(MOMENTS):
                write_estate(estate, COUNT, f"c{turn}")
                with replica(estate, database_url) as dying:
                    time.sleep(moment * takes_s)
                    dying.kill()
                assert sum(parts_of(lasting).values()) == COUNT
                assert len(parts_of(lasting)) == 1

            with replica(estate, database_url) as following:
                answers(following)
                assert parts_of(following) == {f"c{len(MOMENTS) - 1}": COUNT}
                assert parts_of(lasting) == {f"c{len(MOMENTS) - 1}": COUNT}

    assert met.mixed == []
    assert set(met.statuses) == {200}


@pytest.mark.parametrize("moment", [0.3, 0.6])
def test_the_first_start_may_be_killed(estate: Path, database_url: str, moment: float) -> None:
    write_estate(estate, COUNT, "a")
    with replica(estate, database_url) as dying:
        time.sleep(moment * 4)
        dying.kill()

    with replica(estate, database_url) as following:
        answers(following)
        assert parts_of(following) == {"a": COUNT}
