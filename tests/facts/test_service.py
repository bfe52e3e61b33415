from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, func, select

import build
from conftest import MakeWorkspace
from facts.conftest import FILES, TILL, context, make_app
from waypost.core.database import transaction
from waypost.core.plugin import CollectedFact, Collector
from waypost.core.workspace import Workspace
from waypost.facts.model import Fact
from waypost.facts.service import collect_facts, latest
from waypost.facts.tables import facts_fact

HOUR = timedelta(hours=1)


@pytest.fixture
def workspace(make_workspace: MakeWorkspace) -> Workspace:
    """The small estate."""
    return make_workspace(FILES)


def collect(
    workspace: Workspace, connection: Connection, *found: CollectedFact, at: datetime = build.NOON
) -> str:
    meter = Collector("meter", "Finds what it is given.", lambda _: found)
    return collect_facts(context(workspace, connection, at), {"meter": meter})


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(facts_fact)).scalar_one()


def test_a_fact_has_its_source_and_its_times(workspace: Workspace, connection: Connection) -> None:
    said = collect(workspace, connection, CollectedFact("Component:till", "slo.target", 99))

    assert said == "Collected 1 facts from 1 sources; 1 changed."
    assert latest(connection) == {
        TILL: {"slo.target": Fact("slo.target", 99.0, "meter", build.NOON, build.NOON)}
    }


def test_a_fact_that_did_not_change_is_fresh_without_a_new_row(
    workspace: Workspace, connection: Connection
) -> None:
    collect(workspace, connection, CollectedFact(TILL, "slo.target", 99.0))

    said = collect(workspace, connection, CollectedFact(TILL, "slo.target", 99.0), at=build.NOON + HOUR)

    assert said.endswith("0 changed.")
    assert count(connection) == 1
    found = latest(connection)[TILL]["slo.target"]
    assert (found.collected_at, found.as_of) == (build.NOON + HOUR, build.NOON + HOUR)


def test_a_changed_fact_is_a_new_row_and_the_old_one_is_kept(
    workspace: Workspace, connection: Connection
) -> None:
    collect(workspace, connection, CollectedFact(TILL, "slo.target", 99.0))
    collect(workspace, connection, CollectedFact(TILL, "slo.target", 98.0), at=build.NOON + HOUR)

    assert count(connection) == 2
    assert latest(connection)[TILL]["slo.target"].value == 98.0
    assert latest(connection, [TILL], build.NOON)[TILL]["slo.target"].value == 99.0


def test_a_fact_that_its_source_no_longer_gives_ends(workspace: Workspace, connection: Connection) -> None:
    collect(workspace, connection, CollectedFact(TILL, "slo.target", 99.0))

    collect(workspace, connection, at=build.NOON + HOUR)

    assert latest(connection) == {}
    assert latest(connection, [TILL], build.NOON)[TILL]["slo.target"].value == 99.0


def test_what_nobody_declared_is_left_out_without_a_word_where_all_that_is_declared_came(
    workspace: Workspace, connection: Connection
) -> None:
    found = [CollectedFact(TILL, path, 3) for path in ("slo.target", "slo.events", "slo.burn")]

    assert "Refused" not in collect(workspace, connection, *found)


def test_when_a_fact_was_true_is_kept(workspace: Workspace, connection: Connection) -> None:
    scanned = build.NOON - 5 * HOUR
    collect(workspace, connection, CollectedFact(TILL, "slo.target", 99.0, scanned))

    found = latest(connection)[TILL]["slo.target"]
    assert (found.as_of, found.age(build.NOON)) == (scanned, 5 * HOUR)


