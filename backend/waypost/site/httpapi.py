"""The backend as a build reads it, over HTTP."""

from __future__ import annotations

from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from waypost.core.errors import ServiceUnavailableError
from waypost.site.api import error_of

CONNECT_TIMEOUT_S = 3.05


class HttpApi:
    """The API of a backend elsewhere.

    Brief faults are tried again. Once it could not be reached it counts as away for the rest of the build,
    so that a thousand pages do not wait a thousand times.
    """

    def __init__(self, base: str, timeout_s: float = 10.0) -> None:
        self.base = base.rstrip("/")
        self._timeouts = (CONNECT_TIMEOUT_S, timeout_s)
        self._away = ""
        self._session = requests.Session()
        again = Retry(total=2, backoff_factor=0.2, status_forcelist=(502, 503, 504), raise_on_status=False)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=again))

    def get(self, path: str, /, **query: str) -> Any:
        """Return the JSON answer to ``GET path``.

        Raises:
            NotFoundError: It answers 404.
            ServiceUnavailableError: It cannot be reached, or answers with another error.
        """
        if self._away:
            raise ServiceUnavailableError(self._away)
        try:
            answer = self._session.get(self.base + path, params=query, timeout=self._timeouts)
            body = answer.json()
        except requests.JSONDecodeError as error:
            raise ServiceUnavailableError(f"{self.base}{path} does not answer with JSON") from error
        except requests.RequestException as error:
            self._away = f"the backend at {self.base} cannot be reached ({_reason(error)})"
            raise ServiceUnavailableError(self._away) from error
        if not answer.ok:
            raise error_of(path, answer.status_code, body)
        return body


def _reason(error: requests.RequestException) -> str:
    named = {
        requests.ConnectTimeout: "no answer in time",
        requests.ReadTimeout: "no answer in time",
        requests.exceptions.SSLError: "its certificate is not trusted",
        requests.ConnectionError: "nothing listens there",
    }
    return next((text for kind, text in named.items() if isinstance(error, kind)), type(error).__name__)
