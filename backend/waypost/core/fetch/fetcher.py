"""The one way out of the process: fetches from hosts that a setting allows, within limits of size and time."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path

from requests import Session

from waypost.core.closing import Closing
from waypost.core.errors import SettingError
from waypost.core.fetch.address import Address, parse_address
from waypost.core.fetch.connect import Guard, GuardedAdapter
from waypost.core.fetch.deadline import Deadline
from waypost.core.fetch.error import AttemptError, FetchError
from waypost.core.fetch.journey import Journey, Outside
from waypost.core.fetch.policy import Policy, read_policy, shown_address
from waypost.core.fetch.send import Answer, Question, send
from waypost.core.fetch.settings import CA_FILE, MAX_BYTES, TIMEOUT_S
from waypost.core.settings import Settings

__all__ = ["Answer", "FetchError", "Fetcher", "Outside", "open_fetcher", "shown_address"]

_log = logging.getLogger(__name__)


class Fetcher(Closing):
    """Fetches over HTTP. Threads may share one; whoever opens it closes it.

    Connections to hosts are kept open between fetches. No proxy, no ``.netrc`` and no cookie is used.
    """

    def __init__(self, settings: Settings, outside: Outside | None = None) -> None:
        self._outside = outside or Outside()
        self._policy = read_policy(settings, self._outside.environment)
        self._timeout_s = settings[TIMEOUT_S]
        self._max_bytes = settings[MAX_BYTES]
        self._guard = Guard(self._policy.networks, self._outside.resolve, self._outside.connect)
        self._session = _open_session(self._guard, settings[CA_FILE])

    @property
    def policy(self) -> Policy:
        """What may be fetched."""
        return self._policy

    def get(self, url: str, *, given: str = "", accept: str = "*/*", stamp: str = "") -> Answer:
        """Fetch *url*, with redirects and repeats, before the deadline that is set.

        Args:
            given: The address that a person wrote, where an API is asked in its stead: that one must be
                allowed, its host's token is sent, and the API may redirect within its own host.
            stamp: The ``stamp`` of an earlier answer: the new one may be that nothing changed since.

        Raises:
            FetchError: It may not be fetched, cannot be reached, or answers with an error.
        """
        try:
            return self._ask(url, given, Question("GET", accept, stamp))
        except FetchError as error:
            _log.warning("%s", error)
            raise

    def exists(self, url: str, *, given: str = "", accept: str = "*/*") -> bool:
        """Tell whether there is something at *url*, without fetching it.

        Raises:
            FetchError: It may not be asked, or answers with another error.
        """
        try:
            self._ask(url, given, Question("HEAD", accept, ""))
        except FetchError as error:
            if error.is_missing:
                return False
            _log.warning("%s", error)
            raise
        return True

    def post(self, url: str, body: bytes, headers: Mapping[str, str], *, within_s: float) -> Answer:
        """Send *body* to *url* once, and return the answer without its body, whatever its status.

        No redirect is followed, nothing is repeated, and no token of ``fetch.tokens`` goes along.

        Raises:
            FetchError: It may not be sent there, or there was no answer in time.
        """
        address = self._policy.check(url)
        with Deadline(min(within_s, self._timeout_s)) as deadline:
            self._guard.deadline = deadline
            try:
                return send(
                    self._session, "POST", address, headers, deadline=deadline, max_bytes=0, body=body
                )
            except AttemptError as error:
                raise FetchError(address.shown, error.reason) from error

    def has_token(self, url: str) -> bool:
        """Tell whether a token is sent to *url*.

        Raises:
            FetchError: Nothing may be fetched there.
        """
        return bool(self._policy.token_for(self._policy.check(url)))

    def _ask(self, url: str, given: str, question: Question) -> Answer:
        started = time.monotonic()
        permitted = self._policy.check(given or url)
        first = parse_address(url) if given else permitted
        if isinstance(first, str):
            raise FetchError(permitted.shown, first)
        with Deadline(self._timeout_s) as deadline:
            self._guard.deadline = deadline
            journey = Journey(
                self._policy,
                self._outside,
                partial(self._send, question, deadline),
                first=first,
                given=permitted,
                deadline=deadline,
            )
            answer = journey.run()
        if answer.is_unchanged and not question.conditions:
            raise FetchError(first.shown, "the answer is 304, though nothing was known before")
        spent_s = time.monotonic() - started
        told = (question.method, answer.address.shown, answer.status, len(answer.body), spent_s)
        _log.debug("%s %s: %d, %d bytes in %.3f s", *told)
        return answer

    def _send(self, question: Question, deadline: Deadline, address: Address, token: str) -> Answer:
        headers = question.headers | ({"Authorization": f"Bearer {token}"} if token else {})
        return send(
            self._session, question.method, address, headers, deadline=deadline, max_bytes=self._max_bytes
        )

    def close(self) -> None:
        """Close every connection that is still open."""
        self._session.close()


def open_fetcher(settings: Settings, outside: Outside | None = None) -> Fetcher:
    """Return what fetches by *settings*. Whoever calls this closes it.

    Raises:
        SettingError: A value cannot be understood.
    """
    if settings[CA_FILE] and not Path(settings[CA_FILE]).is_file():
        raise SettingError(f"'{CA_FILE.name}' is '{settings[CA_FILE]}', which is no file")
    # It would write whole addresses, and a query may hold secrets.
    logging.getLogger("urllib3").setLevel(logging.INFO)
    return Fetcher(settings, outside)


def _open_session(guard: Guard, ca_file: str) -> Session:
    session = Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.verify = ca_file or True
    session.headers.update({"User-Agent": "waypost", "Accept-Encoding": "gzip"})
    adapter = GuardedAdapter(guard)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session
