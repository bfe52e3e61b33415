from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

import build
from waypost.core import web
from waypost.core.database import open_engine, transaction
from waypost.core.errors import SettingError
from waypost.core.guest import make_secret
from waypost.core.loopback import is_loopback, refuse_beyond_loopback
from waypost.core.plugin import Plugin
from waypost.core.settings import Settings

REFRESH = "/api/auth/guest/refresh"
GUEST = {"auth.guest": True}
ANYBODY = {"auth.anonymous_writes": True}
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def client_of(
    engine: Engine, notes: Plugin, values: dict[str, Any], at: datetime = build.NOON
) -> FlaskClient:
    app = web.create_app(Settings(values), plugins=[notes], engine=engine, clock=lambda: at)
    return app.test_client()


def sign_in(client: FlaskClient) -> str:
    answer = client.get(REFRESH, headers={"X-Requested-With": "XMLHttpRequest"})
    assert answer.status_code == 200
    assert answer.json is not None
    token = answer.json["backstageIdentity"]["token"]
    assert isinstance(token, str)
    return token


def write(client: FlaskClient, token: str | None = None, **headers: str) -> tuple[int, str]:
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    answer = client.post("/api/notes", json={"name": "a"}, headers=headers)
    return answer.status_code, "" if answer.status_code == 201 else answer.get_json()["error"]["message"]


def test_a_guest_signs_in_as_at_backstage(engine: Engine, notes: Plugin) -> None:
    client = client_of(engine, notes, GUEST)

    answer = client.get(REFRESH)

    assert answer.json == {
        "profile": {},
        "backstageIdentity": {
            "token": sign_in(client),
            "expiresInSeconds": 3600,
            "identity": {
                "type": "user",
                "userEntityRef": "user:development/guest",
                "ownershipEntityRefs": ["user:development/guest"],
            },
        },
    }
    assert "no-store" in answer.headers.getlist("Cache-Control")
    assert client.post(REFRESH).json == answer.json


def test_a_guests_token_says_for_whom_and_how_long_it_is(engine: Engine, notes: Plugin) -> None:
    token = sign_in(client_of(engine, notes, GUEST))

    header, claims = (json.loads(urlsafe_b64decode(part + "==")) for part in token.split(".")[:2])

    start = int(build.NOON.timestamp())
    assert header == {"typ": "vnd.backstage.user", "alg": "HS256"}
    assert claims == {
        "iss": "waypost",
        "sub": "user:development/guest",
        "ent": ["user:development/guest"],
        "aud": "backstage",
        "iat": start,
        "exp": start + 3600,
    }


def test_a_guest_writes_for_an_hour(engine: Engine, notes: Plugin) -> None:
    token = sign_in(client_of(engine, notes, GUEST))

    assert write(client_of(engine, notes, GUEST, build.NOON + HOUR - SECOND), token) == (201, "")
    assert write(client_of(engine, notes, GUEST, build.NOON + HOUR), token) == (401, "the token is expired")


def test_a_guests_token_holds_for_every_worker(engine: Engine, notes: Plugin) -> None:
    other = open_engine(engine.url.render_as_string(hide_password=False))
    try:
        token = sign_in(client_of(other, notes, GUEST))
        assert write(client_of(engine, notes, GUEST), token) == (201, "")
    finally:
        other.dispose()


def test_workers_that_start_together_sign_alike(engine: Engine) -> None:
    def make(_: int) -> str:
        with transaction(engine) as connection:
            return make_secret(connection)

    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(make, range(8)))

    assert len(made) == 1


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_guests_token_that_was_changed_is_refused(engine: Engine, notes: Plugin, part: int) -> None:
    client = client_of(engine, notes, GUEST)
    parts = sign_in(client).split(".")
    parts[part] = ("A" if parts[part][0] != "A" else "B") + parts[part][1:]

    assert write(client, ".".join(parts)) == (401, "the token is not known")


def test_a_token_of_a_guest_of_elsewhere_is_refused(engine: Engine, notes: Plugin) -> None:
    assert write(client_of(engine, notes, GUEST), "a.b.c") == (401, "the token is not known")


def test_guests_are_not_known_where_the_setting_is_off(engine: Engine, notes: Plugin) -> None:
    token = sign_in(client_of(engine, notes, GUEST))
    client = client_of(engine, notes, {})

    answer = client.get(REFRESH)

    assert answer.status_code == 404
    assert answer.get_json()["error"] == {
        "name": "NotFoundError",
        "message": "no sign-in provider is named 'guest'",
    }
    assert write(client, token) == (401, "guests do not sign in here: 'auth.guest' is false")


@pytest.mark.parametrize("host", ["evil.test", "evil.test:7007", "192.0.2.7", "localhost.evil.test"])
def test_a_page_of_elsewhere_is_no_guest(engine: Engine, notes: Plugin, host: str) -> None:
    answer = client_of(engine, notes, GUEST).get(REFRESH, headers={"Host": host})

    assert answer.status_code == 403
    assert "guests sign in on this machine alone" in answer.get_json()["error"]["message"]


@pytest.mark.parametrize("host", ["localhost:7007", "127.0.0.1", "[::1]:7007", "portal.localhost"])
def test_a_guest_of_this_machine_is_one_by_any_of_its_names(engine: Engine, notes: Plugin, host: str) -> None:
    assert client_of(engine, notes, GUEST).get(REFRESH, headers={"Host": host}).status_code == 200


