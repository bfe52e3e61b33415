"""How much CPU reads of many grades take: 10,000 entities of 50 checks, each answer asked anew."""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import orjson
import pytest
from flask import Flask

import build
from bench.test_reads import Ask, ask, tell
from waypost.core.database import bump_revision, open_engine, transaction, upgrade
from waypost.core.host import find_plugins
from waypost.core.settings import Settings
from waypost.core.web import create_app
from waypost.core.workspace import Workspace
from waypost.scorecards.documents import scorecard_document
from waypost.scorecards.model import Check, Level, Scorecard, Target
from waypost.scorecards.tables import REVISION, scorecards_definition, scorecards_grade

pytestmark = pytest.mark.bench

ENTITIES, CHECKS = int(os.environ.get("WAYPOST_BENCH_ENTITIES", "10000")), 50
ROUNDS = 20
MOST_MS = 10.0
LEVELS = ("bronze", "silver", "gold")
CARD = "/api/scorecards/bench"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application over the grades of one scorecard."""
    root = tmp_path_factory.mktemp("bench")
    engine = open_engine(f"sqlite:///{root / 'waypost.db'}")
    upgrade(engine, find_plugins())
    checks = tuple(
        Check(f"check-{number}", f"Check {number}", "true", level=LEVELS[number % 3])
        for number in range(CHECKS)
    )
    levels = tuple(Level(name, name.title()) for name in LEVELS)
    card = Scorecard("bench", "Bench", checks, levels, targets=(Target("*", "silver", date(2027, 1, 1)),))
    with transaction(engine) as connection:
        told = {"lifecycle": "active", "evaluated_at": build.NOON, "revision": 1}
        definition = {"name": "bench", "document": scorecard_document(card)} | told
        connection.execute(scorecards_definition.insert(), [definition])
        chance = random.Random(7)  # noqa: S311 - the same grades each time
        connection.execute(scorecards_grade.insert(), [grade(number, chance) for number in range(ENTITIES)])
        bump_revision(connection, REVISION, "bench", build.NOON)
    yield create_app(Settings(), engine=engine, workspace=Workspace(root))
    engine.dispose()


def grade(number: int, chance: random.Random) -> dict[str, Any]:
    states = "".join(chance.choices("ppppppppppwfns-x", k=CHECKS))
    told = {
        str(place): f"what is told of check {place}" for place, state in enumerate(states) if state in "fn"
    }
    return {
        "scorecard": "bench",
        "entity": f"component:default/e{number:05}",
        "owner": f"group:default/team-{number % 500:03}",
        "system": f"system:default/system-{number % 900:03}",
        "domain": f"domain:default/domain-{number % 30:02}",
        "tier": f"tier-{number % 4}",
        "level": ("", *LEVELS)[number % 4],
        "score": chance.random(),
        "score_without_exemptions": chance.random(),
        "evaluated": CHECKS - 3,
        "applicable": CHECKS - 1,
        "meets_target": number % 4 > 1,
        "target_level": "silver",
        "target_by": date(2027, 1, 1),
        "since": build.NOON,
        "states": states,
        "details": orjson.dumps({"at": build.NOON.isoformat(), "message": told}).decode(),
        "due_at": None,
        "basis": "",
    }


READS: dict[str, Callable[[int], str]] = {
    "20 grades with every check": lambda number: f"{CARD}/results?limit=20&owner=team-{number:03}",
    "20 grades of a tier and level": lambda number: f"{CARD}/results?tier=tier-{number % 4}&level=gold",
    "20 grades by a check's state": lambda number: f"{CARD}/results?check=check-{number}&state=fail",
    "20 grades without checks": lambda number: f"{CARD}/results?show=none&owner=team-{number:03}",
    "an entity": lambda number: f"/api/scorecards/results/by-entity/component/default/e{number:05}",
    "a check with who fails it": lambda number: f"{CARD}/checks/check-{number}",
    "a trend": lambda number: f"{CARD}/trend?by=owner&key=team-{number:03}",
    "why a level": lambda number: f"{CARD}/explain/component/default/e{number:05}",
    "a badge": lambda number: f"/api/scorecards/badges/level/component/default/e{number:05}/bench.svg",
}

ONCE = {
    "the scorecard": CARD,
    "a heat map of 500 owners": f"{CARD}/heat-map?rows=owner",
    "roll-ups of 500 owners": f"{CARD}/roll-ups?by=owner",
    "all as CSV": f"{CARD}/results?format=csv",
    "metrics": "/metrics",
}


def spent_ms(app: Flask, address: str) -> float:
    began = time.process_time()
    ask(app, Ask(address))
    return (time.process_time() - began) * 1_000


def test_reads_take_milliseconds(app: Flask) -> None:
    tell(f"the index, and what it imports: {spent_ms(app, READS['an entity'](0)):.0f} ms, once a revision")
    for name, address in ONCE.items():
        first, again = spent_ms(app, address), spent_ms(app, address)
        tell(f"{name}: {first:.1f} ms, again {again:.2f} ms")
    found = {
        name: statistics.median(spent_ms(app, make(number)) for number in range(ROUNDS))
        for name, make in READS.items()
    }
    for name, cost in found.items():
        tell(f"{name}: {cost:.2f} ms")
    assert {name: cost for name, cost in found.items() if cost > MOST_MS} == {}
