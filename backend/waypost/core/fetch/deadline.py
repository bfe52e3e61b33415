"""A time by which a fetch must have ended, whatever the other side sends or does not send."""

from __future__ import annotations

import os
import socket
import time
from contextlib import suppress
from threading import Lock, Timer
from types import TracebackType
from typing import Self


class Deadline:
    """Counts down from when it is entered; when the time is over it shuts the connections that it watches.

    A time limit of a socket begins anew with each byte, so that a server which sends one now and then would
    never meet it.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._ends_at = time.monotonic() + seconds
        self._watched: list[socket.socket] = []
        self._lock = Lock()
        self._timer = Timer(seconds, self._end)
        self._timer.daemon = True
        self.is_over = False

    @property
    def remaining(self) -> float:
        """The seconds that are left, none when it is over."""
        return 0.0 if self.is_over else max(0.0, self._ends_at - time.monotonic())

    def watch(self, connected: socket.socket) -> None:
        """Shut the connection when the time is over, also when it is another object that holds it then.

        TLS takes a socket over, and ``http.client`` closes its own while an answer is still read.
        """
        handle = socket.socket(fileno=os.dup(connected.fileno()))
        with self._lock:
            self._watched.append(handle)
            is_over = self.is_over
        if is_over:
            _shut(handle)

    def _end(self) -> None:
        with self._lock:
            self.is_over = True
            watched = list(self._watched)
        for handle in watched:
            _shut(handle)

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            for handle in self._watched:
                handle.close()
            self._watched.clear()


def _shut(handle: socket.socket) -> None:
    # It may be closed already, by this side or by the other.
    with suppress(OSError):
        handle.shutdown(socket.SHUT_RDWR)
