from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

import build
from adr import records
from adr.conftest import See, own
from waypost.adr import plugin as adr
from waypost.adr.service import sync_decisions
from waypost.core.database import transaction
from waypost.core.settings import Settings
from waypost.core.web import create_app


@pytest.fixture
def client(see: See, engine: Engine) -> FlaskClient:
    """The API over two decisions of ours and one of another format."""
    seen = see(
        {
            "adr/0001-a.md": own(affects="[component:edge]", tags="[edge]"),
            "adr/0002-b.md": own(uid="b1b2c3d4", supersedes="[1]", scope="executive"),
            "adr/0007-c.md": records.MADR2,
        }
    )
    with transaction(engine) as connection:
        context = build.context(connection, seen.knowledge)
        told = [sync_decisions(context), sync_decisions(context)]
    assert told == ["3 decisions", "3 decisions"]
    return create_app(Settings(), plugins=(adr,), engine=engine, workspace=seen.workspace).test_client()


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", ["0001", "0002", "0007"]),
        ("?status=accepted", ["0001", "0002", "0007"]),
        ("?status=superseded", ["0001"]),
        ("?affects=component:edge", ["0001"]),
        ("?scope=executive", ["0002"]),
        ("?tag=Edge", ["0001"]),
        ("?tag=edge&scope=executive", []),
    ],
)
def test_the_list_is_narrowed_by_what_is_asked(client: FlaskClient, query: str, ids: list[str]) -> None:
    answer = client.get(f"/api/adr/decisions{query}").get_json()

    assert [item["id"] for item in answer["items"]] == ids
    assert answer["totalItems"] == len(ids)


def test_one_decision_comes_with_its_text(client: FlaskClient) -> None:
    answer = client.get("/api/adr/decisions/2").get_json()

    assert (answer["id"], answer["supersedes"], answer["inForce"]) == ("0002", ["0001"], True)
    assert (answer["decided"], answer["page"]) == ("2026-09-19", "decisions/0002-b.md")
    assert answer["markdown"].startswith("\n## Context")


@pytest.mark.parametrize("name", ["99", "galaxy"])
def test_an_unknown_decision_is_not_found(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/api/adr/decisions/{name}")

    assert (answer.status_code, answer.get_json()["error"]["name"]) == (404, "NotFoundError")


def test_a_query_that_nobody_knows_is_refused(client: FlaskClient) -> None:
    assert client.get("/api/adr/decisions?colour=red").status_code == 400
    assert client.get("/api/adr/decisions?affects=edge").status_code == 400


def test_what_did_not_change_is_not_sent_again(client: FlaskClient) -> None:
    etag = client.get("/api/adr/decisions").headers["ETag"]

    assert client.get("/api/adr/decisions", headers={"If-None-Match": etag}).status_code == 304
