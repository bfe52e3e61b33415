"""The refresher beside the workers: it is there, comes back, and goes with the server."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path

import pytest

from build import run_waypost
from cli.served import free_port, status
from faults.replicas import Replica, answers, replica, until
from waypost.catalog.locations.registering import refresh
from waypost.cli.evaluated import claim_evaluation, is_evaluated, mark_evaluated
from waypost.core.clock import utc_now
from waypost.core.database import bump_revision, open_engine, transaction, upgrade
from waypost.core.host import open_host

MORE = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: more}
spec: {type: service, lifecycle: production, owner: group:default/platform}
"""


def refreshers(running: Replica) -> list[int]:
    """Return the processes that have been the refresher, in order."""
    return [int(number) for number in re.findall(r"refreshing in process (\d+)", running.told())]


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def database(starter: Path) -> str:
    return f"sqlite:///{starter / 'test.db'}"


def test_a_refresher_that_dies_comes_back_and_goes_with_the_server(starter: Path, database: str) -> None:
    with replica(starter, database) as running:
        answers(running)
        until(lambda: len(refreshers(running)) == 1, 10)
        os.kill(refreshers(running)[0], signal.SIGKILL)
        until(lambda: len(refreshers(running)) == 2, 10)
        assert "the refresher was ended by SIGKILL; it is started again in 1 s" in running.told()

        running.process.terminate()
        took_s = until(lambda: running.process.poll() is not None, 10)

        assert took_s < 5
        assert running.process.returncode == 0
        assert not is_running(refreshers(running)[-1])
        assert "Traceback" not in running.told()


def test_a_refresher_notices_that_its_server_was_killed(starter: Path, database: str) -> None:
    with replica(starter, database) as running:
        answers(running)
        until(lambda: len(refreshers(running)) == 1, 10)

        running.process.kill()

        until(lambda: not is_running(refreshers(running)[0]), 10)


def test_files_are_read_when_an_entity_of_theirs_is_to_be_refreshed(starter: Path, database: str) -> None:
    with replica(starter, database) as running:
        answers(running)
        until(lambda: len(refreshers(running)) == 1, 10)
        time.sleep(1.0)  # It looks twice a second.
        file = starter / "catalog" / "more.yaml"
        file.write_text(MORE, encoding="utf-8")

        with transaction(open_engine(database)) as connection:
            refresh(connection, "group:default/platform", utc_now())

        path = "/api/catalog/entities/by-name/component/default/more"
        until(lambda: status(running.base + path) == 200, 20)
        until(lambda: "the workspace's files are read, as somebody wanted" in running.told(), 10)


def test_there_is_none_where_none_is_wanted(starter: Path, database: str) -> None:
    with replica(starter, database, "--no-refresh") as running:
        answers(running)

    assert refreshers(running) == []


def test_what_a_sync_changes_is_evaluated_by_the_refresher(starter: Path, database: str) -> None:
    with replica(starter, database) as running:
        answers(running)
        file = starter / "catalog" / "more.yaml"
        file.write_text(MORE, encoding="utf-8")
        done = run_waypost("--set", f"database.url={database}", "sync", cwd=starter)
        assert done.returncode == 0, done.stderr

        until(lambda: re.search(r"revision \d+ of the catalog is evaluated", running.told()) is not None, 30)

        items = running.get("/api/scorecards/results/by-entity/component/default/more")["items"]
        assert items


def test_a_first_sync_that_fails_is_one_line_and_the_exit_code(starter: Path) -> None:
    (starter / "broken.db").write_bytes(b"no database at all" * 100)

    done = run_waypost("serve", "--database", "sqlite:///broken.db", "--port", str(free_port()), cwd=starter)

    assert (done.returncode, done.stderr) == (1, "Error: the database refused: file is not a database\n")


def test_one_process_at_a_time_evaluates_a_revision(starter: Path, database: str) -> None:
    with open_host(starter, [f"database.url={database}"]) as host:
        upgrade(host.engine, host.plugins)
        with transaction(host.engine) as connection:
            number = bump_revision(connection, "catalog", "x", utc_now()).number

        assert claim_evaluation(host, number)
        assert not claim_evaluation(host, number)
        assert not is_evaluated(host, number)
        mark_evaluated(host, number)
        assert is_evaluated(host, number)
        assert claim_evaluation(host, number + 1)
