"""The index of the newest revision: followed in place, made anew aside, swapped in one assignment."""

from __future__ import annotations

import gc
import logging
from threading import Lock, Thread

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from waypost.catalog.reads.building import build_index
from waypost.catalog.reads.following import CannotFollowError, follow
from waypost.catalog.reads.index import EntityIndex
from waypost.catalog.store import REVISION, snapshot
from waypost.core.errors import ServiceUnavailableError
from waypost.core.garbage import collection_paused
from waypost.core.watch import RevisionWatch

# A catalog that is smaller is made anew while the request waits: it is a matter of milliseconds.
_SMALL = 1_000
_log = logging.getLogger(__name__)


class CurrentIndex:
    """The index of the newest revision.

    Where a newer one is there, a request follows the few changes that it brings, which takes milliseconds;
    other requests go on with the old one meanwhile. An index that has to be made anew is made in a thread of
    its own, while the old one answers. Whoever makes this closes it.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._watch = RevisionWatch(engine, REVISION)
        self._current = self._watch.current
        self._lock = Lock()
        self._index: EntityIndex | None = None

    def get(self) -> EntityIndex:
        """Return the index.

        Raises:
            ServiceUnavailableError: No catalog was ever written to the database.
        """
        index = self._index
        newest = self._current()
        if index is None:
            return self._first()
        if newest is None or newest.number <= index.revision.number:
            return index
        return self._renew(index)

    def close(self) -> None:
        """Stop watching for newer revisions."""
        self._watch.close()

    def _first(self) -> EntityIndex:
        with self._lock:
            return self._index or self._build()

    def _renew(self, index: EntityIndex) -> EntityIndex:
        """Return the index of the newest revision, or *index* where that takes long or somebody is at it."""
        if not self._lock.acquire(blocking=False):
            return index
        is_handed_on = False
        try:
            held = self._index or index
            return self._follow(held)
        except CannotFollowError:
            if len(index.position_by_ref) < _SMALL:
                return self._build()
            is_handed_on = True
            Thread(target=self._build_aside, name="build-index", daemon=True).start()
        except SQLAlchemyError as error:
            _log.warning("the catalog's changes cannot be read just now: %s", error)
        finally:
            if not is_handed_on:
                self._lock.release()
        return index

    def _follow(self, index: EntityIndex) -> EntityIndex:
        with snapshot(self._engine) as connection:
            self._index = newer = follow(index, connection)
        return newer

    def _build_aside(self) -> None:
        try:
            self._build()
        except SQLAlchemyError as error:
            _log.warning("the catalog cannot be read just now: %s", error)
        finally:
            self._lock.release()

    def _build(self) -> EntityIndex:
        with collection_paused(), snapshot(self._engine) as connection:
            index = build_index(connection)
        if index is None:
            raise ServiceUnavailableError("the catalog is not in the database yet: run 'waypost sync'")
        self._index = index
        # The index lives for long and holds no circles: looking through it again and again for garbage
        # would cost more than many answers do. What is garbage already would stay as well.
        gc.collect()
        gc.freeze()
        return index
