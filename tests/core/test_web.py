from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.exc import StatementError
from werkzeug.exceptions import Forbidden

import build
from waypost.core import web
from waypost.core.auth import create_token
from waypost.core.database import Revision, bump_revision, open_engine, revision_of, transaction
from waypost.core.plugin import Plugin
from waypost.core.settings import DATABASE_URL, Settings


@pytest.fixture
def token(engine: Engine) -> str:
    with transaction(engine) as connection:
        return create_token(connection, "test", at=build.NOON)[1]


def test_a_value_is_dumped_by_its_schema(client: FlaskClient) -> None:
    answer = client.get("/api/notes?sortBy=age&tag=a&tag=b&limit=3")

    at = "2026-11-02T12:00:00+00:00"
    assert answer.json == [{"name": name, "madeAt": at} for name in ("age", "a", "b", "3")]
    assert answer.content_type == "application/json; charset=utf-8"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        pytest.param("colour=red", "the query: colour: Unknown field.", id="unknown"),
        pytest.param("limit=x", "the query: limit: Not a valid integer.", id="of another kind"),
        pytest.param("limit=1&limit=2", "the query: limit: is given more than once", id="twice"),
    ],
)
def test_a_wrong_query_is_an_input_error(client: FlaskClient, query: str, message: str) -> None:
    answer = client.get(f"/api/notes?{query}")

    assert answer.status_code == 400
    assert answer.json == {
        "error": {"name": "InputError", "message": message},
        "request": {"method": "GET", "url": f"/?{query}"},
        "response": {"statusCode": 400},
    }


def test_the_address_in_an_error_is_below_the_mount(client: FlaskClient) -> None:
    answer = client.get("/api/notes/missing?a=%3Db")

    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["error"] == {"name": "NotFoundError", "message": "no note is named 'missing'"}
    assert answer.json["request"] == {"method": "GET", "url": "/missing?a=%3Db"}


@pytest.mark.parametrize(
    ("how", "status", "error"),
    [
        ("conflict", 409, ("ConflictError", "it is there already")),
        ("data", 400, ("InputError", "the request: it holds a character that the database cannot look for")),
        ("abort", 403, ("NotAllowedError", Forbidden.description)),
        ("other", 500, ("InternalServerError", "something went wrong here; the server's log says what")),
    ],
)
def test_every_error_has_one_shape(
    client: FlaskClient, how: str, status: int, error: tuple[str, str]
) -> None:
    answer = client.get(f"/api/notes/fail/{how}")

    assert answer.status_code == status
    assert answer.json is not None
    assert answer.json["error"] == dict(zip(("name", "message"), error, strict=True))
    assert answer.json["response"] == {"statusCode": status}


def test_what_nobody_foresaw_is_logged_and_not_told(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = client.get("/api/notes/fail/other")

    assert "the inside" not in answer.text
    assert "RuntimeError: the inside" in caplog.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param("GET", "/api/nothing", id="unknown plugin"),
        pytest.param("GET", "/api/notes/a/b/c", id="unknown path"),
        pytest.param("PUT", "/api/notes/a", id="wrong method"),
        pytest.param("GET", "/api/secret.html", id="a file of the site below api"),
        pytest.param("POST", "/api/nothing", id="unknown path written to"),
    ],
)
def test_unknown_paths_of_the_api_are_empty_answers(client: FlaskClient, method: str, path: str) -> None:
    answer = client.open(path, method=method)

    assert (answer.status_code, answer.data) == (404, b"")
    assert "Content-Type" not in answer.headers


def test_ready_bytes_go_out_as_they_are(client: FlaskClient) -> None:
    answer = client.get("/api/notes/bytes/ready")

    assert answer.data == b"ready"
    assert answer.headers["ETag"] == 'W/"v1"'
    assert answer.headers["X-Kind"] == "bytes"


