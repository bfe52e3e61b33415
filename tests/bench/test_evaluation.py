"""How much CPU evaluating and storing checks takes, beside plain inserts of as many rows in the same run."""

from __future__ import annotations

import resource
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

import build
from waypost.catalog.model import Catalog, Entity, EntityRef
from waypost.core.database import transaction
from waypost.core.plugin import Knowledge
from waypost.core.workspace import Workspace
from waypost.facts import store
from waypost.facts.model import FactDeclaration, FactSource, FactSources
from waypost.scorecards.evaluation.recording import evaluate
from waypost.scorecards.model import Check, Level, Scorecard, Scorecards, Target

ENTITIES, CHECKS = 2_000, 20
MOST = {"first": 60.0, "unchanged": 30.0}
"""How many times the plain insert of a row a check may cost, when all is new and when nothing has changed."""

RULES = (
    "facts.docs.entity.length > params.least",
    "'x' in entity.metadata.tags",
    "facts.git.contributors >= 2",
    "has(facts.docs.runbook)",
    "now - timestamp(facts.git.lastChange) < duration('720h')",
)
SOURCES = FactSources(
    (
        FactSource(
            "all",
            "all",
            tuple(
                FactDeclaration(path, kind)
                for path, kind in (
                    ("docs.entity", "object"),
                    ("docs.runbook", "object"),
                    ("git.contributors", "integer"),
                    ("git.lastChange", "timestamp"),
                )
            ),
        ),
    )
)


def scorecard() -> Scorecard:
    checks = tuple(
        Check(
            f"check-{number}",
            f"Check {number}",
            RULES[number % len(RULES)],
            level=("low", "high")[number % 2],
            params={"least": {"tier-1": 30, "*": 10}} if number % len(RULES) == 0 else {},
        )
        for number in range(CHECKS)
    )
    return Scorecard(
        "bench",
        "Bench",
        checks,
        levels=(Level("low", "Low"), Level("high", "High")),
        tier="entity.metadata.labels['tier']",
        targets=(Target("*", "low", date(2027, 1, 1)),),
    )


def entity(number: int) -> Entity:
    ref = EntityRef("component", "default", f"e{number:05}")
    metadata = {
        "name": ref.name,
        "labels": {"tier": f"tier-{number % 3 + 1}"},
        "tags": ["x", "y"][: number % 3],
    }
    document = {
        "kind": "Component",
        "metadata": metadata,
        "spec": {"type": "service", "lifecycle": "production"},
    }
    return Entity(ref, document)


def knowledge() -> Knowledge:
    entities = [entity(number) for number in range(ENTITIES)]
    known = Knowledge()
    known.put(Catalog({str(one.ref): one for one in entities}))
    known.put(SOURCES)
    known.put(Scorecards((scorecard(),)))
    return known


def cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


@pytest.mark.bench
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_evaluating_and_storing_a_check_is_cheap(engine: Engine, tmp_path: Path) -> None:
    known = knowledge()
    facts = {
        (ref, path): (value, None)
        for number, ref in enumerate(known[Catalog].entities)
        for path, value in (
            ("docs.entity", {"length": number % 60}),
            ("git.contributors", number % 4),
            ("git.lastChange", "2026-10-20T00:00:00+00:00"),
        )
    }
    costs = {}
    with transaction(engine) as connection:
        store.put_facts(connection, "all", facts, at=build.NOON, refused=[])
        context = build.context(connection, known, workspace=Workspace(tmp_path))
        for round_name in ("first", "unchanged"):
            started = cpu_seconds()
            evaluate(context)
            costs[round_name] = (cpu_seconds() - started) / (ENTITIES * CHECKS) * 1e6

    plain = cost_of_plain_inserts(tmp_path / "plain.db")
    ratios = {name: cost / plain for name, cost in costs.items()}
    for name, ratio in ratios.items():
        print(f"evaluating, {name}: {costs[name]:.1f} us of CPU a check, {ratio:.1f} plain inserts")  # noqa: T201 - the figure itself
    assert {name for name, ratio in ratios.items() if ratio > MOST[name]} == set()


def cost_of_plain_inserts(file: Path) -> float:
    """Return the CPU of inserting one row of a result's size, in microseconds."""
    rows = [
        ("bench", f"component:default/e{number:05}", f"check-{check}", "pass", "a message of some length")
        for number in range(ENTITIES)
        for check in range(CHECKS)
    ]
    with closing(sqlite3.connect(file)) as database:
        database.execute(
            "CREATE TABLE result (scorecard, entity, name, state, message, PRIMARY KEY (entity, name))"
        )
        started = cpu_seconds()
        with database:
            database.executemany("INSERT INTO result VALUES (?, ?, ?, ?, ?)", rows)
        return (cpu_seconds() - started) / len(rows) * 1e6
