"""Runs the real ``waypost serve`` over a folder, and asks it."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from cli.served import free_port, running, wait_for


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: the status, the body as text, and the headers in lower case."""

    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.text)

    @property
    def message(self) -> str:
        """What the error says."""
        told: str = self.json["error"]["message"]
        return told


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs, and the port that its locations may be fetched from."""

    port: int
    elsewhere: int
    token: str = ""
    writer_token: str = ""

    def as_writer(self) -> Served:
        """Return the same server, asked with a token that may write."""
        return replace(self, token=self.writer_token)

    @property
    def environment(self) -> dict[str, str]:
        """What the client's own tests need to know."""
        return {"BASE_URL": f"http://127.0.0.1:{self.port}", "ELSEWHERE_PORT": str(self.elsewhere)}

    def get(self, path: str, **headers: str) -> Answer:
        """Answer ``GET /api/catalog`` and *path*."""
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, body: object) -> Answer:
        """Answer ``POST /api/catalog`` and *path*, with *body* as JSON, or as it is where it is a text."""
        return self.ask("POST", path, body if isinstance(body, str) else json.dumps(body))

    def ask(
        self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Answer the request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        kept = {"Content-Type": "application/json"} | {
            name.replace("_", "-"): value for name, value in (headers or {}).items()
        }
        if self.token:
            kept["Authorization"] = f"Bearer {self.token}"
        connection.request(method, f"/api/catalog{path}", body, kept)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return Answer(answer.status, text, {name.lower(): value for name, value in answer.getheaders()})

    def names(self) -> set[str]:
        """Return the names of all entities but the Locations that the catalog makes."""
        entities = self.get("/entities?fields=metadata.name").json
        found = {entity["metadata"]["name"] for entity in entities}
        return {name for name in found if not name.startswith("generated-")}


@contextmanager
def serve_files(port: int, files: Mapping[str, str]) -> Iterator[None]:
    """Serve *files*, by their paths, on *port*; they may change meanwhile."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = files.get(self.path)
            self.send_response(404 if text is None else 200)
            self.end_headers()
            self.wfile.write((text or "").encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def serve(root: Path, *, may_write: bool = True) -> Iterator[Served]:
    """Run ``waypost serve`` over the workspace *root*."""
    served = Served(free_port(), free_port())
    allowed = [f"fetch.allow=127.0.0.1:{served.elsewhere}", "fetch.private=127.0.0.1"]
    given = ["auth.anonymous_writes=true", *allowed] if may_write else allowed
    settings = [part for setting in given for part in ("--set", setting)]
    with running(root, *settings, "serve", "--port", str(served.port)):
        wait_for(f"http://127.0.0.1:{served.port}/readyz")
        yield served
