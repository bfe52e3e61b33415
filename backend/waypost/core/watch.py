"""Watching: a cheap way to see that derived data has a new revision."""

from __future__ import annotations

import logging
import sqlite3
import weakref
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Lock, Thread, current_thread
from typing import Any, Final

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidRequestError, SQLAlchemyError

from waypost.core.database import reading
from waypost.core.revisions import Revision, revision_of

POLL_SECONDS: Final = 0.25
# A look at a database that does not answer takes longer; its thread ends by itself afterwards.
_END_WAIT_S: Final = 1.0
_log = logging.getLogger(__name__)


class RevisionWatch:
    """Tells the newest revision of the data called *name*, at the cost of microseconds.

    On SQLite it is always the newest (``PRAGMA data_version`` tells that some connection has committed).
    On PostgreSQL a thread of its own looks every ``poll_seconds``, so that no request ever waits for it; after
    a commit of this process the next request looks at once. While the database cannot be reached it tells
    the last that was seen, once that there is one; the log says when that begins and when it ends.
    Safe to share between threads. It lets go of what it holds, a thread as well as a connection, when it is
    closed or the engine disposed of; after the latter, the next who asks lets it begin anew.
    """

    def __init__(self, engine: Engine, name: str, *, poll_seconds: float = POLL_SECONDS) -> None:
        self._engine = engine
        self._name = name
        self._lock = Lock()
        self._revision: Revision | None = None
        self._was_read = False
        self._is_away = False
        self._raw: Any = None
        self._mark: int | None = None
        self._poll_seconds = poll_seconds
        self._is_due = True
        self._ended = Event()
        self._thread: Thread | None = None
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._heard = {"engine_disposed": _weakly(self._let_go)}
        if not self._is_sqlite:
            self._heard["commit"] = _weakly(self._expire)
        for happening, hear in self._heard.items():
            event.listen(engine, happening, hear)

    def current(self) -> Revision | None:
        """Return the newest revision, None before the first.

        Raises:
            SQLAlchemyError: The database cannot be reached, and never could.
            sqlite3.Error: So it is with SQLite.
        """
        return self._current_sqlite() if self._is_sqlite else self._current_polled()

    def close(self) -> None:
        """Give back what watching needs."""
        for happening, hear in self._heard.items():
            with suppress(InvalidRequestError):  # It was closed before.
                event.remove(self._engine, happening, hear)
        self._let_go()

    def _current_sqlite(self) -> Revision | None:
        with self._lock:
            try:
                if self._raw is None:
                    # data_version tells of commits by other connections: this one must be nobody else's.
                    self._raw = self._engine.raw_connection()
                    self._raw.detach()
                    self._cursor = self._raw.cursor()
                mark = self._cursor.execute("PRAGMA data_version").fetchall()[0][0]
                if mark != self._mark:
                    self._note(self._read())
                    self._mark = mark
            except (SQLAlchemyError, sqlite3.Error) as error:
                self._miss(error)
            return self._revision

    def _current_polled(self) -> Revision | None:
        if self._is_due:
            with self._lock:
                if self._is_due:
                    self._is_due = False
                    self._look()
                    self._start()
        return self._revision

    def _look(self) -> None:
        try:
            self._note(self._read())
        except SQLAlchemyError as error:
            self._miss(error)

    def _start(self) -> None:
        if self._thread is None:
            # The thread must not keep what nobody else does.
            self._ended = Event()
            arguments = weakref.ref(self), self._ended, self._poll_seconds
            self._thread = Thread(target=_poll, args=arguments, name=f"watch-{self._name}", daemon=True)
            self._thread.start()

    def _note(self, revision: Revision | None) -> None:
        self._revision = revision
        self._was_read = True
        if self._is_away:
            self._is_away = False
            _log.warning("the database can be reached again")

    def _miss(self, error: Exception) -> None:
        """Go on with what is known, which is better than nothing; where nothing is, there is no going on."""
        self._mark = None
        if not self._was_read:
            self._is_due = True
            raise error
        if not self._is_away:
            self._is_away = True
            _log.error("the database cannot be reached; answers are those of the last revision: %s", error)

    def _expire(self) -> None:
        self._is_due = True

    def _let_go(self) -> None:
        with self._lock:
            if self._raw is not None:
                self._cursor.close()
                self._raw.close()
            self._raw = self._mark = None
            self._ended.set()
            thread, self._thread = self._thread, None
            self._is_due = True
        if thread is not None and thread is not current_thread():
            thread.join(_END_WAIT_S)

    def _read(self) -> Revision | None:
        with reading(self._engine) as connection:
            return revision_of(connection, self._name)


def _weakly(method: Callable[[], None]) -> Callable[[object], None]:
    """Return what calls *method* as long as somebody else holds its object."""
    held = weakref.WeakMethod(method)

    def hear(_told: object) -> None:
        call = held()
        if call is not None:
            call()

    return hear


def _poll(watching: weakref.ref[RevisionWatch], ended: Event, seconds: float) -> None:
    """Look for a newer revision again and again, until the watch lets go or is gone."""
    while not ended.wait(seconds):
        watch = watching()
        if watch is None:
            return
        watch._look()  # noqa: SLF001 - a part of the class, which the thread must not hold on to
        del watch
