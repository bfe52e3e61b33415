from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from scorecards.conftest import MakeEstate
from scorecards.estate import CATALOG, LEDGER, SCORECARD, TILL, Estate
from waypost.core.answers import contract_of
from waypost.core.database import transaction
from waypost.core.settings import Settings
from waypost.core.web import create_app
from waypost.scorecards.reading.trend import close_day

GOOD = (TILL, "slo.target", 99.95), (LEDGER, "slo.target", 98)

# Below pay is a team that owns one component of another tier, with a system and a domain.
MORE = """\
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: tills, title: Tills}
spec: {type: team, children: [], parent: pay}
---
apiVersion: backstage.io/v1alpha1
kind: Domain
metadata: {name: shop}
spec: {owner: group:pay}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: counter}
spec: {owner: group:pay, domain: shop}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: scales, title: "=Scales"}
spec: {type: service, lifecycle: production, owner: group:tills, system: counter}
"""
SCALES = "component:default/scales"
CARD = "/api/scorecards/ready"


@pytest.fixture
def shop(make_estate: MakeEstate) -> Estate:
    """The tiny estate with a team below the other, evaluated: silver, bronze, and one without data."""
    estate = make_estate({"catalog/estate.yaml": CATALOG + MORE})
    estate.run(*GOOD)
    return estate


@pytest.fixture
def app(shop: Estate) -> Flask:
    """The application over it."""
    return create_app(Settings(), engine=shop.engine, workspace=shop.workspace, clock=lambda: shop.now)


@pytest.fixture
def asked(app: Flask) -> FlaskClient:
    """Asks it."""
    return app.test_client()


def get(client: FlaskClient, path: str, status: int = 200) -> Any:
    answer = client.get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_json()


def entities(client: FlaskClient, query: str, path: str = f"{CARD}/results") -> list[str]:
    found = get(client, f"{path}?{query}")
    assert found["totalItems"] == len(found["items"])
    return [short(item["entity"]) for item in found["items"]]


def short(ref: str) -> str:
    return ref.removeprefix("component:default/")


CONDITIONS: Mapping[str, list[str]] = {
    "owner=pay": ["ledger", "till"],
    "under=pay": ["ledger", "scales", "till"],
    "under=tills": ["scales"],
    "domain=shop": ["scales"],
    "system=counter&tier=unset": ["scales"],
    "check=precise&state=fail": ["ledger"],
    "check=owned&state=fail": [],
    "state=no-data": ["scales"],
    "check=owned": ["ledger", "scales", "till"],
    "level=bronze&meetsTarget=true": ["ledger", "scales"],
    "meetsTarget=false": [],
    "entity=component:scales": ["scales"],
    "entity=component:none": [],
}


def test_results_are_found_by_every_condition(asked: FlaskClient) -> None:
    assert {query: entities(asked, query) for query in CONDITIONS} == CONDITIONS
    assert {query: entities(asked, query, "/api/scorecards/results") for query in CONDITIONS} == CONDITIONS
    assert {
        query: [short(row["entity"]) for row in table(asked, query)] for query in CONDITIONS
    } == CONDITIONS


def table(client: FlaskClient, query: str) -> list[dict[str, str]]:
    answer = client.get(f"{CARD}/results?format=csv&{query}")
    assert (answer.status_code, answer.content_type) == (200, "text/csv; charset=utf-8")
    return list(csv.DictReader(StringIO(answer.get_data(as_text=True), newline="")))


def test_results_as_csv_have_every_row_and_a_column_for_each_check(asked: FlaskClient) -> None:
    ledger, scales, till = table(asked, "limit=1")

    assert (ledger["level"], ledger["score"], ledger["unmet"], ledger["meetsTarget"]) == (
        "bronze", "0.25", "precise", "true",
    )  # fmt: skip
    assert (scales["owned"], scales["precise"], scales["domain"]) == (
        "pass",
        "no-data",
        "domain:default/shop",
    )
    assert (till["targetBy"], till["evaluatedAt"]) == ("2027-03-31", "2026-11-02T12:00:00+00:00")


