from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

import build
from conftest import MakeWorkspace
from facts.conftest import FILES, SOURCES, TILL, context, make_app
from waypost.catalog.model import EntityRef
from waypost.core.auth import create_token
from waypost.core.database import reading, transaction
from waypost.core.host import Host, find_plugins, load_knowledge, run_jobs
from waypost.core.plugin import Knowledge
from waypost.core.progress import SilentProgress
from waypost.core.settings import Settings
from waypost.core.workspace import Workspace
from waypost.facts.changes import changed_since, confirmed_since, revision_numbers
from waypost.facts.collecting import collect_facts
from waypost.facts.model import FactSources
from waypost.facts.pushed import MOST_ITEMS, read_item
from waypost.facts.pushing import Result, push
from waypost.facts.service import history_of, latest, list_sources, unread_paths

HOUR = timedelta(hours=1)
ORPHAN = "component:default/orphan"
SHAPED = "slo.events: {type: object, properties: {good: {type: integer, minimum: 0}}}"
PUSHED = SOURCES.replace("collector: meter", "collector: push").replace("slo.events: {type: integer}", SHAPED)


@pytest.fixture
def workspace(make_workspace: MakeWorkspace, engine: Engine) -> Workspace:
    """The small estate with a source that is pushed and one that is not, synced."""
    text = SOURCES.replace("meter", "gauge").replace("slo.", "use.")
    workspace = make_workspace(FILES | {"catalog/facts.yaml": PUSHED, "catalog/more.yaml": text})
    host = Host(workspace=workspace, settings=Settings(), plugins=find_plugins(), engine=engine)
    run_jobs("ingest", host, Knowledge(), now=build.NOON, progress=SilentProgress())
    with transaction(engine) as connection:
        collect_facts(context(workspace, connection), {})
    return workspace


@pytest.fixture
def client(workspace: Workspace, engine: Engine) -> FlaskClient:
    """A client of the API, an hour later, who shows a token that may push facts."""
    with transaction(engine) as connection:
        _, token = create_token(connection, "ci", at=build.NOON, scopes=["facts"])
    client = make_app(workspace, engine, build.NOON + HOUR).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


def fact(value: Any, entity: str = TILL, path: str = "slo.target", **more: Any) -> dict[str, Any]:
    return {"entity": entity, "path": path, "value": value, **more}


