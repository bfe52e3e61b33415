from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine

import build
from runbooks.conftest import PAGE, See, exercise, page, shell
from waypost.core.database import transaction
from waypost.core.settings import Settings
from waypost.core.web import create_app
from waypost.documents.collectors import collect_documents
from waypost.runbooks import plugin as runbooks
from waypost.runbooks.collectors import collect_runbooks
from waypost.runbooks.service import sync_runbooks

RECORD = "site/runbooks/exercises/2026-10-30-edge-down.yaml"
REVIEW = "{on: 2026-10-01, by: group:platform, every: P180D}"


@pytest.fixture
def client(see: See, engine: Engine) -> FlaskClient:
    """The API over one runbook with an exercise, and one guide."""
    body = shell("ls", 'effect=read expect="a list"')
    variables = "{NODE: {description: A node.}}"
    files = {
        PAGE: page(body, exercise_every="P90D", variables=variables),
        RECORD: exercise(),
        "site/runbooks/tidy.md": "# Tidy\n",
    }
    seen = see(files)
    with transaction(engine) as connection:
        told = [sync_runbooks(build.context(connection, seen.knowledge)) for _ in range(2)]
    assert told == ["2 runbooks"] * 2
    return create_app(Settings(), plugins=(runbooks,), engine=engine, workspace=seen.workspace).test_client()


def test_runbooks_are_listed_by_name(client: FlaskClient) -> None:
    answer = client.get("/api/runbooks").get_json()

    assert [item["name"] for item in answer["items"]] == ["edge-down", "tidy"]
    assert answer["totalItems"] == 2
    first = answer["items"][0]
    assert (first["exercisedAt"], first["exerciseEvery"]) == ("2026-10-30T09:00:00+00:00", "P90D")
    assert first["escalation"] == [{"after": "PT15M", "to": "group:default/platform"}]
    assert "markdown" not in first


def test_one_runbook_comes_with_steps_variables_and_text(client: FlaskClient) -> None:
    answer = client.get("/api/runbooks/edge-down").get_json()

    (step,) = answer["steps"]
    assert (step["text"], step["effect"], step["expect"], step["line"]) == ("ls", "read", "a list", 18)
    assert [variable["name"] for variable in answer["variables"]] == ["NODE"]
    assert "# The edge is down" in answer["markdown"]


@pytest.mark.parametrize("alert", ["EdgeDown", "EDGEDOWN"])
def test_an_alert_leads_to_its_runbook_in_any_case(client: FlaskClient, alert: str) -> None:
    assert client.get(f"/api/runbooks/by-alert/{alert}").get_json()["name"] == "edge-down"


@pytest.mark.parametrize("path", ["gone", "by-alert/Gone"])
def test_what_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(f"/api/runbooks/{path}").status_code == 404


def test_an_entity_is_told_its_runbook_and_when_that_was_exercised(see: See, connection: Connection) -> None:
    files = {PAGE: page(review=REVIEW), RECORD: exercise(), "site/runbooks/b.md": page(alerts="[EdgeSlow]")}
    facts = list(collect_runbooks(build.context(connection, see(files).knowledge)))

    assert [(fact.entity, fact.path, fact.value) for fact in facts] == [
        (
            "component:default/edge",
            "docs.runbook",
            {
                "path": PAGE,
                "alerts": ["EdgeDown", "EdgeSlow"],
                "exercisedAt": "2026-10-30T09:00:00Z",
                "reviewedOn": "2026-10-01",
            },
        )
    ]


def test_an_entity_is_told_which_of_its_alerts_have_a_runbook(see: See, connection: Connection) -> None:
    rules = """\
groups:
  - name: edge
    rules:
      - {alert: EdgeDown, expr: up == 0, labels: {severity: page}}
      - {alert: EdgeGone, expr: up == 1, labels: {severity: critical, component: edge}}
      - {alert: EdgeLate, expr: up == 2, labels: {severity: critical, entity: "component:default/edge"}}
      - {alert: EdgeOdd, expr: up == 3, labels: {severity: warning, service: edge}}
"""
    seen = see({PAGE: page(), "site/runbooks/rules.yaml": rules})

    facts = collect_runbooks(build.context(connection, seen.knowledge))

    found = {fact.entity: fact.value for fact in facts if fact.path == "runbooks.alerts"}
    assert found["component:default/edge"] == {"total": 3, "covered": 1, "missing": ["EdgeGone", "EdgeLate"]}
    assert found["group:default/platform"] == {"total": 0, "covered": 0, "missing": []}


def test_an_exercise_that_nobody_recorded_is_absent(see: See, connection: Connection) -> None:
    (fact,) = collect_runbooks(build.context(connection, see({PAGE: page()}).knowledge))

    assert fact.value == {"path": PAGE, "alerts": ["EdgeDown"]}


def test_an_entity_is_told_the_pages_about_it(see: See, connection: Connection) -> None:
    facts = {
        f.entity: f.value
        for f in collect_documents(build.context(connection, see({PAGE: page(review=REVIEW)}).knowledge))
        if f.path == "docs.pages"
    }

    assert facts["group:default/platform"] == []
    assert facts["component:default/edge"] == [
        {
            "path": PAGE,
            "kind": "runbook",
            "title": "The edge is down",
            "status": "active",
            "owner": "group:default/platform",
            "reviewedOn": "2026-10-01",
        }
    ]