UNKNOWN: Mapping[str, str] = {
    "check=precies": "check: no check is named 'precies'. Did you mean 'precise'?",
    "state=failed": "state: no state is named 'failed'. Did you mean 'fail'?",
    "level=gold": "level: no level is named 'gold'. There are bronze, none, silver.",
    "tier=tier1": "tier: no tier is named 'tier1'. Did you mean 'tier-1'?",
    "cursor=e30": "cursor: is not one that this list gave",
    "cursor=%ff": "cursor: is not one that this list gave",
}


def test_a_name_that_nobody_knows_is_told_with_the_nearest(asked: FlaskClient) -> None:
    told = {
        query: get(asked, f"/api/scorecards/results?{query}", 400)["error"]["message"] for query in UNKNOWN
    }

    assert told == {query: f"the query: {message}" for query, message in UNKNOWN.items()}
    missing = get(asked, "/api/scorecards/results?scorecard=redy", 404)["error"]["message"]
    assert missing == "no scorecard is named 'redy'. Did you mean 'ready'?"


def test_pages_hold_every_grade_once_whatever_comes_and_goes(shop: Estate, asked: FlaskClient) -> None:
    first = get(asked, "/api/scorecards/results?limit=1&include=shadow")
    catalog = shop.workspace.root / "catalog/estate.yaml"
    text = catalog.read_text(encoding="utf-8")
    catalog.write_text(text.replace("name: ledger", "name: aaa"), encoding="utf-8")
    shop.run(*GOOD)
    second = get(asked, f"/api/scorecards/results?limit=1&cursor={first['pageInfo']['nextCursor']}")
    third = get(asked, f"/api/scorecards/results?limit=1&cursor={second['pageInfo']['nextCursor']}")

    assert [page["items"][0]["entity"] for page in (first, second, third)] == [LEDGER, SCALES, TILL]
    assert ([page["totalItems"] for page in (first, second, third)], third["pageInfo"]) == ([3, 3, 3], {})


def test_a_grade_tells_the_checks_that_are_asked_for(asked: FlaskClient) -> None:
    told = {}
    for show in ("all", "unmet", "none"):
        [grade] = get(asked, f"{CARD}/results?entity=component:ledger&show={show}")["items"]
        told[show] = [check["id"] for check in grade["checks"]]

    assert told == {"all": ["owned", "precise"], "unmet": ["precise"], "none": []}


def test_roll_ups_and_heat_maps_part_the_entities(asked: FlaskClient) -> None:
    rolled = get(asked, f"{CARD}/roll-ups?by=system")["items"]
    heat = get(asked, f"{CARD}/heat-map?rows=owner")

    assert [(item["key"], item["entities"], item["coverage"]) for item in rolled] == [
        ("", 2, {"evaluated": 4, "applicable": 4}),
        ("system:default/counter", 1, {"evaluated": 1, "applicable": 2}),
    ]
    assert rolled[1]["medianScore"] == 0.25
    assert [check["id"] for check in heat["checks"]] == ["owned", "precise"]
    assert [(row["key"], row["entities"], row["cells"][1]) for row in heat["rows"]] == [
        ("group:default/pay", 2, {"met": 1, "unmet": 1, "unknown": 0, "exempt": 0, "of": 2}),
        ("group:default/tills", 1, {"met": 0, "unmet": 0, "unknown": 1, "exempt": 0, "of": 1}),
    ]


