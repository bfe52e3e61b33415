"""How much CPU and memory evaluating and storing checks takes, beside plain inserts of as many rows in the same run."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

import build

ENTITIES, CHECKS = 10_000, 50
MEMORY_MB = 600
MOST = {"first": 20.0, "unchanged": 0.1, "anew": 20.0}
"""How many times the plain insert of a row a check may cost: when all is new, when nothing changed, and once more."""
MOST_FACT = 6_000
"""How many plain inserts of a row the evaluation of one changed fact may cost."""


@pytest.mark.bench
def test_evaluating_and_storing_a_check_is_cheap(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bench.evaluating", str(tmp_path), str(ENTITIES), str(CHECKS)]
    tests = Path(__file__).parents[1]
    done = subprocess.run(
        command, cwd=tests, env=build.clean_environment() | {"PYTHONPATH": str(tests)},
        stdout=subprocess.PIPE, text=True, timeout=300, check=True,
    )  # fmt: skip
    found = json.loads(done.stdout)
    fact, peak = found.pop("fact"), found.pop("peak")

    plain = cost_of_plain_inserts(tmp_path / "plain.db")
    costs = {name: seconds / (ENTITIES * CHECKS) * 1e6 for name, seconds in found.items()}
    for name, cost in costs.items():
        told = f"{found[name]:.2f} s of CPU, {cost:.1f} us a check, {cost / plain:.1f} plain inserts"
        print(f"evaluating {ENTITIES} x {CHECKS}, {name}: {told}")  # noqa: T201 - the figure itself
    print(f"one changed fact: {fact * 1e3:.1f} ms of CPU; most memory of all processes: {peak:.0f} MB")  # noqa: T201
    assert {name for name, cost in costs.items() if cost / plain > MOST[name]} == set()
    assert fact * 1e6 / plain < MOST_FACT
    assert peak < MEMORY_MB


def cost_of_plain_inserts(file: Path) -> float:
    """Return the CPU of inserting one row of a result's size, in microseconds."""
    rows = [
        ("bench", f"component:default/e{number:05}", f"check-{check}", "pass", "a message of some length")
        for number in range(2_000)
        for check in range(CHECKS)
    ]
    with closing(sqlite3.connect(file)) as database:
        database.execute(
            "CREATE TABLE result (scorecard, entity, name, state, message, PRIMARY KEY (entity, name))"
        )
        started = time.process_time()
        with database:
            database.executemany("INSERT INTO result VALUES (?, ?, ?, ?, ?)", rows)
        return (time.process_time() - started) / len(rows) * 1e6
