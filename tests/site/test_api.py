from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
from flask import Flask

from waypost.core.errors import NotFoundError, ServiceUnavailableError
from waypost.site.api import LocalApi
from waypost.site.httpapi import HttpApi


class Backend(BaseHTTPRequestHandler):
    """Answers by path: found, missing, broken, or something that is not JSON."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        status = {"/missing": 404, "/broken": 500}.get(self.path.partition("?")[0], 200)
        body: object = {"path": self.path} if status == 200 else {"error": {"message": "no such thing"}}
        text = "<html>" if self.path == "/page" else json.dumps(body)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None: ...


@contextmanager
def serving() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Backend)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_values_are_read_over_http_with_their_query() -> None:
    with serving() as base:
        assert HttpApi(base).get("/found", limit="2") == {"path": "/found?limit=2"}


def test_what_is_not_there_is_told_apart_from_what_is_broken() -> None:
    with serving() as base:
        api = HttpApi(base)

        with pytest.raises(NotFoundError, match="no such thing"):
            api.get("/missing")
        with pytest.raises(ServiceUnavailableError, match="/broken answered 500: no such thing"):
            api.get("/broken")
        with pytest.raises(ServiceUnavailableError, match="does not answer with JSON"):
            api.get("/page")


def test_a_backend_that_is_away_is_asked_once() -> None:
    api = HttpApi("http://127.0.0.1:9", timeout_s=0.5)

    with pytest.raises(
        ServiceUnavailableError, match=r"http://127\.0\.0\.1:9 cannot be reached \(nothing listens"
    ):
        api.get("/a")
    with pytest.raises(ServiceUnavailableError, match="cannot be reached"):
        api.get("/b")


def test_an_app_in_the_process_answers_alike() -> None:
    app = Flask("backend")
    app.add_url_rule("/found", view_func=lambda: {"ok": True})
    app.add_url_rule("/broken", view_func=lambda: ({"error": {"message": "too bad"}}, 500), endpoint="broken")
    api = LocalApi(app)

    assert api.get("/found") == {"ok": True}
    with pytest.raises(NotFoundError):
        api.get("/missing")
    with pytest.raises(ServiceUnavailableError, match="too bad"):
        api.get("/broken")