@pytest.mark.parametrize("path", ["/api/notes/bytes/ready", "/api/notes/versioned"])
def test_a_client_that_has_the_content_is_told_so(client: FlaskClient, path: str) -> None:
    tag = client.get(path).headers["ETag"]

    for known in (tag, tag.removeprefix("W/"), f'"x", {tag}', "*"):
        again = client.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert client.get(path, headers={"If-None-Match": 'W/"other"'}).status_code == 200


def test_no_cookie_is_set_and_types_are_not_guessed(client: FlaskClient) -> None:
    for path in ("/api/notes/a", "/", "/api/none", "/healthz"):
        headers = client.get(path).headers
        assert "Set-Cookie" not in headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"


def test_a_body_is_read_by_its_schema(client: FlaskClient, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}

    answer = client.post("/api/notes", json={"name": "a"}, headers=headers)

    assert (answer.status_code, answer.json) == (201, {"name": "a"})
    assert client.delete("/api/notes/a", headers=headers).status_code == 204


@pytest.mark.parametrize(
    ("body", "kind", "status", "message"),
    [
        pytest.param(b"{}", "application/json", 400, "name: Missing data", id="breaks its schema"),
        pytest.param(b"{", "application/json", 400, "not valid JSON", id="no JSON"),
        pytest.param(b"", "application/json", 400, "not valid JSON", id="empty"),
        pytest.param(b'{"name":"\xff"}', "application/json", 400, "not valid JSON", id="no UTF-8"),
        pytest.param(b"{}", "text/plain", 400, "unsupported media type text/plain", id="another kind"),
        pytest.param(b" " * 102_401, "application/json", 413, "", id="too long"),
    ],
)
def test_a_wrong_body_is_refused(
    client: FlaskClient, token: str, *, body: bytes, kind: str, status: int, message: str
) -> None:
    headers = {"Authorization": f"Bearer {token}"}

    answer = client.post("/api/notes", data=body, content_type=kind, headers=headers)

    assert answer.status_code == status
    assert answer.json is not None
    assert message in answer.json["error"]["message"]
    assert answer.json["error"]["name"] == ("InputError" if status == 400 else "PayloadTooLargeError")


def test_writing_needs_a_token(client: FlaskClient) -> None:
    for header in ({}, {"Authorization": "Bearer wp_nonsense"}, {"Authorization": "Basic eDp5"}):
        answer = client.post("/api/notes", json={"name": "a"}, headers=header)

        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.json is not None
        assert answer.json["error"]["name"] == "AuthenticationError"


def test_a_value_for_the_process_is_made_once(app: Flask) -> None:
    made: list[web.Edge] = []

    def make(edge: web.Edge) -> int:
        made.append(edge)
        return len(made)

    with app.app_context():
        assert (web.edge().once(make), web.edge().once(make)) == (1, 1)


def test_a_value_for_the_process_is_made_once_for_all_threads(app: Flask) -> None:
    begun, made = threading.Event(), []

    def make(edge: web.Edge) -> int:
        begun.set()
        # Time for the other thread to come and wait.
        time.sleep(0.1)
        made.append(edge)
        return len(made)

    def ask() -> int:
        with app.app_context():
            return web.edge().once(make)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(ask)
        begun.wait()
        second = pool.submit(ask)
        answers = (first.result(), second.result())

    assert answers == (1, 1)


def test_what_is_not_there_outside_the_api_is_a_page() -> None:
    answer = web.create_app(Settings(), plugins=[]).test_client().get("/nowhere")

    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_health_does_not_ask_the_database_and_readiness_does(tmp_path: Path) -> None:
    settings = Settings({DATABASE_URL.name: f"sqlite:///{tmp_path / 'new.db'}"})
    client = web.create_app(settings, plugins=[]).test_client()

    assert client.get("/healthz").json == {"status": "ok"}
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json is not None
    assert "waypost db upgrade" in answer.json["error"]["message"]


def test_an_upgraded_database_is_ready(client: FlaskClient) -> None:
    assert client.get("/readyz").json == {"status": "ready"}


