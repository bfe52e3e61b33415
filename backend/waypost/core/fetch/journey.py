"""From the first request to the answer: redirects, each judged anew, and repeats with waits in between."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urljoin

from urllib3 import Retry
from urllib3.exceptions import MaxRetryError

from waypost.core.fetch.address import Address, parse_address
from waypost.core.fetch.connect import Connect, Resolve, resolve_name
from waypost.core.fetch.deadline import Deadline
from waypost.core.fetch.error import AttemptError, FetchError
from waypost.core.fetch.policy import Policy
from waypost.core.fetch.send import Answer
from waypost.core.fetch.waits import REPEATED, REPEATS, asked_wait

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS: Final = 5


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Outside:
    """What a fetcher uses of the world; tests put other things in."""

    resolve: Resolve = resolve_name
    connect: Connect = socket.create_connection
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = _utc_now
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)


@dataclass(frozen=True, slots=True)
class Journey:
    """One fetch. ``given`` is the address that permission and token are judged by; an API's is another than ``first``."""

    policy: Policy
    outside: Outside
    send: Callable[[Address, str], Answer]
    first: Address
    given: Address
    deadline: Deadline

    def run(self) -> Answer:
        """Return the answer of where the redirects end.

        Raises:
            FetchError: There is none, or it is an error.
        """
        address, seen = self.first, [self.first]
        while True:
            answer = self._repeat(address)
            if answer.status not in _REDIRECTS or "location" not in answer.headers:
                break
            address = self._next(answer)
            if address in seen:
                raise self._error(f"it is redirected in a circle, to {address.shown} again")
            if len(seen) > _MAX_REDIRECTS:
                raise self._error(f"it is redirected more than {_MAX_REDIRECTS} times")
            seen.append(address)
        if answer.is_good:
            return answer
        hint = self.policy.hint(self.given)
        raise self._error(f"{self._at(address)}the answer is {answer.status}{hint}", answer.status)

    def _next(self, answer: Answer) -> Address:
        """Return where a redirect leads, when that may be fetched too."""
        try:
            address = parse_address(urljoin(str(answer.address), answer.headers["location"]))
        except ValueError:
            address = "it is no web address"
        if isinstance(address, str):
            raise self._error(f"it is redirected to where nothing is fetched: {address}")
        is_within_api = self.first != self.given and address.origin == self.first.origin
        if not is_within_api and not self.policy.allows(address):
            raise self._error(f"it is redirected to {address.shown}, which fetch.allow does not name")
        if answer.address.scheme == "https" and address.scheme != "https":
            raise self._error(f"it is redirected from https to {address.shown}")
        return address

    def _repeat(self, address: Address) -> Answer:
        """Ask one address until it answers, or the attempts or the time are used up."""
        # A token is for the host that it was set for: after a redirect to another nobody gets one.
        token = self.policy.token_for(self.given) if address.origin == self.first.origin else ""
        repeats = REPEATS
        while True:
            try:
                answer = self.send(address, token)
            except AttemptError as error:
                if error.is_final:
                    raise self._error(self._at(address) + error.reason) from error
                repeats = self._wait(repeats, self._error(self._at(address) + error.reason), None)
                continue
            asked = asked_wait(answer.status, answer.headers, self.outside.now())
            if asked is None and answer.status not in REPEATED:
                return answer
            failed = self._error(f"{self._at(address)}the answer is {answer.status}", answer.status, asked)
            repeats = self._wait(repeats, failed, asked)

    def _wait(self, repeats: Retry, failed: FetchError, asked: timedelta | None) -> Retry:
        """Sleep as long as was asked, or a little longer each time; give up when that is too often or too long."""
        try:
            fewer = repeats.increment("GET", failed.address)
        except MaxRetryError:
            raise failed from None
        wait_s = fewer.get_backoff_time() if asked is None else asked.total_seconds()
        if wait_s >= self.deadline.remaining:
            raise failed
        self.outside.sleep(wait_s)
        return fewer

    def _error(self, reason: str, answered: int = 0, asked: timedelta | None = None) -> FetchError:
        retry_at = None if asked is None else self.outside.now() + asked
        told = f"; it asks to wait until {retry_at:%Y-%m-%d %H:%M:%S} UTC" if retry_at else ""
        return FetchError(self.first.shown, reason + told, answered=answered, retry_at=retry_at)

    def _at(self, address: Address) -> str:
        return "" if address == self.first else f"redirected to {address.shown}, "
