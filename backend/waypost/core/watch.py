"""Watching: a cheap way to see that derived data has a new revision."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Final

from sqlalchemy import Connection, Engine, event

from waypost.core.database import reading
from waypost.core.revisions import Revision, revision_of

POLL_SECONDS: Final = 0.25


class RevisionWatch:
    """Tells the newest revision of the data called *name*, at the cost of microseconds.

    On SQLite it is always the newest (``PRAGMA data_version`` tells that some connection has committed).
    On PostgreSQL it is at most ``poll_seconds`` old; a commit of this process makes it look again at once.
    Safe to share between threads. Whoever makes one closes it, before disposing of the engine.
    """

    def __init__(self, engine: Engine, name: str, *, poll_seconds: float = POLL_SECONDS) -> None:
        self._engine = engine
        self._name = name
        self._lock = Lock()
        self._mark: int | None = None
        self._revision: Revision | None = None
        self._poll_seconds = poll_seconds
        self._due = 0.0
        self.current: Callable[[], Revision | None]
        if engine.dialect.name == "sqlite":
            # data_version speaks of commits by *other* connections, so that this one is nobody else's.
            self._raw = engine.raw_connection()
            self._cursor = self._raw.cursor()
            self.current = self._current_sqlite
        else:
            event.listen(engine, "commit", self._expire)
            self.current = self._current_polled

    def close(self) -> None:
        """Give back what watching needs."""
        if self._engine.dialect.name == "sqlite":
            self._raw.close()
        else:
            event.remove(self._engine, "commit", self._expire)

    def _current_sqlite(self) -> Revision | None:
        with self._lock:
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

    def _read(self) -> Revision | None:
        with reading(self._engine) as connection:
            return revision_of(connection, self._name)