@pytest.mark.parametrize("path", ["/readyz", "/api/notes/fail/database"])
def test_a_database_that_is_gone_is_told_as_unavailable(notes: Plugin, path: str) -> None:
    engine = open_engine("postgresql://nobody@127.0.0.1:1/none")
    try:
        answer = web.create_app(Settings(), plugins=[notes], engine=engine).test_client().get(path)
    finally:
        engine.dispose()

    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["error"]["name"] == "ServiceUnavailableError"
    assert "127.0.0.1" not in answer.text


def test_what_a_view_writes_is_kept_unless_it_fails(app: Flask) -> None:
    def write_two(second: datetime) -> None:
        with web.writing() as connection:
            bump_revision(connection, "a", "aa", web.now())
            bump_revision(connection, "b", "bb", second)

    with app.app_context():
        with pytest.raises(StatementError):
            write_two(build.NOON.replace(tzinfo=None))
        with web.reading() as connection:
            assert revision_of(connection, "a") is None

        write_two(build.NOON)
        with web.reading() as connection:
            assert revision_of(connection, "a") == Revision(1, "aa", build.NOON)


def test_a_token_without_the_scope_may_not_write(client: FlaskClient, engine: Engine) -> None:
    with transaction(engine) as connection:
        _, text = create_token(connection, "looker", at=build.NOON, scopes=[])

    answer = client.delete("/api/notes/a", headers={"Authorization": f"Bearer {text}"})

    assert answer.status_code == 403
    assert "insufficient_scope" in answer.headers["WWW-Authenticate"]
    assert answer.json is not None
    assert answer.json["error"]["message"] == "the token 'looker' lacks the scope 'write'"


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        pytest.param("/", 200, "<h1>Home</h1>", id="home"),
        pytest.param("/how-to/", 200, "<h1>How to</h1>", id="folder"),
        pytest.param("/assets/font.woff2", 200, "\0", id="font"),
        pytest.param("/none/", 404, "<h1>Lost</h1>", id="missing"),
        pytest.param("/assets/", 404, "<h1>Lost</h1>", id="without index"),
        pytest.param("/../secret.txt", 404, "<h1>Lost</h1>", id="above"),
        pytest.param("/%2e%2e/secret.txt", 404, "<h1>Lost</h1>", id="encoded"),
        pytest.param("/%2Fsecret.txt", 404, "<h1>Lost</h1>", id="absolute"),
        pytest.param("/link.txt", 404, "<h1>Lost</h1>", id="link out"),
        pytest.param("/a%00b", 404, "<h1>Lost</h1>", id="null byte"),
        pytest.param(f"/{'a' * 300}", 404, "<h1>Lost</h1>", id="name too long"),
        pytest.param("/a" * 3000, 404, "<h1>Lost</h1>", id="path too long"),
    ],
)
def test_the_site_is_served(client: FlaskClient, path: str, status: int, text: str) -> None:
    answer = client.get(path)

    assert (answer.status_code, answer.text) == (status, text)


def test_files_carry_their_kind(client: FlaskClient) -> None:
    kinds = [
        client.get(path).content_type
        for path in ("/", "/none", "/assets/main.0a1b2c3d.min.css", "/assets/font.woff2")
    ]

    assert kinds == [
        "text/html; charset=utf-8",
        "text/html; charset=utf-8",
        "text/css; charset=utf-8",
        "font/woff2",
    ]


def test_a_folder_without_its_slash_leads_to_it(client: FlaskClient) -> None:
    answer = client.get("/how-to?a=b")

    assert (answer.status_code, answer.headers["Location"]) == (308, "/how-to/?a=b")


def test_an_unchanged_page_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/how-to/")

    again = client.get("/how-to/", headers={"If-None-Match": first.headers["ETag"]})

    assert "Last-Modified" in first.headers
    assert (again.status_code, again.data) == (304, b"")


def test_a_file_named_after_its_content_is_kept_by_browsers(client: FlaskClient) -> None:
    hashed = client.get("/assets/main.0a1b2c3d.min.css").headers["Cache-Control"]

    assert hashed == "public, max-age=31536000, immutable"
    assert client.get("/").headers["Cache-Control"] == "no-cache"
