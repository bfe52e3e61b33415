"""The gate: answers before Flask are those of Flask, and all pass the same way out."""

from __future__ import annotations

import gzip
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from flask import Blueprint, Flask, Response
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import EnvironBuilder

import build
from waypost.core import web
from waypost.core.direct import Call
from waypost.core.errors import ConflictError, InputError
from waypost.core.plugin import Plugin
from waypost.core.reply import Flow, Parts
from waypost.core.settings import Settings
from waypost.core.streams import Streams
from waypost.core.workspace import Workspace

LONG = b'{"text":"%s"}' % (b"a long text, " * 200)
FILE = "<p>a long page</p>" * 200


@web.answers(raw=True, direct=True)
def show(call: Call, name: str = "") -> web.Reply:
    """Show what was asked."""
    if name == "refused":
        raise InputError("the name", ["it is refused"])
    told = b"|".join([name.encode(), call.query, call.content_type.encode(), call.body()])
    return web.Reply(told, headers=(("Link", "<next>"),))


@web.answers(raw=True, direct=True)
def show_long(_call: Call) -> web.Reply:
    """Show much."""
    return web.Reply(LONG, "v1")


@web.answers(raw=True)
def show_long_by_flask() -> web.Reply:
    """Show as much, by Flask."""
    return web.Reply(LONG)


@web.answers(raw=True, direct=True)
def show_list(_call: Call, number: str) -> web.Reply:
    """Show a long list."""
    return web.Reply(Parts([b'"item"'] * int(number)), "v1")


@web.answers(raw=True, direct=True)
def show_flow(_call: Call, number: str) -> web.Reply:
    """Show what is made while it is sent."""
    return web.Reply(Flow(lambda: (b"row\n" for _ in range(int(number)))), "v1")


@web.answers(raw=True)
def keep_nothing() -> web.Reply:
    """Show what nobody may keep."""
    return web.Reply(LONG, headers=(("Cache-Control", "no-store"),))


@web.answers(raw=True, direct=True)
def clash(_call: Call, name: str, other: str) -> web.Reply:
    """Have a path that another's may be, and fail."""
    raise ConflictError(name + other)


def make_routes() -> Blueprint:
    routes = Blueprint("echo", __name__)
    routes.get("/plain")(show)
    routes.post("/plain")(show)
    routes.get("/of/<name>")(show)
    routes.get("/long")(show_long)
    routes.get("/long-by-flask")(show_long_by_flask)
    routes.get("/items/<number>")(show_list)
    routes.get("/flow/<number>")(show_flow)
    routes.get("/never-kept")(keep_nothing)
    routes.get("/<name>/x/<other>")(clash)
    routes.get("/y/x/z", endpoint="yxz")(show_long_by_flask)
    return routes


@pytest.fixture
def app(engine: Engine, tmp_path: Path) -> Flask:
    build.write_files(tmp_path, {"page.html": FILE, "small.html": "<p>", "data.bin": b"\0" * 5_000})
    plugin = Plugin(name="echo", summary="Says what it is told.", routes=make_routes)
    return web.create_app(
        Settings(), plugins=[plugin], engine=engine, workspace=Workspace(tmp_path), site=tmp_path
    )


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def headers(answer: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers}


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        pytest.param("GET", "/api/echo/plain?a=%C3%BC&b", {}, id="a query"),
        pytest.param("HEAD", "/api/echo/plain", {}, id="head"),
        pytest.param("POST", "/api/echo/plain", {"json": {"a": 1}}, id="a body"),
        pytest.param("POST", "/api/echo/plain", {"data": b"x" * 200_000}, id="too long a body"),
        pytest.param("GET", "/api/echo/of/%C3%BC%20x", {}, id="a parameter"),
        pytest.param("GET", "/api/echo/of/%FF", {}, id="a parameter that is no text"),
        pytest.param("GET", "/api/echo/of/", {}, id="no parameter"),
        pytest.param("GET", "/api/echo/of/refused", {}, id="an error"),
        pytest.param("GET", "/api/echo/y/x/z", {}, id="a path that two rules match"),
        pytest.param("GET", "/api/echo/a/x/b", {}, id="an error where two rules might match"),
        pytest.param("PUT", "/api/echo/plain", {}, id="another method"),
        pytest.param("OPTIONS", "/api/echo/plain", {}, id="options"),
        pytest.param("GET", "/api/echo/long", {"headers": {"If-None-Match": '"x", W/"v1"'}}, id="unchanged"),
        pytest.param("GET", "/api/echo/long", {"headers": {"If-None-Match": '"x"'}}, id="changed"),
        pytest.param("GET", "/api/echo/long", {"headers": {"Accept-Encoding": "gzip"}}, id="gzip"),
        pytest.param(
            "GET", "/api/echo/items/3", {"headers": {"If-None-Match": 'W/"v1"'}}, id="an unchanged list"
        ),
    ],
)
def test_an_answer_before_flask_is_the_answer_of_flask(
    app: Flask, method: str, path: str, more: dict[str, Any]
) -> None:
    before = app.test_client().open(path, method=method, **more)
    app.before_request_funcs.setdefault(None, []).append(lambda: None)
    within = app.test_client().open(path, method=method, **more)

    assert (before.status, before.data) == (within.status, within.data)
    assert headers(before) == headers(within)