def test_a_check_tells_who_does_not_meet_it_and_whom_it_would_lift(asked: FlaskClient) -> None:
    check = get(asked, f"{CARD}/checks/precise?limit=1")
    rest = get(asked, f"{CARD}/checks/precise?cursor={check['pageInfo']['nextCursor']}")
    counted = {each["id"]: each for each in get(asked, CARD)["checks"]}

    assert (check["counts"], check["totalItems"]) == ({"pass": 1, "fail": 1, "no-data": 1}, 2)
    assert check["wouldLift"] == counted["precise"]["wouldLift"] == {"level": 2, "target": 0}
    assert counted["owned"]["wouldLift"] == {"level": 0, "target": 0}
    assert check["items"] == [
        {
            "entity": LEDGER,
            "owner": "group:default/pay",
            "tier": "tier-2",
            "state": "fail",
            "since": "2026-11-02T12:00:00+00:00",
            "message": "98 of 99",
        }
    ]
    assert [(item["entity"], item["state"]) for item in rest["items"]] == [(SCALES, "no-data")]
    assert get(asked, f"{CARD}/checks/precies", 404)["error"]["message"].endswith("Did you mean 'precise'?")


def test_a_check_lifts_those_that_it_alone_keeps_from_their_target(make_estate: MakeEstate) -> None:
    estate = make_estate({})
    estate.run((TILL, "slo.target", 50), (LEDGER, "slo.target", 50))
    app = create_app(Settings(), engine=estate.engine, workspace=estate.workspace)

    check = get(app.test_client(), f"{CARD}/checks/precise")

    assert check["wouldLift"] == {"level": 2, "target": 1}


def test_a_trend_tells_the_days_that_changed_and_today(shop: Estate, asked: FlaskClient) -> None:
    with transaction(shop.engine) as connection:
        close_day(connection, shop.now.date())
    shop.now += timedelta(days=3)
    shop.run((TILL, "slo.target", 50), (LEDGER, "slo.target", 98))

    whole = get(asked, f"{CARD}/trend")
    tier = get(asked, f"{CARD}/trend?by=tier&key=tier-1&from=2026-11-04")

    assert [(item["day"], item["levels"]["silver"], item["met"], item["of"]) for item in whole["items"]] == [
        ("2026-11-02", 1, 3, 3),
        ("2026-11-05", 0, 2, 3),
    ]
    assert whole["items"][1]["checks"]["precise"] == {"fail": 2, "no-data": 1}
    # What was kept before the first day is what that began with.
    assert [(item["day"], item["met"]) for item in tier["items"]] == [("2026-11-04", 1), ("2026-11-05", 0)]
    assert get(asked, f"{CARD}/trend?to=2026-11-01")["items"] == []
    assert get(asked, f"{CARD}/trend?by=owner&key=group:nobody")["items"] == []


def test_a_trend_of_nothing_that_there_is_is_refused(asked: FlaskClient) -> None:
    for query in ("by=owner", "key=pay", "by=team&key=pay", "from=yesterday", "by=system&key=a:b:c/"):
        assert get(asked, f"{CARD}/trend?{query}", 400)["error"]["name"] == "InputError", query


def test_a_history_tells_what_moved_and_why(shop: Estate, asked: FlaskClient) -> None:
    shop.now += timedelta(days=1)
    shop.run((TILL, "slo.target", 50), (LEDGER, "slo.target", 98))

    newest, first = get(asked, f"{CARD}/history/component/default/till")["items"]

    assert (newest["was"], newest["level"], newest["because"]) == ("silver", "bronze", "data")
    assert newest["moves"] == [{"check": "precise", "was": "pass", "state": "fail", "because": "data"}]
    assert (first["was"], first["level"], len(first["moves"])) == (None, "silver", 2)
    assert get(asked, f"{CARD}/history/component/default/none")["items"] == []


def test_a_level_is_explained_by_what_is_missing_for_each(asked: FlaskClient) -> None:
    found = get(asked, f"{CARD}/explain/component/default/ledger")

    assert (found["level"], found["inGrace"], found["levelWithoutExemptions"]) == ("bronze", False, "bronze")
    bronze, silver = found["levels"]
    assert (bronze["isReached"], bronze["missing"]) == (True, [])
    assert silver["isReached"] is False
    assert [(each["check"], each["state"], each["message"]) for each in silver["missing"]] == [
        ("precise", "fail", "98 of 99")
    ]
    assert get(asked, f"{CARD}/explain/component/default/draft", 404)["error"]["name"] == "NotFoundError"


