from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from scorecards.conftest import MakeEstate
from scorecards.estate import LEDGER, SCORECARD, TILL, Estate
from waypost.core.settings import Settings
from waypost.core.web import create_app

GOOD = (TILL, "slo.target", 99.95), (LEDGER, "slo.target", 98)


def get(client: FlaskClient, path: str, status: int = 200) -> Any:
    answer = client.get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_json()


def test_scorecards_are_listed_with_their_checks(client: FlaskClient, estate: Estate) -> None:
    estate.run(*GOOD)

    [card] = get(client, "/api/scorecards")["items"]

    assert (card["name"], card["owner"], card["asOf"]) == (
        "ready",
        "group:default/pay",
        "2026-11-02T12:00:00+00:00",
    )
    assert [check["id"] for check in card["checks"]] == ["owned", "precise"]
    assert card["checks"][1]["facts"] == {"slo.target": {"maxAge": "P7D"}}
    assert card["targets"][0] == {"tier": "tier-1", "level": "silver", "by": "2027-03-31"}


def test_nothing_evaluated_is_nothing_listed(client: FlaskClient) -> None:
    assert get(client, "/api/scorecards") == {"items": []}
    assert get(client, "/api/scorecards/ready", 404)["error"]["name"] == "NotFoundError"


def test_a_scorecard_has_its_roll_up_and_the_states_of_each_check(
    client: FlaskClient, estate: Estate
) -> None:
    estate.run(*GOOD)

    card = get(client, "/api/scorecards/ready")

    whole = card["rollUp"]
    assert whole["levels"] == {"bronze": 1, "silver": 1, "none": 0}
    assert (whole["entities"], whole["meetingTarget"]) == (2, {"met": 2, "of": 2})
    assert whole["medianScore"] == pytest.approx((1 + 1 / 4) / 2)
    assert set(whole["byTier"]) == {"tier-1", "tier-2"}
    assert whole["byOwner"]["group:default/pay"]["entities"] == 2
    assert [check["counts"] for check in card["checks"]] == [{"pass": 2}, {"fail": 1, "pass": 1}]


def test_results_come_in_pages_that_hold_everything_once(client: FlaskClient, estate: Estate) -> None:
    estate.run(*GOOD)

    first = get(client, "/api/scorecards/ready/results?limit=1")
    second = get(client, f"/api/scorecards/ready/results?limit=1&cursor={first['pageInfo']['nextCursor']}")

    assert [item["entity"] for item in first["items"] + second["items"]] == [LEDGER, TILL]
    assert (first["totalItems"], second["pageInfo"]) == (2, {})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("entity=component:till", [TILL], id="by entity"),
        pytest.param("owner=pay", [LEDGER, TILL], id="by owner"),
        pytest.param("tier=tier-2", [LEDGER], id="by tier"),
        pytest.param("level=silver", [TILL], id="by level"),
        pytest.param("level=none", [], id="by no level"),
        pytest.param("system=edge", [], id="by system"),
    ],
)
def test_results_are_filtered(client: FlaskClient, estate: Estate, query: str, expected: list[str]) -> None:
    estate.run(*GOOD)

    found = get(client, f"/api/scorecards/ready/results?{query}")

    assert [item["entity"] for item in found["items"]] == expected
    assert found["totalItems"] == len(expected)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=many", "cursor=%ff", "cursor=%C3%A9", "sort=score", "entity=till"]
)
def test_a_query_that_cannot_be_read_is_refused(client: FlaskClient, estate: Estate, query: str) -> None:
    estate.run(*GOOD)

    assert get(client, f"/api/scorecards/ready/results?{query}", 400)["error"]["name"] == "InputError"