def test_a_source_whose_collector_is_not_installed_keeps_its_facts_which_grow_old(
    workspace: Workspace, connection: Connection
) -> None:
    collect(workspace, connection, CollectedFact(TILL, "slo.target", 99.0))

    said = collect_facts(context(workspace, connection, build.NOON + HOUR), {})

    assert "no collector is named 'meter'" in said
    assert latest(connection)[TILL]["slo.target"].collected_at == build.NOON


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        pytest.param(
            (TILL, "slo.tarjet", 1),
            "no source declares 'slo.tarjet', did you mean 'slo.target'?",
            id="undeclared",
        ),
        pytest.param(
            (TILL, "slo.events", "many"), "'slo.events' must be an integer, not 'many'", id="another type"
        ),
        pytest.param(
            ("component:none", "slo.events", 1), "no entity is named 'component:none'", id="no entity"
        ),
        pytest.param(
            (TILL, "slo.events", 1, build.NOON.replace(tzinfo=None)),
            "as of a time without a zone",
            id="naive time",
        ),
    ],
)
def test_a_fact_that_cannot_be_right_is_refused_with_the_reason(
    workspace: Workspace, connection: Connection, fact: tuple[Any, ...], reason: str
) -> None:
    said = collect(workspace, connection, CollectedFact(*fact))

    assert reason in said
    assert count(connection) == 0


def test_a_fact_that_is_a_document_is_refused(make_workspace: MakeWorkspace, connection: Connection) -> None:
    sources = FILES["catalog/facts.yaml"].replace("slo.events: {type: integer}", "slo.events: {type: string}")
    workspace = make_workspace(FILES | {"catalog/facts.yaml": sources})

    said = collect(workspace, connection, CollectedFact(TILL, "slo.events", "x" * 70_000))

    assert "'slo.events' is larger than 65536 bytes" in said


def test_facts_of_a_path_that_is_no_longer_declared_end(
    make_workspace: MakeWorkspace, connection: Connection
) -> None:
    workspace = make_workspace(FILES)
    collect(workspace, connection, CollectedFact(TILL, "slo.events", 1))
    sources = FILES["catalog/facts.yaml"].replace("    slo.events: {type: integer}\n", "")
    build.write_files(workspace.root, {"catalog/facts.yaml": sources})

    collect_facts(context(workspace, connection, build.NOON + HOUR), {})

    assert latest(connection) == {}


def test_the_api_tells_facts_and_sources(workspace: Workspace, engine: Engine) -> None:
    with transaction(engine) as connection:
        collect(
            workspace,
            connection,
            CollectedFact(TILL, "slo.target", 99.0),
            CollectedFact(TILL, "slo.events", "x"),
        )
    app = make_app(workspace, engine, build.NOON + 72 * HOUR)
    client = app.test_client()

    facts = client.get("/api/facts/by-entity/component/default/TILL").get_json()
    [source] = client.get("/api/facts/sources").get_json()["items"]

    noon = "2026-11-02T12:00:00+00:00"
    assert facts == {
        "items": [
            {"path": "slo.target", "value": 99.0, "unit": "percent", "type": "number", "source": "meter",
             "collectedAt": noon, "asOf": noon, "age": "P3D", "isStale": True}
        ]
    }  # fmt: skip
    assert (source["name"], source["schedule"], source["ttl"], source["collectedAt"]) == (
        "meter",
        "PT1H",
        "P2D",
        noon,
    )
    assert source["refused"] == ["'slo.events' must be an integer, not 'x'"]
    assert (source["error"], source["errorAt"]) == ("", None)
    assert source["facts"][0]["schema"]["type"] == "number"
    assert source["facts"][0]["example"] == 99.9


def test_the_api_tells_facts_as_they_stood_and_their_history(workspace: Workspace, engine: Engine) -> None:
    with transaction(engine) as connection:
        collect(workspace, connection, CollectedFact(TILL, "slo.target", 99.0))
        collect(workspace, connection, CollectedFact(TILL, "slo.target", 98.0), at=build.NOON + HOUR)
    app = make_app(workspace, engine, build.NOON + 2 * HOUR)
    client, address = app.test_client(), "/api/facts/by-entity/component/default/till"

    [before] = client.get(address, query_string={"at": "2026-11-02T12:30:00Z"}).get_json()["items"]
    history = client.get(f"{address}/history", query_string={"path": "slo.target"}).get_json()["items"]

    assert (before["value"], before["age"], before["isStale"]) == (99.0, "PT0S", False)
    assert [(each["value"], each["endedAt"] is None) for each in history] == [(98.0, True), (99.0, False)]
    assert history[1]["endedAt"] == history[0]["collectedAt"]
    assert client.get(f"{address}/history").status_code == 400
    assert client.get(address, query_string={"at": "yesterday"}).status_code == 400
