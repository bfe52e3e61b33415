"""Intake: bodies of requests, which a thread waits for as long as the client takes to send them."""

from __future__ import annotations

from threading import Semaphore
from typing import Any, Final

from waypost.core.errors import ServiceUnavailableError

# A thread waits for each of them: the server has as many more than it needs else.
MOST_BODIES: Final = 16
_WAIT_S: Final = 0.25


class Intake:
    """Lets only some requests wait for their bodies, so that slow clients do not keep all threads."""

    def __init__(self, places: int = MOST_BODIES, wait_s: float = _WAIT_S) -> None:
        self._places = Semaphore(places)
        self._wait_s = wait_s

    def of(self, stream: Any) -> Body:
        """Return *stream*, the body of a request, as it may be read."""
        return Body(stream, self._places, self._wait_s)


class Body:
    """A body that waits its turn before it waits for the client."""

    __slots__ = ("_places", "_stream", "_wait_s")

    def __init__(self, stream: Any, places: Semaphore, wait_s: float) -> None:
        self._stream = stream
        self._places = places
        self._wait_s = wait_s

    def read(self, size: int = -1) -> bytes:
        """Return up to *size* bytes, all that are still to come where it is negative.

        Raises:
            ServiceUnavailableError: Too many requests wait for their bodies just now.
        """
        if not self._places.acquire(timeout=self._wait_s):
            raise ServiceUnavailableError("too many clients are slow to send what they began; try again")
        try:
            data: bytes = self._stream.read(size)
        finally:
            self._places.release()
        return data