def test_a_page_of_a_named_origin_signs_its_guest_in(engine: Engine, notes: Plugin) -> None:
    origin = "http://localhost:3000"
    settings = {**GUEST, "server.cors_origins": (origin,), "server.cors_credentials": True}
    asks = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x-requested-with"}

    first = client_of(engine, notes, settings).options(REFRESH, headers={"Origin": origin, **asks})

    assert first.headers["Access-Control-Allow-Origin"] == origin
    assert first.headers["Access-Control-Allow-Credentials"] == "true"
    assert "X-Requested-With" in first.headers["Access-Control-Allow-Headers"]


def test_anybody_on_this_machine_writes_where_the_setting_says_so(engine: Engine, notes: Plugin) -> None:
    client = client_of(engine, notes, ANYBODY)

    assert write(client) == (201, "")
    assert write(client, "wp_wrong") == (401, "the token is not known")
    assert write(client, Host="evil.test") == (
        401,
        "without a token only this machine writes, not 'evil.test'",
    )


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        pytest.param("http://localhost:3000", 201, id="this machine"),
        pytest.param("https://portal.example.org", 201, id="one that is let in"),
        pytest.param("https://evil.test", 401, id="another"),
        pytest.param("http://localhost.evil.test", 401, id="one that looks like this machine"),
        pytest.param("null", 401, id="one that hides"),
        pytest.param("http://[", 401, id="one that is none"),
    ],
)
def test_only_pages_that_are_let_in_write_without_a_token(
    engine: Engine, notes: Plugin, origin: str, status: int
) -> None:
    client = client_of(engine, notes, {**ANYBODY, "server.cors_origins": ("https://portal.example.org",)})

    assert write(client, Origin=origin)[0] == status


def test_nobody_writes_without_a_token_by_default(engine: Engine, notes: Plugin) -> None:
    for values in ({}, GUEST):
        assert write(client_of(engine, notes, values)) == (
            401,
            "this needs a token: send 'Authorization: Bearer wp_…'",
        )


@pytest.mark.parametrize("name", ["auth.guest", "auth.anonymous_writes"])
@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.1", "waypost.example"])  # noqa: S104 - refused
def test_a_server_that_others_reach_lets_nobody_write_without_a_token(name: str, address: str) -> None:
    with pytest.raises(SettingError, match=f"'{name}' lets whoever reaches the server write"):
        web.create_app(Settings({name: True, "server.host": address}), plugins=[])


@pytest.mark.parametrize("name", ["auth.guest", "auth.anonymous_writes"])
def test_a_server_that_every_page_may_ask_lets_nobody_write_without_a_token(name: str) -> None:
    with pytest.raises(SettingError, match=r"name the origins instead of \*"):
        web.create_app(Settings({name: True, "server.cors_origins": ("*",)}), plugins=[])


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_a_server_of_this_machine_may_take_guests(address: str) -> None:
    refuse_beyond_loopback(Settings(GUEST | ANYBODY), address)

    assert is_loopback(address)


def test_nothing_is_refused_where_nobody_writes_without_a_token() -> None:
    refuse_beyond_loopback(Settings(), "0.0.0.0")  # noqa: S104 - nothing listens


QUESTIONS = {
    "items": [
        {
            "id": "1",
            "permission": {
                "type": "basic",
                "name": "catalog.entity.create",
                "attributes": {"action": "create"},
            },
        },
        {
            "id": "2",
            "permission": {
                "type": "resource",
                "name": "catalog.entity.read",
                "attributes": {"action": "read"},
                "resourceType": "catalog-entity",
            },
            "resourceRef": ["component:default/web"],
        },
        {"id": "3", "permission": {"type": "basic", "name": "odd", "attributes": {}}},
        {
            "id": "4",
            "permission": {
                "type": "basic",
                "name": "tech-insights.check.run",
                "attributes": {"action": "update"},
            },
        },
    ]
}


@pytest.mark.parametrize(
    ("values", "verdicts"),
    [
        pytest.param({}, ["DENY", "ALLOW", "DENY", "ALLOW"], id="a reader"),
        pytest.param(ANYBODY, ["ALLOW", "ALLOW", "ALLOW", "ALLOW"], id="a writer"),
    ],
)
def test_permissions_are_those_of_the_token(
    engine: Engine, notes: Plugin, values: dict[str, Any], verdicts: list[str]
) -> None:
    answer = client_of(engine, notes, values).post("/api/permission/authorize", json=QUESTIONS)

    assert answer.json == {
        "items": [{"id": str(number), "result": each} for number, each in enumerate(verdicts, 1)]
    }


def test_probes_of_backstage_are_answered(engine: Engine) -> None:
    client = web.create_app(Settings(), engine=engine).test_client()

    assert client.get("/.backstage/health/v1/liveness").status_code == 200
    assert client.get("/.backstage/health/v1/readiness").status_code == 200


@pytest.mark.parametrize("command", ["serve", "up"])
def test_neither_command_listens_for_others_with_guests(tmp_path: Path, command: str) -> None:
    done = build.run_waypost("--set", "auth.guest=true", command, "--host", "0.0.0.0", cwd=tmp_path)  # noqa: S104

    assert done.returncode == 1
    assert done.stderr.startswith("Error: 'auth.guest' lets whoever reaches the server write")
