"""Sends one request and reads its answer: every way in which that fails becomes a plain reason."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import requests
from requests import Response, Session
from urllib3.exceptions import HTTPError, ProtocolError, ReadTimeoutError

from waypost.core.fetch.address import Address
from waypost.core.fetch.body import read_body
from waypost.core.fetch.connect import CONNECT_TIMEOUT_S
from waypost.core.fetch.deadline import Deadline
from waypost.core.fetch.error import AttemptError

SILENCE_S: Final = 15.0
"""How long the other side may send nothing at all."""
_GOOD: Final = 200
_UNCHANGED: Final = 304
_FIRST_ERROR: Final = 300


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for: ``stamp`` is that of an earlier answer, for one that only says whether it changed."""

    method: str
    accept: str
    stamp: str

    @property
    def conditions(self) -> dict[str, str]:
        """The headers that ask only for what changed, none where the stamp is of something else."""
        try:
            found = json.loads(self.stamp or "{}")
        except ValueError:
            found = {}
        names = {"etag": "If-None-Match", "modified": "If-Modified-Since"}
        told = found if isinstance(found, dict) else {}
        return {header: told[name] for name, header in names.items() if isinstance(told.get(name), str)}

    @property
    def headers(self) -> dict[str, str]:
        """What is sent to ask it."""
        return {"Accept": self.accept, **self.conditions}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Names in ``headers`` are lower-case; ``body`` is whole, and empty where nothing changed."""

    address: Address
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_unchanged(self) -> bool:
        """Tell whether nothing changed since the stamp that was sent."""
        return self.status == _UNCHANGED

    @property
    def is_good(self) -> bool:
        """Tell whether this is what was asked for, and no error."""
        return _GOOD <= self.status < _FIRST_ERROR or self.is_unchanged

    @property
    def stamp(self) -> str:
        """What tells next time whether it changed, "" where the other side gives nothing of the kind."""
        names = {"etag": "etag", "modified": "last-modified"}
        found = {name: self.headers[header] for name, header in names.items() if header in self.headers}
        return json.dumps(found) if found else ""


def send(
    session: Session,
    method: str,
    address: Address,
    headers: Mapping[str, str],
    *,
    deadline: Deadline,
    max_bytes: int,
    body: bytes | None = None,
) -> Answer:
    """Send one request, and read the whole answer unless it redirects or is an error.

    Raises:
        AttemptError: There was no whole answer.
    """
    remaining = max(deadline.remaining, 0.001)
    limits = (min(CONNECT_TIMEOUT_S, remaining), min(SILENCE_S, remaining))
    try:
        with session.request(
            method,
            str(address),
            headers=headers,
            data=body,
            timeout=limits,
            stream=True,
            allow_redirects=False,
        ) as response:
            answer = _read(response, address, max_bytes if method == "GET" else 0)
    except (AttemptError, requests.RequestException, HTTPError, OSError) as error:
        raise (_too_slow(deadline) if deadline.remaining <= 0 else _failure(error)) from error
    # A connection that the deadline shut looks like one whose other side had said all.
    if deadline.remaining <= 0:
        raise _too_slow(deadline)
    return answer


def _too_slow(deadline: Deadline) -> AttemptError:
    return AttemptError(f"it took longer than {deadline.seconds:g} seconds (fetch.timeout-s)", is_final=True)


def _read(response: Response, address: Address, max_bytes: int) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    is_read = _GOOD <= response.status_code < _FIRST_ERROR and max_bytes
    body = read_body(response.raw, headers, max_bytes) if is_read else b""
    return Answer(address, response.status_code, headers, body)


def _failure(error: BaseException) -> AttemptError:
    """Return what went wrong, from the innermost cause that says it; texts of libraries may hold whole addresses."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, AttemptError):
            return cause
        if isinstance(cause, ssl.SSLCertVerificationError):
            return AttemptError(f"its certificate is not trusted: {cause.verify_message}", is_final=True)
        if isinstance(cause, ssl.SSLError):
            return AttemptError("it does not speak TLS as it should")
    if any(isinstance(cause, ReadTimeoutError | requests.Timeout | TimeoutError) for cause in causes):
        return AttemptError("it does not answer")
    if any(isinstance(cause, ProtocolError | requests.ConnectionError) for cause in causes):
        return AttemptError("its answer breaks off")
    return AttemptError("its answer cannot be read")


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    waiting = [error]
    while waiting:
        each = waiting.pop()
        if isinstance(each, BaseException) and each not in found:
            found.append(each)
            waiting += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]
    return found
