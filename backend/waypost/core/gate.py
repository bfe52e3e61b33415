"""The gate: what every answer passes on its way out, around Flask where its hooks would cost ten times as much."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from http import HTTPStatus
from threading import Semaphore
from typing import TYPE_CHECKING, Any, Final
from weakref import ref

from flask import Flask

from waypost.core.bounded import BoundedCache
from waypost.core.compress import accepts_gzip, compress, compressed, is_worth_it
from waypost.core.cors import Cors
from waypost.core.direct import DirectRoutes
from waypost.core.reply import Headers, Parts, Reply, etag_of, headers_of, is_among, unchanged_headers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_HEADERS: Final = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
)
_STATUSES: Final = {status.value: f"{status.value} {status.phrase.upper()}" for status in HTTPStatus}
_OK: Final = "200 OK"
_NOT_MODIFIED: Final = "304 NOT MODIFIED"
_PACKED_BYTES: Final = 8_000_000
_STREAMS: Final = 3
_STREAM_WAIT_S: Final = 0.25


class Gate:
    """Answers what it can before Flask; compresses, and adds the headers that all answers have.

    Args:
        cors: Which other origins may read the answers, None for none.
    """

    def __init__(self, app: Flask, cors: Cors | None) -> None:
        # It holds its gate: a circle would keep both, and connections, until somebody looks for garbage.
        self._held = ref(app)
        self._direct = DirectRoutes(app)
        self._cors = cors
        self._streams = Semaphore(_STREAMS)
        # By body: an answer that is kept is compressed only once.
        self._packed = BoundedCache[bytes, bytes](_PACKED_BYTES)

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        if self._cors is not None:
            origin = environ.get("HTTP_ORIGIN")
            if environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ:
                allowed = self._cors.preflight(origin)
                if allowed is not None:
                    start("204 NO CONTENT", [*allowed, *_HEADERS])
                    return []
            start = _adding(start, self._cors.headers(origin))
        reply = self._direct.find(environ)
        return self._through_flask(environ, start) if reply is None else self._send(reply, environ, start)

    @property
    def _app(self) -> Flask:
        app = self._held()
        assert app is not None  # noqa: S101 - it is the application that calls
        return app

    def _send(self, reply: Reply, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        is_read = method != "POST"
        etag = etag_of(reply) if is_read else reply.etag
        if etag and is_read and is_among(etag, environ.get("HTTP_IF_NONE_MATCH")):
            start(_NOT_MODIFIED, [*unchanged_headers(etag), *_HEADERS])
            return []
        headers = headers_of(reply, etag)
        accepted = environ.get("HTTP_ACCEPT_ENCODING")
        if isinstance(reply.body, Parts):
            is_packed = bool(accepted) and accepts_gzip(accepted)
            return self._stream(reply.body, headers, start, is_packed=is_packed, is_asked=method != "HEAD")
        body = reply.body
        if accepted and accepts_gzip(accepted) and is_worth_it(len(body), reply.content_type):
            body = self._pack(body)
            headers.append(("Content-Encoding", "gzip"))
        headers += (("Content-Length", str(len(body))), *_HEADERS)
        start(_STATUSES[reply.status], headers)
        return [] if method == "HEAD" else [body]

    def _stream(
        self, parts: Parts, headers: Headers, start: StartResponse, *, is_packed: bool, is_asked: bool
    ) -> Iterable[bytes]:
        """Send *parts* one by one, so that many at once do not fill the memory.

        A thread stays with what it sends until the client has taken it. So that slow clients do not keep them
        all, only some may; what comes beside is joined and handed over.
        """
        headers.append(("Content-Encoding", "gzip") if is_packed else ("Content-Length", str(parts.size)))
        start(_OK, [*headers, *_HEADERS])
        if not is_asked:
            return []
        sent = compressed(parts) if is_packed else iter(parts)
        if not self._streams.acquire(timeout=_STREAM_WAIT_S):
            return [b"".join(sent)]
        return _Stream(sent, self._streams)

    def _pack(self, body: bytes) -> bytes:
        packed = self._packed.get(body)
        if packed is None:
            packed = compress(body)
            self._packed.put(body, packed, len(packed) + len(body))
        return packed

    def _through_flask(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        told: list[Any] = []

        def wait(status: str, headers: Headers, exc_info: Any = None, /) -> Any:
            told[:] = status, headers, exc_info
            return told.append

        answer = Flask.wsgi_app(self._app, environ, wait)
        status, headers, exc_info = told
        accepted = environ.get("HTTP_ACCEPT_ENCODING")
        if accepted and accepts_gzip(accepted) and _is_packable(status, headers, environ):
            body = b"".join(answer)
            if hasattr(answer, "close"):
                answer.close()
            answer = [_repacked(body, headers)]
        start(status, [*headers, *_HEADERS], exc_info)
        return answer


class _Stream:
    """An answer on its way, which frees its place when it is done."""

    def __init__(self, parts: Iterator[bytes], places: Semaphore) -> None:
        self._parts = parts
        self._places: Semaphore | None = places

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._parts)

    def close(self) -> None:
        """Free its place; the server calls this however the sending ended (PEP 3333)."""
        places, self._places = self._places, None
        if places is not None:
            places.release()


def _is_packable(status: str, headers: Headers, environ: WSGIEnvironment) -> bool:
    """Tell whether an answer of Flask's may be compressed: whole, of known size, not yet and not to the byte."""
    held = {name.lower(): value for name, value in headers}
    return (
        status == _OK
        and environ["REQUEST_METHOD"] != "HEAD"
        and "content-encoding" not in held
        and held.get("etag", "W/").startswith("W/")
        and is_worth_it(int(held.get("content-length", 0)), held.get("content-type", ""))
    )


def _repacked(body: bytes, headers: Headers) -> bytes:
    """Return *body* compressed, and let *headers* say so."""
    packed = compress(body)
    headers[:] = [(name, value) for name, value in headers if name.lower() != "content-length"]
    headers += [("Content-Encoding", "gzip"), ("Content-Length", str(len(packed)))]
    if not any(name == "Vary" and "Accept-Encoding" in value for name, value in headers):
        headers.append(("Vary", "Accept-Encoding"))
    return packed


def _adding(start: StartResponse, more: Headers) -> StartResponse:
    def outer(status: str, headers: Headers, exc_info: Any = None, /) -> Any:
        return start(status, [*headers, *more], exc_info)

    return outer
