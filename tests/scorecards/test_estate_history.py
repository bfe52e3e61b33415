from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from scorecards.estate import LEDGER, TILL, Estate


@pytest.fixture
def asked(estate: Estate, client: FlaskClient) -> FlaskClient:
    """Asks about an estate that was evaluated on two days; on the second one entity moved."""
    estate.run((TILL, "slo.target", 99.95), (LEDGER, "slo.target", 98))
    estate.now += timedelta(days=1)
    estate.run((TILL, "slo.target", 99.95), (LEDGER, "slo.target", 99.5))
    return client


def test_what_changed_of_any_entity_is_told_the_newest_first(asked: FlaskClient) -> None:
    items = asked.get("/api/scorecards/ready/history").get_json()["items"]

    assert [(item["entity"], item["was"], item["level"]) for item in items] == [
        (LEDGER, "bronze", "silver"), (TILL, None, "silver"), (LEDGER, None, "bronze"),
    ]  # fmt: skip


def test_only_what_changed_since_a_day_is_told_where_one_is_named(asked: FlaskClient) -> None:
    items = asked.get("/api/scorecards/ready/history?from=2026-11-03").get_json()["items"]

    assert [item["entity"] for item in items] == [LEDGER]


def test_pages_of_changes_leave_none_out(asked: FlaskClient) -> None:
    first = asked.get("/api/scorecards/ready/history?limit=2").get_json()
    cursor = first["pageInfo"]["nextCursor"]
    second = asked.get(f"/api/scorecards/ready/history?limit=2&cursor={cursor}").get_json()

    assert (len(first["items"]), len(second["items"]), second["pageInfo"]) == (2, 1, {})


def test_a_cursor_of_somebody_else_is_refused(asked: FlaskClient) -> None:
    assert asked.get("/api/scorecards/ready/history?cursor=x").status_code == 400


def test_ages_of_facts_are_told_for_many_entities_at_once(asked: FlaskClient) -> None:
    first = asked.get("/api/facts/ages?limit=1").get_json()
    second = asked.get(f"/api/facts/ages?limit=1&after={first['next']}").get_json()
    last = asked.get(f"/api/facts/ages?after={second['next']}").get_json()

    told = {"slo.target": "2026-11-03T12:00:00+00:00"}
    assert first == {"items": [{"entity": LEDGER, "facts": told}], "next": LEDGER}
    assert second == {"items": [{"entity": TILL, "facts": told}], "next": TILL}
    assert last == {"items": [], "next": None}
