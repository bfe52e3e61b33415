"""Between the Catalog API and the web: the index of a request, and answers with their etags."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from flask import Response, current_app, request

from waypost.catalog.index import EntityIndex
from waypost.catalog.service import CurrentIndex

_EXTENSION = "waypost.catalog"
_JSON = "application/json; charset=utf-8"


def current_index() -> EntityIndex:
    """Return the index of the newest revision."""
    held = current_app.extensions.get(_EXTENSION)
    if held is None:
        held = current_app.extensions.setdefault(
            _EXTENSION, CurrentIndex(current_app.extensions["waypost.engine"])
        )
    return cast("CurrentIndex", held).get()


def answer(body: bytes, etag: str, headers: dict[str, str] | None = None) -> Response:
    """Return *body*, or 304 where the caller has it already."""
    tag = f'"{etag}"'
    sent = request.headers.get("If-None-Match")
    is_held = sent is not None and (tag in sent or sent == "*") and request.method == "GET"
    response = Response(b"" if is_held else body, 304 if is_held else 200)
    response.headers["Content-Type"] = _JSON
    response.headers["ETag"] = tag
    if headers:
        response.headers.update(headers)
    return response


def answer_cached(index: EntityIndex, make: Callable[[], tuple[bytes, dict[str, str]]]) -> Response:
    """Return what *make* gives, made once for each address and revision."""
    key = request.path, request.query_string
    held = index.responses.get(key)
    if held is None:
        held = make()
        index.responses.put(key, held, len(held[0]) + 500)
    return answer(held[0], index.revision.etag, held[1])


def refuse(_path: str = "") -> Response:
    """Return what an address gets that the API does not have: 404 without a body."""
    response = Response(b"", 404)
    del response.headers["Content-Type"]
    return response
