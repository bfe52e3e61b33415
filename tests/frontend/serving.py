"""Small web servers: of the built frontend, and of somebody else's catalog files."""

from __future__ import annotations

import mimetypes
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

START_WAIT_S = 60


@dataclass
class Files:
    """What a server answers with: texts by path, the files of a folder, and a page for every other path."""

    texts: dict[str, str] = field(default_factory=dict)
    folder: Path | None = None
    page: str = ""
    address: str = ""

    def find(self, path: str) -> tuple[bytes, str] | None:
        """Return what there is at *path*, and of what kind; None for nothing."""
        if path in self.texts:
            return self.texts[path].encode(), "text/yaml; charset=utf-8"
        if self.folder is not None and path.startswith("/static/"):
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            return (self.folder / path[1:]).read_bytes(), kind
        return (self.page.encode(), "text/html; charset=utf-8") if self.page else None


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing: a browser that leaves a page no longer takes what it asked for."""


@contextmanager
def open_server(files: Files) -> Iterator[Files]:
    """Serve *files* at their ``address``, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = files.find(self.path.partition("?")[0])
            body, kind = found or (b"", "text/plain")
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with _Server(("127.0.0.1", 0), Handler) as server:
        files.address = f"http://localhost:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield files
        finally:
            server.shutdown()
            thread.join()


@dataclass(frozen=True)
class Portal:
    """Where the frontend is, and the backend that it asks."""

    address: str
    backend: str


def wait_for_text(address: str, text: str) -> None:
    """Return when the answer at *address* holds *text*; fail where it does not come to."""
    found = ""
    deadline = time.monotonic() + START_WAIT_S
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                found = answer.read().decode()
        except urllib.error.HTTPError as error:
            found = str(error)
        if text in found:
            return
        time.sleep(0.1)
    pytest.fail(f"{address} never said '{text}': {found[:300]}")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when something answers at *address*; fail with what *process* logged where it does not."""
    deadline = time.monotonic() + START_WAIT_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"nothing answers at {address}: {log.read_text(encoding='utf-8')[-2000:]}")
