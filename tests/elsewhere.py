"""Small HTTP servers on this machine, for tests of what is read from elsewhere."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from urllib.parse import parse_qs, urlsplit

Headers = Mapping[str, str]
"""Of a request, whose names may be written in any case, or of an answer."""


@dataclass(frozen=True)
class Asked:
    """One request that a server got."""

    method: str
    target: str
    headers: Headers
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path, as it was sent."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the query."""
        return {name: values[-1] for name, values in parse_qs(urlsplit(self.target).query).items()}


@dataclass(frozen=True)
class Reply:
    """One answer. ``pieces`` are sent one by one behind ``body``, without a length, until the other side has enough."""

    status: int = 200
    body: bytes = b""
    headers: Headers = field(default_factory=dict)
    pieces: Iterator[bytes] | None = None


Answer = Callable[[Asked], Reply]


class Server:
    """A running server: its address, what it was asked, and how much of its pieces it could send."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[Asked] = []
        self.sent_bytes = 0
        self.is_cut = Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"ours": self}))
        self._http.daemon_threads = True
        self.port = self._http.server_address[1]
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.host}"

    def use_tls(self, certificate: Path) -> None:
        """Speak TLS with the key and certificate in the file."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._http.socket = context.wrap_socket(self._http.socket, server_side=True)

    def run(self) -> None:
        """Answer until it is closed."""
        self._http.serve_forever(poll_interval=0.02)

    def close(self) -> None:
        """Answer nothing any more."""
        self._http.shutdown()
        self._http.server_close()

    @property
    def paths(self) -> list[str]:
        """The paths that it was asked for, in order."""
        return [asked.path for asked in self.asked]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    ours: Server

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked = Asked(self.command, self.path, self.headers, body)  # type: ignore[arg-type]
        self.ours.asked.append(asked)
        reply = self.ours.answer(asked)
        with suppress(OSError):
            self._write(reply)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        self.do_GET()

    def _write(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        names = {name.lower() for name in reply.headers}
        has_length = not names.isdisjoint({"content-length", "transfer-encoding"})
        if reply.pieces is None and not has_length:
            self.send_header("Content-Length", str(len(reply.body)))
        else:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)
            self._write_pieces(reply.pieces or iter(()))

    def _write_pieces(self, pieces: Iterator[bytes]) -> None:
        try:
            for piece in pieces:
                self.wfile.write(piece)
                self.ours.sent_bytes += len(piece)
        except OSError:
            self.ours.is_cut.set()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serve(answer: Answer, certificate: Path | None = None) -> Iterator[Server]:
    """Run a server that answers as *answer* says, at a free port of this machine."""
    server = Server(answer)
    if certificate:
        server.use_tls(certificate)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join()


@contextmanager
def accept_raw(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """Run a server below HTTP: *talk* gets each connection. Gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=_accept, args=(listening, talk), daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def _accept(listening: socket.socket, talk: Callable[[socket.socket], None]) -> None:
    with suppress(OSError):
        while True:
            connected, _ = listening.accept()
            with connected, suppress(OSError):
                talk(connected)


def drip(piece: bytes = b".", pause_s: float = 0.02) -> Iterator[bytes]:
    """Give *piece* now and then, without end."""
    while True:
        time.sleep(pause_s)
        yield piece


def flood(piece: bytes = b"x" * 65_536) -> Iterator[bytes]:
    """Give *piece* at once, without end."""
    while True:
        yield piece