def test_whoever_hooks_into_requests_sees_each(app: Flask, client: FlaskClient) -> None:
    seen = []
    client.get("/api/echo/plain")

    @app.after_request
    def note(answer: Response) -> Response:
        seen.append(answer.status_code)
        return answer

    client.get("/api/echo/plain")

    assert seen == [200]


def test_a_body_of_unknown_length_is_read_by_flask(client: FlaskClient) -> None:
    answer = client.post(
        "/api/echo/plain", input_stream=BytesIO(b"abc"), headers={"Content-Length": ""},
        environ_overrides={"wsgi.input_terminated": True},
    )  # fmt: skip

    assert answer.data == b"|||abc"


@pytest.mark.parametrize("path", ["/api/echo/long", "/api/echo/long-by-flask"])
def test_a_long_answer_is_compressed_for_who_accepts_it(client: FlaskClient, path: str) -> None:
    plain = client.get(path)
    packed = [client.get(path, headers={"Accept-Encoding": "gzip, br"}) for _ in range(2)]
    refused = client.get(path, headers={"Accept-Encoding": "gzip;q=0"})

    assert [gzip.decompress(answer.data) for answer in packed] == [LONG, LONG]
    assert packed[0].headers["Content-Encoding"] == "gzip"
    assert packed[0].headers["Content-Length"] == str(len(packed[0].data))
    assert packed[0].headers["ETag"] == plain.headers["ETag"]
    assert refused.data == plain.data == LONG
    assert {answer.headers["Vary"] for answer in (plain, refused, *packed)} == {"Accept-Encoding"}


def test_a_short_answer_is_not_compressed(client: FlaskClient) -> None:
    assert (
        "Content-Encoding" not in client.get("/api/echo/plain", headers={"Accept-Encoding": "gzip"}).headers
    )


