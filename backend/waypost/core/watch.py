"""Watching: a cheap way to see that derived data has a new revision."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Any, Final

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import InvalidRequestError

from waypost.core.database import reading
from waypost.core.revisions import Revision, revision_of

POLL_SECONDS: Final = 0.25


class RevisionWatch:
    """Tells the newest revision of the data called *name*, at the cost of microseconds.

    On SQLite it is always the newest (``PRAGMA data_version`` tells that some connection has committed).
    On PostgreSQL it is at most ``poll_seconds`` old; a commit of this process makes it look again at once.
    Safe to share between threads. It lets go of what it holds when it is closed or the engine disposed of.
    """

    def __init__(self, engine: Engine, name: str, *, poll_seconds: float = POLL_SECONDS) -> None:
        self._engine = engine
        self._name = name
        self._lock = Lock()
        self._revision: Revision | None = None
        self._raw: Any = None
        self._mark: int | None = None
        self._poll_seconds = poll_seconds
        self._due = 0.0
        is_sqlite = engine.dialect.name == "sqlite"
        self.current: Callable[[], Revision | None] = (
            self._current_sqlite if is_sqlite else self._current_polled
        )
        self._heard = ("engine_disposed", self._let_go) if is_sqlite else ("commit", self._expire)
        event.listen(engine, *self._heard)

    def close(self) -> None:
        """Give back what watching needs."""
        with suppress(InvalidRequestError):  # It was closed before.
            event.remove(self._engine, *self._heard)
        self._let_go()

    def _current_sqlite(self) -> Revision | None:
        with self._lock:
            if self._raw is None:
                # data_version tells of commits by other connections: this one must be nobody else's.
                self._raw = self._engine.raw_connection()
                self._raw.detach()
                self._cursor = self._raw.cursor()
            mark = self._cursor.execute("PRAGMA data_version").fetchall()[0][0]
            if mark != self._mark:
                self._revision = self._read()
                self._mark = mark
            return self._revision

    def _current_polled(self) -> Revision | None:
        now = time.monotonic()
        if now >= self._due:
            with self._lock:
                self._due = now + self._poll_seconds
                self._revision = self._read()
        return self._revision

    def _expire(self, _connection: Connection) -> None:
        self._due = 0.0

    def _let_go(self, _engine: Engine | None = None) -> None:
        with self._lock:
            if self._raw is not None:
                self._cursor.close()
                self._raw.close()
            self._raw = self._mark = None

    def _read(self) -> Revision | None:
        with reading(self._engine) as connection:
            return revision_of(connection, self._name)
