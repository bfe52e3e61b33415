"""Long answers on their way out: how many there are, and in what turn they are sent."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from threading import Lock, Semaphore
from typing import Final

# A thread stays with what it sends until the client has taken it: the server has as many more than it needs else.
MOST_STREAMS: Final = 32
_AT_ONCE: Final = 3
_PATIENCE_S: Final = 1.0


class Streams:
    """Sends long answers piece by piece, so that no more of each is in memory than its client takes next.

    All are done soonest when a few at once are sent, and short answers come between best. So each waits for its
    turn; but not for long, as those before it may be slow clients': then it is sent beside them. Where *most*
    are on their way, no more are taken on, so that there are threads left for short answers.
    """

    def __init__(self, most: int = MOST_STREAMS, patience_s: float = _PATIENCE_S) -> None:
        self._places = Semaphore(most)
        self._turns = _Turns(_AT_ONCE)
        self._patience_s = patience_s

    def take(self, pieces: Iterable[bytes]) -> Stream | None:
        """Return *pieces* to be sent, or None where there is no place for them."""
        if not self._places.acquire(blocking=False):
            return None
        self._turns.wait(self._patience_s)
        return Stream(iter(pieces), self._leave)

    def _leave(self) -> None:
        self._turns.pass_on()
        self._places.release()


class Stream:
    """An answer on its way, which says once when it is done."""

    def __init__(self, pieces: Iterator[bytes], leave: Callable[[], None]) -> None:
        self._pieces = pieces
        self._leave: Callable[[], None] | None = leave

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._pieces)

    def close(self) -> None:
        """Give its place back; the server calls this however the sending ended (PEP 3333)."""
        leave, self._leave = self._leave, None
        if leave is not None:
            leave()


class _Turns:
    """As many turns as there are *at once*; who comes first has the next."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._waiting: deque[Lock] = deque()
        self._lock = Lock()

    def wait(self, patience_s: float) -> None:
        """Return when there is a turn, or patience ends: then the turn is taken beforehand."""
        with self._lock:
            self._free -= 1
            if self._free >= 0:
                return
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        if not mine.acquire(timeout=patience_s):
            with self._lock:
                if mine in self._waiting:
                    self._waiting.remove(mine)

    def pass_on(self) -> None:
        """Give a turn back."""
        with self._lock:
            self._free += 1
            if self._waiting and len(self._waiting) > -self._free:
                self._waiting.popleft().release()
