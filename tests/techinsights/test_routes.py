from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from scorecards.estate import Estate

BASE = "/api/tech-insights"
TILL_PATH = f"{BASE}/checks/run/default/Component/Till"
LEDGER_PATH = f"{BASE}/checks/run/default/component/ledger"


def _ids(results: list[dict[str, Any]]) -> list[tuple[str, bool]]:
    return [(each["check"]["id"], each["result"]) for each in results]


def test_checks_are_listed_with_rules_that_the_stock_frontend_shows(client: FlaskClient) -> None:
    owned, precise = client.get(f"{BASE}/checks").get_json()

    assert owned["id"] == "ready.owned"
    assert precise == {
        "id": "ready.precise",
        "type": "json-rules-engine",
        "name": "Target is precise",
        "description": "Ready: Target is precise",
        "factIds": ["scorecard.ready", "meter"],
        "metadata": {
            "scorecard": "ready",
            "scorecardTitle": "Ready",
            "level": "silver",
            "weight": 3,
            "rule": "facts.slo.target >= params.least",
        },
        "rule": {"conditions": {"all": [{"fact": "ready.precise", "operator": "equal", "value": True}]}},
        "links": [
            {"title": "How to fix it", "url": "https://docs.example.org/kb/how-to/own/"},
            {"title": "Who meets it", "url": "https://docs.example.org/kb/scorecards/ready/precise/"},
        ],
    }


def test_a_run_tells_what_passes_first_with_the_facts_that_were_read(client: FlaskClient) -> None:
    owned, precise = client.post(LEDGER_PATH, json={}).get_json()

    assert _ids([owned, precise]) == [("ready.owned", True), ("ready.precise", False)]
    assert precise["facts"] == {
        "ready.precise": {"value": False, "type": "boolean", "description": "Target is precise"},
        "slo.target": {"value": 95.0, "type": "float", "description": "slo.target (in percent)"},
    }
    assert precise["check"]["rule"]["conditions"] == {
        "priority": 1,
        "all": [
            {
                "operator": "equal",
                "value": True,
                "fact": "ready.precise",
                "factResult": False,
                "valueResult": True,
                "result": False,
            }
        ],
    }
    told = precise["check"]["metadata"]
    assert (told["state"], told["message"], told["since"]) == (
        "fail",
        "95 of 99",
        "2026-11-02T12:00:00.000+00:00",
    )


def test_no_list_runs_all_and_an_empty_one_runs_none(client: FlaskClient) -> None:
    assert _ids(client.post(TILL_PATH, json={}).get_json()) == [
        ("ready.owned", True),
        ("ready.precise", True),
    ]
    assert _ids(client.post(TILL_PATH, json={"checks": ["ready.owned"]}).get_json()) == [
        ("ready.owned", True)
    ]
    assert client.post(TILL_PATH, json={"checks": []}).get_json() == []


def test_a_check_that_is_not_known_is_an_error_of_one_entity(client: FlaskClient) -> None:
    one = client.post(TILL_PATH, json={"checks": ["x"]})
    many = client.post(f"{BASE}/checks/run", json={"entities": ["component:default/till"], "checks": ["x"]})

    message = "Tech insight check with id 'x' is not registered."
    assert (one.status_code, one.get_json()["error"]) == (404, {"name": "NotFoundError", "message": message})
    assert many.status_code == 200
    assert many.get_json() == [{"entity": "component:default/till", "results": [], "error": message}]


def test_what_nobody_can_say_and_what_is_not_asked_is_left_out(estate: Estate, client: FlaskClient) -> None:
    estate.run()

    assert _ids(client.post(LEDGER_PATH, json={}).get_json()) == [("ready.owned", True)]
    assert client.post(f"{BASE}/checks/run/default/component/draft", json={}).get_json() == []
    assert client.post(f"{BASE}/checks/run/default/component/nobody", json={}).get_json() == []


def test_many_entities_are_named_as_they_were_asked_for(client: FlaskClient) -> None:
    till = {"kind": "Component", "namespace": "Default", "name": "Till"}
    asked = [till, "Component:Ledger", "no reference at all:"]
    answers = client.post(f"{BASE}/checks/run", json={"entities": asked}).get_json()

    assert [each["entity"] for each in answers] == ["component:default/till", *asked[1:]]
    assert [_ids(each["results"]) for each in answers] == [
        [("ready.owned", True), ("ready.precise", True)],
        [("ready.owned", True), ("ready.precise", False)],
        [],
    ]
    assert [bool(each.get("error")) for each in answers] == [False, False, True]