EXEMPTION = """\
apiVersion: waypost.dev/v1alpha1
kind: Exemption
metadata: {name: ledger-later, title: Later}
spec:
  scorecard: ready
  checks: [precise]
  entities: [component:default/ledger]
  reason: It is being replaced.
  ticket: OPS-1
  risk: low
  compensatingControl: Watched by hand.
  approvers: [group:default/pay]
  from: "2026-11-01"
  expires: "2026-11-20"
"""


def test_an_explanation_tells_what_an_exemption_hides(make_estate: MakeEstate) -> None:
    estate = make_estate({"catalog/exemption.yaml": EXEMPTION})
    estate.run(*GOOD)
    client = create_app(Settings(), engine=estate.engine, workspace=estate.workspace).test_client()

    level = get(client, f"{CARD}/explain/component/default/ledger")
    check = get(client, f"{CARD}/explain/component/default/ledger/precise")

    assert (level["level"], level["levelWithoutExemptions"]) == ("silver", "bronze")
    assert level["exempt"] == [
        {
            "check": "precise",
            "title": "Target is precise",
            "level": "silver",
            "exemption": "ledger-later",
            "would": "fail",
        }
    ]
    assert (check["exemptedBy"]["name"], check["exemptedBy"]["reason"]) == (
        "ledger-later",
        "It is being replaced.",
    )
    assert check["path"]["levels"] == level["levels"]


RAW = (
    "/api/scorecards",
    "/api/scorecards/results",
    CARD,
    f"{CARD}/results",
    f"{CARD}/roll-ups?by=owner",
    f"{CARD}/heat-map?rows=tier",
    f"{CARD}/trend",
    f"{CARD}/checks/precise",
    f"{CARD}/history/component/default/till",
    "/api/scorecards/results/by-entity/component/default/till",
    "/api/scorecards/results/by-owner?owner=pay",
)


def test_an_answer_is_what_its_description_says(app: Flask) -> None:
    client = app.test_client()
    for address in RAW:
        endpoint, _ = app.url_map.bind("localhost").match(address.partition("?")[0])
        contract = contract_of(app.view_functions[endpoint])
        assert contract is not None
        assert contract.schema is not None

        answer = get(client, address)

        assert (address, contract.schema.validate(answer), [*snakes(answer)]) == (address, {}, [])


def snakes(value: Any, at: str = "") -> Iterator[str]:
    """Give the places of keys that are not in camelCase."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if "_" in key:
                yield f"{at}.{key}"
            yield from snakes(inner, f"{at}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from snakes(inner, at)


def test_every_answer_is_the_same_until_the_results_change(shop: Estate, asked: FlaskClient) -> None:
    tags = {address: asked.get(address).headers["ETag"] for address in (*RAW, f"{CARD}/results?format=csv")}

    for address, tag in tags.items():
        assert asked.get(address, headers={"If-None-Match": tag}).status_code == 304, address
    shop.now += timedelta(days=1)
    shop.run((TILL, "slo.target", 50))
    for address, tag in tags.items():
        assert asked.get(address, headers={"If-None-Match": tag}).status_code == 200, address


def test_drafts_and_shadows_are_in_no_list_unless_asked_for(make_estate: MakeEstate) -> None:
    text = SCORECARD.replace("spec:\n", "spec:\n  lifecycle: shadow\n", 1)
    estate = make_estate({"catalog/ready.yaml": text})
    estate.run(*GOOD)
    client = create_app(Settings(), engine=estate.engine, workspace=estate.workspace).test_client()

    found = {
        query: get(client, f"/api/scorecards/results?{query}")["totalItems"]
        for query in ("", "include=shadow", "scorecard=ready")
    }

    assert found == {"": 0, "include=shadow": 2, "scorecard=ready": 2}
