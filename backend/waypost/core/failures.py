"""Failures: the one shape in which every error leaves the API."""

from __future__ import annotations

import logging
from typing import Final
from urllib.parse import quote

import orjson
from flask import Flask, Response, request
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError, StatementError
from werkzeug.exceptions import HTTPException

from waypost.core.answers import JSON
from waypost.core.errors import (
    AuthenticationError,
    InputError,
    NotAllowedError,
    ServiceUnavailableError,
    WaypostError,
)
from waypost.core.static import SITE_ENDPOINT

API: Final = "/api/"
_log = logging.getLogger(__name__)
_NOT_FOUND: Final = 404
_WRONG_METHOD: Final = 405
_REDIRECTS: Final = range(300, 400)
# What Flask itself refuses, in the words of the wire.
_NAMES: Final = {
    400: "InputError",
    401: "AuthenticationError",
    403: "NotAllowedError",
    404: "NotFoundError",
    409: "ConflictError",
    413: "PayloadTooLargeError",
    415: "InputError",
    503: "ServiceUnavailableError",
}
_CHALLENGES: Final = {
    AuthenticationError: 'Bearer realm="waypost", error="invalid_token"',
    NotAllowedError: 'Bearer realm="waypost", error="insufficient_scope"',
}


def handle_failures(app: Flask) -> None:
    """Make *app* answer every error below ``/api`` in the one shape."""
    app.register_error_handler(WaypostError, _on_ours)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(Exception, _on_any)


def failure(name: str, message: str, status: int, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    """Return an error as Backstage's backends word it."""
    body = {
        "error": {"name": name, "message": message},
        "request": {"method": request.method, "url": _url_below_mount()},
        "response": {"statusCode": status},
    }
    return Response(
        orjson.dumps(body), status, [("Content-Type", JSON), ("Cache-Control", "no-store"), *headers]
    )


def _on_ours(error: WaypostError) -> Response:
    challenge = next((text for kind, text in _CHALLENGES.items() if isinstance(error, kind)), "")
    headers = (("WWW-Authenticate", challenge),) if challenge else ()
    return failure(type(error).__name__, str(error), error.status, headers)


def _on_http(error: HTTPException) -> Response:
    status = error.code or 500
    below_api = request.path.startswith(API)
    if status in _REDIRECTS or not below_api:
        response: Response = Response.force_type(error.get_response(), request.environ)  # type: ignore[assignment]
        return response
    unknown = request.routing_exception is not None or request.endpoint == SITE_ENDPOINT
    if unknown and status in (_NOT_FOUND, _WRONG_METHOD):
        # Backstage's router says nothing at all about a path that it does not know.
        empty = Response(b"", _NOT_FOUND)
        empty.headers.pop("Content-Type", None)
        return empty
    return failure(_NAMES.get(status, type(error).__name__), error.description or error.name, status)


def _on_any(error: Exception) -> Response:
    """Answer what nobody foresaw: the log gets the whole of it, the caller nothing of the inside."""
    if isinstance(error, StatementError) and request.method in ("GET", "HEAD"):
        # What is only read is looked for by what the caller gave.
        if isinstance(error, DataError):  # PostgreSQL's texts hold no null byte.
            return _on_ours(
                InputError("the request", ["it holds a character that the database cannot look for"])
            )
        if isinstance(error.orig, OverflowError):
            return _on_ours(
                InputError("the request", ["it holds a time that is in no year from 1 to 9999 in UTC"])
            )
    _log.error("%s %s failed", request.method, request.path, exc_info=error)
    if isinstance(error, OperationalError | InterfaceError) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    ):
        return _on_ours(
            ServiceUnavailableError("the database cannot answer just now; the server's log says why")
        )
    return failure("InternalServerError", "something went wrong here; the server's log says what", 500)


def _url_below_mount() -> str:
    path = quote(request.path, safe="/:@!$&'()*+,;=~")
    if path.startswith(API):
        _, slash, below = path.removeprefix(API).partition("/")
        path = slash + below or "/"
    query = request.query_string.decode("latin-1")
    return f"{path}?{query}" if query else path
