"""CORS: only the origins that a setting names may read the answers."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from waypost.core.errors import SettingError
from waypost.core.settings import Settings
from waypost.core.web import create_app

PORTAL = "https://portal.example.org"
ASKS = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}


def client_of(engine: Engine, *origins: str, credentials: bool = False) -> FlaskClient:
    values: dict[str, Any] = {"server.cors_origins": origins, "server.cors_credentials": credentials}
    return create_app(Settings(values), plugins=[], engine=engine).test_client()


def allowed(client: FlaskClient, origin: str | None, path: str = "/healthz") -> dict[str, str]:
    answer = client.get(path, headers={"Origin": origin} if origin else {})
    return {
        name.removeprefix("Access-Control-"): value
        for name, value in answer.headers
        if name.startswith("Access-Control-") or (name == "Vary" and value == "Origin")
    }


def test_no_other_origin_reads_answers_unless_told(engine: Engine) -> None:
    client = client_of(engine)

    assert allowed(client, PORTAL) == {}
    assert (
        "Access-Control-Allow-Origin"
        not in client.options("/healthz", headers={"Origin": PORTAL, **ASKS}).headers
    )


def test_a_named_origin_reads_answers_and_errors(engine: Engine) -> None:
    client = client_of(engine, PORTAL)

    found = {"Allow-Origin": PORTAL, "Expose-Headers": "ETag, Link", "Vary": "Origin"}
    assert allowed(client, PORTAL) == found
    assert allowed(client, PORTAL, "/api/nowhere") == found
    assert allowed(client, "https://evil.example.org") == {"Vary": "Origin"}
    assert allowed(client, "null") == {"Vary": "Origin"}
    assert allowed(client, None) == {"Vary": "Origin"}


def test_a_browser_that_asks_before_it_sends_is_told(engine: Engine) -> None:
    client = client_of(engine, PORTAL)

    answer = client.options("/api/anything", headers={"Origin": PORTAL, **ASKS})
    refused = client.options("/healthz", headers={"Origin": "https://evil.example.org", **ASKS})

    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == PORTAL
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in answer.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Origin" not in refused.headers


def test_every_origin_may_read_but_without_credentials(engine: Engine) -> None:
    assert allowed(client_of(engine, "*"), "https://any.example.org") == {
        "Allow-Origin": "*",
        "Expose-Headers": "ETag, Link",
    }
    with pytest.raises(SettingError, match=r"'server\.cors_credentials' cannot be true"):
        client_of(engine, "*", credentials=True)


def test_credentials_are_allowed_where_a_setting_says_so(engine: Engine) -> None:
    found = allowed(client_of(engine, PORTAL, credentials=True), PORTAL)

    assert (found["Allow-Origin"], found["Allow-Credentials"]) == (PORTAL, "true")


@pytest.mark.parametrize(
    "origin", ["portal.example.org", "https://portal.example.org/", "ftp://a", "null", "https://"]
)
def test_what_is_no_origin_is_refused(engine: Engine, origin: str) -> None:
    with pytest.raises(SettingError, match="is no origin"):
        client_of(engine, origin)