def test_an_entity_has_its_grade_with_every_check(client: FlaskClient, estate: Estate) -> None:
    estate.run(*GOOD)

    [grade] = get(client, "/api/scorecards/results/by-entity/component/default/LEDGER")["items"]

    checks = grade.pop("checks")
    assert grade == {
        "scorecard": "ready",
        "scorecardTitle": "Ready",
        "lifecycle": "active",
        "entity": LEDGER,
        "owner": "group:default/pay",
        "system": "",
        "domain": "",
        "tier": "tier-2",
        "level": "bronze",
        "levelTitle": "Operable",
        "levelSince": "2026-11-02T12:00:00+00:00",
        "score": 0.25,
        "scoreWithoutExemptions": 0.25,
        "coverage": {"evaluated": 2, "applicable": 2},
        "meetsTarget": True,
        "target": {"level": "bronze", "by": "2027-06-30"},
        "evaluatedAt": "2026-11-02T12:00:00+00:00",
        "revision": 1,
    }
    assert [(check["id"], check["state"], check["message"]) for check in checks] == [
        ("owned", "pass", ""),
        ("precise", "fail", "98 of 99"),
    ]


def test_an_owner_has_the_grades_and_the_roll_up_of_what_is_owned(
    client: FlaskClient, estate: Estate
) -> None:
    estate.run(*GOOD)

    found = get(client, "/api/scorecards/results/by-owner?owner=group:pay")

    assert [grade["entity"] for grade in found["items"]] == [LEDGER, TILL]
    assert found["rollUp"]["ready"]["levels"] == {"bronze": 1, "silver": 1, "none": 0}


@pytest.mark.parametrize(
    ("lifecycle", "include", "shown"),
    [
        pytest.param("shadow", "", False, id="a shadow is hidden"),
        pytest.param("shadow", "?include=shadow", True, id="a shadow is shown where asked for"),
        pytest.param("draft", "?include=shadow", False, id="a draft is not among the shadows"),
        pytest.param("draft", "?include=draft", True, id="a draft is shown where asked for"),
        pytest.param("deprecated", "", True, id="a deprecated one is still shown"),
    ],
)
def test_drafts_and_shadows_never_reach_a_teams_page(
    make_estate: MakeEstate, lifecycle: str, include: str, *, shown: bool
) -> None:
    text = SCORECARD.replace("spec:\n", f"spec:\n  lifecycle: {lifecycle}\n", 1)
    estate = make_estate({"catalog/ready.yaml": text})
    estate.run(*GOOD)
    client = create_app(Settings(), engine=estate.engine, workspace=estate.workspace).test_client()
    owner = include.replace("?", "&")

    assert (
        bool(get(client, f"/api/scorecards/results/by-entity/component/default/till{include}")["items"])
        is shown
    )
    assert bool(get(client, f"/api/scorecards/results/by-owner?owner=pay{owner}")["items"]) is shown


def test_a_result_is_explained_by_its_rule_parameters_and_facts(client: FlaskClient, estate: Estate) -> None:
    estate.run(*GOOD)

    found = get(client, "/api/scorecards/ready/explain/component/default/till/precise")

    assert (found["state"], found["params"], found["tier"]) == ("pass", {"least": 99.9}, "tier-1")
    assert found["rule"] == "facts.slo.target >= params.least"
    assert found["facts"] == [
        {
            "path": "slo.target",
            "value": 99.95,
            "isKnown": True,
            "source": "meter",
            "collectedAt": "2026-11-02T12:00:00+00:00",
            "asOf": "2026-11-02T12:00:00+00:00",
            "age": "PT0M",
            "ttl": "P2D",
            "stale": False,
        }
    ]
    assert [(change["state"], change["was"], change["because"]) for change in found["history"]] == [
        ("pass", "", "rule")
    ]


@pytest.mark.parametrize(
    "path", ["none/explain/component/default/till/owned", "ready/explain/component/default/till/none",
             "ready/explain/component/default/none/owned"],
)  # fmt: skip
def test_explaining_what_is_not_there_is_not_found(client: FlaskClient, estate: Estate, path: str) -> None:
    estate.run(*GOOD)

    assert get(client, f"/api/scorecards/{path}", 404)["error"]["name"] == "NotFoundError"


def test_a_client_that_has_the_answer_is_told_so(client: FlaskClient, estate: Estate) -> None:
    estate.run(*GOOD)
    etag = client.get("/api/scorecards/ready").headers["ETag"]

    assert client.get("/api/scorecards/ready", headers={"If-None-Match": etag}).status_code == 304
    estate.evaluate()
    assert client.get("/api/scorecards/ready", headers={"If-None-Match": etag}).status_code == 200