@pytest.mark.parametrize("path", ["/api/echo/plain", "/api/echo/long", "/api/echo/long-by-flask", "/healthz"])
def test_whoever_has_an_answer_is_told_so(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"], "Accept-Encoding": "gzip"})

    assert first.headers["Cache-Control"] == "no-cache"
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert again.headers["Vary"] == "Accept-Encoding"
    assert client.get(path, headers={"If-None-Match": 'W/"other"'}).status_code == 200


def test_what_nobody_may_keep_has_no_tag(client: FlaskClient) -> None:
    answer = client.get("/api/echo/never-kept")

    assert "ETag" not in answer.headers
    assert answer.headers.getlist("Cache-Control") == ["no-store"]


def test_a_file_of_the_site_is_compressed_once(client: FlaskClient) -> None:
    plain = client.get("/page.html")
    packed = [client.get("/page.html", headers={"Accept-Encoding": "gzip"}) for _ in range(2)]

    assert [gzip.decompress(answer.data).decode() for answer in packed] == [FILE, FILE]
    assert packed[0].headers["ETag"] != plain.headers["ETag"]
    assert packed[0].headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    for answer in (plain, packed[0]):
        asked = {
            "If-None-Match": answer.headers["ETag"],
            "Accept-Encoding": answer.headers.get("Content-Encoding", ""),
        }
        assert client.get("/page.html", headers=asked).status_code == 304
    head = client.head("/page.html", headers={"Accept-Encoding": "gzip"})
    assert (head.data, head.headers["Content-Length"]) == (b"", str(len(packed[0].data)))


def test_a_part_of_a_file_is_a_part_of_its_own_bytes(client: FlaskClient) -> None:
    part = client.get("/page.html", headers={"Accept-Encoding": "gzip", "Range": "bytes=0-9"})

    assert (part.status_code, part.text) == (206, FILE[:10])
    assert "Content-Encoding" not in part.headers
    assert part.headers["ETag"] == client.get("/page.html").headers["ETag"]


@pytest.mark.parametrize("path", ["/small.html", "/data.bin"])
def test_a_file_that_would_not_become_smaller_stays_as_it_is(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in answer.headers
    assert "Vary" not in answer.headers


def test_every_answer_has_the_headers_of_safety(client: FlaskClient) -> None:
    for path in ("/api/echo/plain", "/api/echo/long-by-flask", "/page.html", "/api/nothing"):
        assert client.get(path).headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("number", [0, 1, 128, 129, 1_000])
def test_a_long_list_is_joined_while_it_is_sent(client: FlaskClient, number: int) -> None:
    expected = ["item"] * number

    plain = client.get(f"/api/echo/items/{number}")
    packed = client.get(f"/api/echo/items/{number}", headers={"Accept-Encoding": "gzip"})
    head = client.head(f"/api/echo/items/{number}")

    assert plain.json == expected
    assert orjson.loads(gzip.decompress(packed.data)) == expected
    assert plain.headers["Content-Length"] == head.headers["Content-Length"] == str(len(plain.data))
    assert (head.data, head.headers["ETag"]) == (b"", plain.headers["ETag"])


def test_what_is_made_while_it_is_sent_has_no_length_before(app: Flask, client: FlaskClient) -> None:
    expected = b"row\n" * 1_000

    before = client.get("/api/echo/flow/1000")
    packed = client.get("/api/echo/flow/1000", headers={"Accept-Encoding": "gzip"})
    app.before_request_funcs.setdefault(None, []).append(lambda: None)
    within = client.get("/api/echo/flow/1000")

    assert before.data == within.data == gzip.decompress(packed.data) == expected
    assert [answer.headers.get("Content-Length") for answer in (before, packed, within)] == [None] * 3
    assert [answer.headers["ETag"] for answer in (before, packed, within)] == ['W/"v1"'] * 3
    assert web.Reply(Flow(lambda: iter(()))).held_bytes == 0


def test_a_list_that_is_joined_already_is_the_same() -> None:
    parts = Parts([b"1"] * 300)

    assert b"".join(parts.made_ready()) == b"".join(parts) == orjson.dumps([1] * 300)
    assert parts.made_ready().held_bytes == parts.made_ready().size == parts.size


def test_only_so_many_long_lists_are_sent_at_once(app: Flask, client: FlaskClient) -> None:
    environ = EnvironBuilder("/api/echo/items/1000").get_environ()
    app.wsgi_app._streams = Streams(most=2)  # type: ignore[attr-defined]
    sent = [app.wsgi_app(dict(environ), lambda *_: lambda _: None) for _ in range(2)]

    refused = client.get("/api/echo/items/1000")
    asked = client.head("/api/echo/items/1000")

    assert (refused.status_code, asked.status_code) == (503, 200)
    assert refused.json is not None
    assert refused.json["error"]["name"] == "ServiceUnavailableError"
    assert refused.headers["Retry-After"] == "1"
    assert refused.headers["X-Content-Type-Options"] == "nosniff"
    assert {b"".join(answer) for answer in sent} == {orjson.dumps(["item"] * 1_000)}
    for answer in sent:
        answer.close()  # type: ignore[attr-defined]
    assert client.get("/api/echo/items/1000").status_code == 200


def test_the_head_of_a_compressed_answer_tells_no_length_of_another(client: FlaskClient) -> None:
    head = client.head("/api/echo/long-by-flask", headers={"Accept-Encoding": "gzip"})

    assert (head.headers["Content-Encoding"], head.data) == ("gzip", b"")
    assert head.headers.get("Content-Length") != str(len(LONG))
    assert "Accept-Encoding" in head.headers["Vary"]
