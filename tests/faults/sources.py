"""A web server of the tests' own that holds sources, and misbehaves where its paths say so."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HUGE = 5_000_000_000
HANG_S = 60.0
BLOCK = b"# " + b"x" * 65_533 + b"\n"


class Sources(ThreadingHTTPServer):
    """Answers with the text of a path; a text that is a function does with the request what it likes."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.texts: dict[str, str] = {}
        self.asked: Counter[str] = Counter()
        self.sent: Counter[str] = Counter()
        self.ending = threading.Event()

    @property
    def base(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of callers who go away."""


class _Handler(BaseHTTPRequestHandler):
    server: Sources

    def do_GET(self) -> None:
        self.server.asked[self.path] += 1
        with suppress(OSError):
            {
                "/hangs.yaml": self._hang,
                "/hangs-once.yaml": self._hang_once,
                "/huge.yaml": self._announce,
                "/endless.yaml": self._pour,
                "/loop.yaml": self._redirect,
                "/private.yaml": self._redirect,
                "/metadata.yaml": self._redirect,
            }.get(self.path, self._answer)()

    def _answer(self) -> None:
        text = self.server.texts.get(self.path)
        self.send_response(404 if text is None else 200)
        body = (text or "").encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _hang(self) -> None:
        self.server.ending.wait(HANG_S)

    def _hang_once(self) -> None:
        if self.server.asked[self.path] == 1:
            self._hang()
        else:
            self._answer()

    def _announce(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(HUGE))
        self.end_headers()
        self._send_without_end()

    def _pour(self) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self._send_without_end(b"%x\r\n" % len(BLOCK), b"\r\n")

    def _send_without_end(self, before: bytes = b"", behind: bytes = b"") -> None:
        while self.server.sent[self.path] < HUGE and not self.server.ending.is_set():
            self.wfile.write(before + BLOCK + behind)
            self.server.sent[self.path] += len(BLOCK)

    def _redirect(self) -> None:
        targets = {
            "/loop.yaml": "/loop.yaml",
            # Nothing may ever be sent to these two: the first is somebody's router, the other a cloud's secrets.
            "/private.yaml": "http://10.0.0.1/catalog.yaml",
            "/metadata.yaml": "http://169.254.169.254/latest/meta-data/",
        }
        self.send_response(302)
        self.send_header("Location", targets[self.path])
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serve_sources() -> Iterator[Sources]:
    """Give a running server of sources, on the loopback address."""
    server = Sources()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.ending.set()
        server.shutdown()
        thread.join()
        server.server_close()
