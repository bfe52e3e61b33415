"""The gate: what every answer passes on its way out, around Flask where its hooks would cost ten times as much."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from weakref import ref

from flask import Flask

from waypost.core.bounded import BoundedCache
from waypost.core.compress import accepts_gzip, compress, compressed, is_worth_it
from waypost.core.cors import Cors
from waypost.core.direct import DirectRoutes
from waypost.core.errors import ServiceUnavailableError
from waypost.core.intake import Intake
from waypost.core.reply import Flow, Headers, Parts, Reply, etag_of, headers_of, is_among, unchanged_headers
from waypost.core.streams import Streams

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_HEADERS: Final = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
)
_STATUSES: Final = {status.value: f"{status.value} {status.phrase.upper()}" for status in HTTPStatus}
_BODILESS: Final = ("GET", "HEAD", "OPTIONS")
_OK: Final = "200 OK"
_NOT_MODIFIED: Final = "304 NOT MODIFIED"
_PACKED_BYTES: Final = 8_000_000
_RETRY_S: Final = "1"


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
        self._intake = Intake()
        self._streams = Streams()
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
        if environ["REQUEST_METHOD"] not in _BODILESS:
            environ["wsgi.input"] = self._intake.of(environ["wsgi.input"])
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
        body = reply.body
        if not isinstance(body, bytes):
            return self._stream(body, headers, environ, start)
        accepted = environ.get("HTTP_ACCEPT_ENCODING")
        if accepted and accepts_gzip(accepted) and is_worth_it(len(body), reply.content_type):
            body = self._pack(body)
            headers.append(("Content-Encoding", "gzip"))
        headers += (("Content-Length", str(len(body))), *_HEADERS)
        start(_STATUSES[reply.status], headers)
        return [] if method == "HEAD" else [body]

    def _stream(
        self, parts: Parts | Flow, headers: Headers, environ: WSGIEnvironment, start: StartResponse
    ) -> Iterable[bytes]:
        is_packed = accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING") or "identity")
        answer: Iterable[bytes] = []
        if environ["REQUEST_METHOD"] != "HEAD":
            stream = self._streams.take(compressed(parts) if is_packed else parts)
            if stream is None:
                return self._refuse(environ, start)
            answer = stream
        if is_packed:
            headers.append(("Content-Encoding", "gzip"))
        elif isinstance(parts, Parts):
            headers.append(("Content-Length", str(parts.size)))
        start(_OK, [*headers, *_HEADERS])
        return answer

    def _refuse(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer, as every error is answered, that too much is being sent already."""
        error = ServiceUnavailableError(
            "as many long lists as can be are being sent already; ask again, or for pages"
        )
        app = self._app
        with app.request_context(environ):
            answer = app.make_response(app.handle_user_exception(error))
            answer.headers["Retry-After"] = _RETRY_S
            return answer(environ, _adding(start, list(_HEADERS)))

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
        if accepted and accepts_gzip(accepted) and _is_packable(status, headers):
            body = b"".join(answer)
            if hasattr(answer, "close"):
                answer.close()
            is_asked = environ["REQUEST_METHOD"] != "HEAD"
            answer = [_repacked(body, headers)] if is_asked else _announced(headers)
        start(status, [*headers, *_HEADERS], exc_info)
        return answer


def _is_packable(status: str, headers: Headers) -> bool:
    """Tell whether an answer of Flask's may be compressed: whole, of known size, not yet and not to the byte."""
    held = {name.lower(): value for name, value in headers}
    return (
        status == _OK
        and "content-encoding" not in held
        and held.get("etag", "W/").startswith("W/")
        and is_worth_it(int(held.get("content-length", 0)), held.get("content-type", ""))
    )


def _repacked(body: bytes, headers: Headers) -> bytes:
    """Return *body* compressed, and let *headers* say so."""
    packed = compress(body)
    _announced(headers)
    headers.append(("Content-Length", str(len(packed))))
    return packed


def _announced(headers: Headers) -> list[bytes]:
    """Let *headers* say that the answer is compressed, however long that is; return no body."""
    headers[:] = [(name, value) for name, value in headers if name.lower() != "content-length"]
    headers.append(("Content-Encoding", "gzip"))
    if not any(name == "Vary" and "Accept-Encoding" in value for name, value in headers):
        headers.append(("Vary", "Accept-Encoding"))
    return []


def _adding(start: StartResponse, more: Headers) -> StartResponse:
    def outer(status: str, headers: Headers, exc_info: Any = None, /) -> Any:
        return start(status, [*headers, *more], exc_info)

    return outer