def test_an_empty_list_of_entities_is_every_one_that_has_facts(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("waypost.techinsights.routes.BATCH", 1)
    answer = client.post(f"{BASE}/checks/run", json={"entities": []})

    assert [each["entity"] for each in answer.get_json()] == [
        "component:default/ledger",
        "component:default/till",
    ]
    packed = client.post(f"{BASE}/checks/run", json={"entities": []}, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(answer.data)


def test_a_bulk_run_without_entities_is_refused(client: FlaskClient) -> None:
    assert client.post(f"{BASE}/checks/run", json={}).status_code == 400


def test_fact_schemas_tell_sources_and_scorecards_with_a_version(client: FlaskClient) -> None:
    card, meter = client.get(f"{BASE}/fact-schemas").get_json()

    assert card["id"] == "scorecard.ready"
    assert card["entityFilter"] == [{"kind": ["Component"], "spec.type": ["service"]}]
    assert card["ready.owned"] == {"type": "boolean", "description": "Owned"}
    assert (meter["id"], meter["entityFilter"]) == ("meter", [])
    assert meter["version"].startswith("1.0.0+")
    assert meter["ops.runbook"] == {"type": "object", "description": "ops.runbook"}


@pytest.mark.parametrize(
    "query", ["ids=meter", "ids[]=meter", "ids%5B0%5D=meter", "ids%5B0%5D=x&ids%5B1%5D=meter"]
)
def test_ids_are_read_however_they_are_written(client: FlaskClient, query: str) -> None:
    assert [each["id"] for each in client.get(f"{BASE}/fact-schemas?{query}").get_json()] == ["meter"]

    told = client.get(f"{BASE}/facts/latest?entity=Component:default/Ledger&{query}").get_json()
    assert told["meter"]["facts"] == {"slo.target": 95.0, "slo.events": 7}
    assert told["meter"]["entity"] == {"namespace": "default", "kind": "component", "name": "ledger"}
    assert told["meter"]["timestamp"] == "2026-11-02T12:00:00.000+00:00"


def test_results_are_facts_of_their_scorecard(client: FlaskClient) -> None:
    told = client.get(f"{BASE}/facts/latest?entity=component:ledger&ids=scorecard.ready").get_json()

    assert told["scorecard.ready"]["facts"] == {"ready.owned": True, "ready.precise": False}
    assert client.get(f"{BASE}/facts/latest?entity=component:nobody&ids=scorecard.ready").get_json() == {}


def test_a_range_tells_each_time_at_which_facts_changed(estate: Estate, client: FlaskClient) -> None:
    estate.now += timedelta(hours=1)
    estate.run(("component:default/ledger", "slo.target", 99.9))
    asked = f"{BASE}/facts/range?entity=component:ledger&ids[]=meter&ids[]=scorecard.ready"

    told = client.get(f"{asked}&startDatetime=2026-11-02T00:00:00Z&endDatetime=2026-11-03").get_json()
    assert [(each["timestamp"][11:16], each["facts"]) for each in told["meter"]] == [
        ("12:00", {"slo.target": 95.0, "slo.events": 7}),
        ("13:00", {"slo.target": 99.9}),
    ]
    assert [each["facts"]["ready.precise"] for each in told["scorecard.ready"]] == [False, True]

    late = client.get(f"{asked}&startDatetime=2026-11-02T12:30:00Z&endDatetime=2026-11-03").get_json()
    assert [len(each) for each in late.values()] == [1, 1]


def test_what_is_missing_is_refused_in_the_words_of_tech_insights(client: FlaskClient) -> None:
    entity = f"{BASE}/facts/range?entity=component:ledger"
    asked = (
        client.get(f"{BASE}/facts/latest?entity=component:ledger"),
        client.get(f"{entity}&ids=meter&endDatetime=2026-11-03"),
        client.get(f"{entity}&ids=meter&startDatetime=2026-11-03&endDatetime=then"),
        client.get(f"{entity}&ids=meter&startDatetime=2026-11-03&endDatetime=9999-12-31T23:59:59-14:00"),
    )

    assert [answer.status_code for answer in asked] == [422, 422, 422, 422]
    times = {"message": "Failed to parse datetime from request", "value": None}
    assert [answer.get_json() for answer in asked] == [
        {"error": "Failed to parse ids from request"},
        times | {"field": "startDateTime"},
        times | {"field": "endDateTime"},
        times | {"field": "endDateTime"},
    ]
    assert client.get(f"{BASE}/facts/latest?ids=meter").status_code == 400