def send(client: FlaskClient, *facts: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    answer = client.post("/api/facts", json={"source": "meter", "facts": list(facts), **more})
    assert answer.status_code == 200, answer.get_json()
    return [(each["result"], each["reason"]) for each in answer.get_json()["items"]]


def known(engine: Engine, ref: str = TILL) -> dict[str, Any]:
    with reading(engine) as connection:
        return {path: each.value for path, each in latest(connection, [ref]).get(ref, {}).items()}


def test_each_fact_is_taken_on_its_own_and_refused_with_the_reason(
    client: FlaskClient, engine: Engine
) -> None:
    told = send(
        client,
        fact(99.5),
        fact("much"),
        fact({"good": -1}, path="slo.events"),
        fact(1, path="slo.tarjet"),
        fact(1, entity="component:none"),
        fact(1, entity="::"),
        fact(98, entity=ORPHAN, asOf="2026-11-02T12:30:00+00:00"),
        fact(1, asOf="2026-11-03T12:30:00Z"),
        fact(1, asOf="today"),
        {"entity": TILL, "more": 1},
    )

    assert told == [
        ("accepted", ""),
        ("refused", "'slo.target' must be a number, not 'much'"),
        ("refused", "'slo.events': good must be 0 at least, not -1"),
        ("refused", "no source declares 'slo.tarjet', did you mean 'slo.target'?"),
        ("refused", "no entity is named 'component:none'"),
        ("refused", "no entity is named '::'"),
        ("accepted", ""),
        ("refused", "'slo.target' is as of a time to come"),
        ("refused", "asOf must be a time with a zone"),
        (
            "refused",
            "path must be a text of 500 letters at most, on one line; value is missing; more is no key of a fact",
        ),
    ]
    assert known(engine) == {"slo.target": 99.5}
    with reading(engine) as connection:
        [source] = [each for each in list_sources(connection) if each["name"] == "meter"]
        assert latest(connection)[ORPHAN]["slo.target"].as_of == build.NOON + HOUR / 2
    assert len(source["refused"]) == 8


def test_what_has_an_id_counts_once(client: FlaskClient, engine: Engine) -> None:
    assert send(client, fact(1, id="a"), fact(1, id="a")) == [("accepted", ""), ("duplicate", "")]
    assert send(client, fact(2)) == [("accepted", "")]

    assert send(client, fact(1, id="a"), fact(3, id="a"), fact("x", id="b")) == [
        ("duplicate", ""),
        ("refused", "the id 'a' already stands for another fact"),
        ("refused", "'slo.target' must be a number, not 'x'"),
    ]
    assert send(client, fact(4, id="b")) == [("accepted", "")]
    assert known(engine) == {"slo.target": 4.0}


def test_what_was_true_earlier_does_not_replace_what_is_known(client: FlaskClient, engine: Engine) -> None:
    noon = "2026-11-02T12:30:00Z"
    send(client, fact(2, asOf=noon))

    assert send(client, fact(1, asOf="2026-11-02T12:10:00Z")) == [("older", "")]
    assert send(client, fact(3, asOf="2026-11-02T12:40:00Z"), fact(4, asOf="2026-11-02T12:35:00Z")) == [
        ("accepted", ""),
        ("older", ""),
    ]

    assert known(engine) == {"slo.target": 3.0}
    with reading(engine) as connection:
        history = history_of(connection, EntityRef.parse(TILL), "slo.target")
    assert {each["value"] for each in history} == {1.0, 2.0, 3.0, 4.0}


def test_what_is_said_again_is_fresher_and_no_change(client: FlaskClient, engine: Engine) -> None:
    send(client, fact(2, asOf="2026-11-02T12:30:00Z"), fact(2, entity=ORPHAN))
    with reading(engine) as connection:
        facts, ages = revision_numbers(connection)

    assert send(client, fact(2, asOf="2026-11-02T12:45:00Z")) == [("unchanged", "")]

    with reading(engine) as connection:
        assert changed_since(connection, facts).by_entity == {}
        assert confirmed_since(connection, ages).entities == {TILL}
        assert latest(connection)[TILL]["slo.target"].as_of == build.NOON + 0.75 * HOUR


def test_only_a_push_of_everything_ends_what_it_leaves_out(
    client: FlaskClient, engine: Engine, workspace: Workspace
) -> None:
    sources = load_knowledge(workspace, find_plugins())[FactSources]
    send(client, fact(1), fact(2, entity=ORPHAN))
    send(client, fact(1))
    assert known(engine, ORPHAN) == {"slo.target": 2.0}
    with reading(engine) as connection:
        assert "slo.target" in unread_paths(connection, sources)

    send(client, fact(1), full=True)

    assert known(engine, ORPHAN) == {}
    assert known(engine) == {"slo.target": 1.0}
    with reading(engine) as connection:
        assert "slo.target" not in unread_paths(connection, sources)


def test_collecting_leaves_what_is_pushed_alone(
    client: FlaskClient, engine: Engine, workspace: Workspace
) -> None:
    send(client, fact(1), full=True)

    with transaction(engine) as connection:
        collect_facts(context(workspace, connection, build.NOON + 2 * HOUR), {})

    assert known(engine) == {"slo.target": 1.0}


def test_a_request_that_cannot_be_meant_is_refused_as_a_whole(client: FlaskClient) -> None:
    def refused(body: Any, **more: Any) -> str:
        answer = client.post("/api/facts", json=body, **more)
        assert answer.status_code == 400
        message: str = answer.get_json()["error"]["message"]
        return message

    assert "no fact source is named 'metre', did you mean 'meter'?" in refused(
        {"source": "metre", "facts": []}
    )
    assert "found by the collector 'gauge', and not pushed" in refused({"source": "gauge", "facts": []})
    assert "must be a list" in refused({"source": "meter", "facts": {}})
    assert "more than 10000" in refused({"source": "meter", "facts": [1] * (MOST_ITEMS + 1)})
    assert "facts" in refused({"source": "meter"})
    assert client.post("/api/facts", data="x", content_type="text/plain").status_code == 400
    assert client.post("/api/facts", json={}, headers={"Authorization": "Bearer wp_no"}).status_code == 401


@pytest.mark.parametrize(
    "odd",
    [
        {"entity": f"{TILL}\0"},
        {"id": "run\0"},
        {"id": "two\nlines"},
        {"asOf": "0001-01-01T00:00:00+14:00"},
        {"asOf": "9999-12-31T23:59:59-14:00"},
    ],
    ids=str,
)
def test_what_no_database_can_keep_is_refused_alone(client: FlaskClient, odd: dict[str, str]) -> None:
    refused, accepted = send(client, fact(1) | odd, fact(99.5))

    assert refused[0] == "refused"
    assert next(iter(odd)) in refused[1]
    assert accepted[0] == "accepted"


def test_a_time_that_no_calendar_reaches_is_told_to_who_asks_for_it(client: FlaskClient) -> None:
    answer = client.get("/api/facts/by-entity/component/default/till?at=0001-01-01T00:00:00%2B14:00")

    assert answer.status_code == 400
    assert "no year from 1 to 9999" in answer.get_json()["error"]["message"]


def test_a_token_that_may_write_may_push_and_one_that_pushes_may_not_write(
    client: FlaskClient, engine: Engine
) -> None:
    with transaction(engine) as connection:
        _, token = create_token(connection, "all", at=build.NOON)

    as_writer = {"Authorization": f"Bearer {token}"}
    body = {"source": "meter", "facts": [fact(1)]}
    assert client.post("/api/facts", json=body, headers=as_writer).status_code == 200
    assert client.post("/api/catalog/refresh", json={"entityRef": TILL}).status_code == 403


@pytest.mark.usefixtures("workspace")
def test_senders_of_the_same_facts_at_the_same_time_all_succeed_and_each_counts_once(engine: Engine) -> None:
    items = [read_item(fact(n, id=f"id-{n}", asOf=f"2026-11-02T12:{n:02}:00Z")) for n in range(20)]
    came: list[Result] = []

    def sender() -> None:
        with transaction(engine) as connection:
            outcomes = push(connection, "meter", items, at=build.NOON + HOUR)
        came.extend(outcome.result for outcome in outcomes)

    threads = [threading.Thread(target=sender) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert (came.count(Result.ACCEPTED), came.count(Result.DUPLICATE)) == (20, 60)
    assert known(engine) == {"slo.target": 19.0}


@pytest.mark.usefixtures("workspace")
def test_of_a_push_that_is_cut_off_nothing_is_kept(engine: Engine) -> None:
    items = [read_item(fact(n, id=f"id-{n}")) for n in range(3)]

    def push_and_stop() -> None:
        with transaction(engine) as connection:
            push(connection, "meter", items, at=build.NOON + HOUR)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        push_and_stop()

    assert known(engine) == {}
    with transaction(engine) as connection:
        again = push(connection, "meter", items, at=build.NOON + HOUR)
    assert {outcome.result for outcome in again} == {Result.ACCEPTED}
