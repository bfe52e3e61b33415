"""The backend as a build reads it, in this process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask

from waypost.core.errors import NotFoundError, ServiceUnavailableError


class LocalApi:
    """The API of an app in this process: no socket, the same answers."""

    def __init__(self, app: Flask) -> None:
        self._client = app.test_client()

    def get(self, path: str, /, **query: str) -> Any:
        """Return the JSON answer to ``GET path``.

        Raises:
            NotFoundError: It answers 404.
            ServiceUnavailableError: It answers with another error.
        """
        answer = self._client.get(path, query_string=query)
        if answer.status_code >= 400:  # noqa: PLR2004  # Where HTTP's errors begin.
            raise error_of(path, answer.status_code, answer.get_json(silent=True))
        return answer.get_json()


def error_of(path: str, status: int, body: object) -> NotFoundError | ServiceUnavailableError:
    """Return what an answer with *status* and *body* to ``GET path`` says is wrong."""
    message = _message_of(body)
    if status == 404:  # noqa: PLR2004  # HTTP's number for it.
        error = NotFoundError("answer", path)
        error.args = (message,) if message else error.args
        return error
    return ServiceUnavailableError(f"GET {path} answered {status}: {message or 'no reason given'}")


def _message_of(body: object) -> str:
    told = body.get("error") if isinstance(body, Mapping) else None
    return str(told.get("message", "")) if isinstance(told, Mapping) else ""
