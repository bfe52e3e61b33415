"""The evaluator beside the workers: what is pushed is evaluated at once, and what time moves without a push."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import requests

from faults.replicas import Replica, answers, replica, until
from waypost.cli.evaluated import mark_evaluated
from waypost.cli.evaluating import Evaluator
from waypost.core.auth import create_token
from waypost.core.clock import utc_now
from waypost.core.database import open_engine, reading, transaction, upgrade
from waypost.core.host import load_knowledge, open_host, run_jobs
from waypost.core.plugin import Knowledge
from waypost.core.progress import SilentProgress
from waypost.scorecards import store

SOURCE = """\
apiVersion: waypost.dev/v1alpha1
kind: FactSource
metadata: {name: pushed, description: What a pipeline tells.}
spec:
  collector: push
  ttl: P2D
  facts:
    ci.green: {type: boolean, description: Whether the last run passed., example: true}
---
apiVersion: waypost.dev/v1alpha1
kind: Scorecard
metadata: {name: pipeline, title: Pipeline, owner: "group:default/platform"}
spec:
  appliesTo: {kinds: [Component]}
  levels: [{name: green, title: Green}]
  checks:
    - {id: green, title: Green, level: green, rule: facts.ci.green, fix: {doc: how-to/mend.md}}
"""


REF = "component:default/knowledge-base"


def level(running: Replica, ref: str) -> str | None:
    path = f"/api/scorecards/results/by-entity/{ref.replace(':', '/')}"
    found = {one["scorecard"]: one["level"] for one in running.get(path)["items"]}
    told: str | None = found.get("pipeline")
    return told


def test_what_is_pushed_is_evaluated_within_about_a_second(starter: Path) -> None:
    database = f"sqlite:///{starter / 'test.db'}"
    (starter / "catalog" / "pushed.yaml").write_text(SOURCE, encoding="utf-8")
    with replica(starter, database) as running:
        answers(running)
        until(lambda: re.search("rules and entities are read", running.told()) is not None, 30)
        with transaction(open_engine(database)) as connection:
            _, token = create_token(connection, "ci", at=utc_now(), scopes=["facts"])
        ref = REF
        body = {"source": "pushed", "facts": [{"entity": ref, "path": "ci.green", "value": True}]}
        answer = requests.post(
            f"{running.base}/api/facts", json=body, headers={"Authorization": f"Bearer {token}"}, timeout=10
        )
        assert answer.status_code == 200, answer.text

        took_s = until(lambda: level(running, ref) == "green", 10)

        assert took_s < 5, "it takes about half a second where nobody else works"
        assert "Evaluated 1 checks of 1 entities" in running.told()


def test_what_time_moves_is_evaluated_by_one_of_several_and_nothing_before(starter: Path) -> None:
    (starter / "catalog" / "pushed.yaml").write_text(
        SOURCE.replace("rule: facts.ci.green", "rule: 'true', notBefore: 2099-01-01"), encoding="utf-8"
    )
    now = utc_now()
    told: list[str] = []
    settings = [f"database.url=sqlite:///{starter / 'test.db'}"]
    with open_host(starter, settings) as host:
        upgrade(host.engine, host.plugins)
        run_jobs("ingest", host, Knowledge(), now=now, progress=SilentProgress())
        knowledge = load_knowledge(host.workspace, host.plugins, host.settings, host.engine, is_synced=True)
        for stage in ("sync", "evaluate"):
            run_jobs(stage, host, knowledge, now=now, progress=SilentProgress())
        mark_evaluated(host)

        def evaluations() -> int:
            with reading(host.engine) as connection:
                number = store.read_mark(connection)["by"]
            told.append(number)
            return len(set(told))

        first, second = (Evaluator(host, lambda: now) for _ in range(2))
        first.tick()
        second.tick()
        counts = [evaluations()]
        now += timedelta(days=1)
        for evaluator in (first, second, first, second):
            evaluator.tick()
            counts.append(evaluations())
        first.close()
        second.close()

    assert counts == [1, 2, 2, 2, 2]
