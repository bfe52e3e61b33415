"""CORS: which pages of other origins may read the answers (Fetch standard)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from waypost.core.errors import SettingError
from waypost.core.reply import Headers
from waypost.core.settings import SERVER_CORS_CREDENTIALS, SERVER_CORS_ORIGINS, Settings

ANY: Final = "*"
_PREFLIGHT: Final = (
    ("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE"),
    ("Access-Control-Allow-Headers", "Authorization, Content-Type, If-None-Match, X-Requested-With"),
    ("Access-Control-Max-Age", "600"),
)
_EXPOSED: Final = ("Access-Control-Expose-Headers", "ETag, Link")


@dataclass(frozen=True, slots=True)
class Cors:
    """Who may read the answers from a page of another origin."""

    origins: frozenset[str]
    with_credentials: bool

    def headers(self, origin: str | None) -> Headers:
        """Return the headers of an answer to a page of *origin*, None where the request tells none."""
        is_any = ANY in self.origins
        # Whoever keeps an answer must not give it to another origin.
        headers: Headers = [] if is_any else [("Vary", "Origin")]
        if origin is None or not (is_any or origin in self.origins):
            return headers
        headers += [("Access-Control-Allow-Origin", ANY if is_any else origin), _EXPOSED]
        if self.with_credentials:
            headers.append(("Access-Control-Allow-Credentials", "true"))
        return headers

    def preflight(self, origin: str | None) -> Headers | None:
        """Return the headers that answer a browser which asks before it sends; None where it may not."""
        if origin is None or not (ANY in self.origins or origin in self.origins):
            return None
        return [*self.headers(origin), *_PREFLIGHT]


def read_cors(settings: Settings) -> Cors | None:
    """Return what *settings* allow other origins, None for nothing.

    Raises:
        SettingError: An origin is none, or everybody is let in with credentials.
    """
    origins, with_credentials = settings[SERVER_CORS_ORIGINS], settings[SERVER_CORS_CREDENTIALS]
    _check(origins, with_credentials=with_credentials)
    return Cors(frozenset(origins), with_credentials) if origins else None


def _check(origins: Sequence[str], *, with_credentials: bool) -> None:
    name = SERVER_CORS_ORIGINS.name
    for origin in origins:
        parts = urlsplit(origin)
        is_origin = parts.scheme in ("http", "https") and origin == f"{parts.scheme}://{parts.netloc}"
        if origin != ANY and not (is_origin and parts.netloc):
            raise SettingError(
                f"'{name}': '{origin}' is no origin; write it as https://portal.example.org, without a path"
            )
    if with_credentials and ANY in origins:
        raise SettingError(
            f"'{SERVER_CORS_CREDENTIALS.name}' cannot be true while '{name}' lets every origin in: name them"
        )
