"""The scorecards at their newest revision, in memory: indexes and answers, each made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, Final

from sqlalchemy import Engine

from waypost.catalog.store import snapshot
from waypost.core.bounded import BoundedCache
from waypost.core.edge import Edge
from waypost.core.errors import NotFoundError, suggest
from waypost.core.revisions import Revision, revision_of
from waypost.core.watch import RevisionWatch
from waypost.scorecards import service
from waypost.scorecards.reading.index import CardIndex, build_index
from waypost.scorecards.tables import REVISION

_REPLY_BYTES: Final = 8_000_000
# What a kept answer costs beside its body.
_OVERHEAD_BYTES: Final = 500


class Cards:
    """Every scorecard at one revision; the index of each is built with the first question about it."""

    def __init__(
        self, engine: Engine, revision: Revision | None, documents: Mapping[str, dict[str, Any]]
    ) -> None:
        self._engine = engine
        self._lock = Lock()
        self._indexes: dict[str, CardIndex] = {}
        self._replies = BoundedCache[str, bytes](_REPLY_BYTES)
        self.revision = revision
        self.documents = documents

    @property
    def etag(self) -> str:
        """What identifies all that is answered at this revision, "" before the first."""
        return f"scorecards-{self.revision.number}-{self.revision.etag}" if self.revision else ""

    def names(self, include: str = "") -> list[str]:
        """Return the names of the scorecards that are shown. *include* adds shadows, or with ``draft`` drafts too."""
        wanted = service.INCLUDED[include]
        return [name for name, document in self.documents.items() if document["lifecycle"] in wanted]

    def document(self, name: str) -> dict[str, Any]:
        """Return the definition of the scorecard called *name*.

        Raises:
            NotFoundError: There is none; it tells the nearest.
        """
        try:
            return self.documents[name]
        except KeyError:
            raise unknown("scorecard", name, self.documents) from None

    def index(self, name: str) -> CardIndex:
        """Return the index of the scorecard called *name*.

        Should an evaluation have ended meanwhile, it is newer than this revision: an answer from it is fetched once
        more than needed; the other way round, old results would pass for new.

        Raises:
            NotFoundError: There is no such scorecard.
        """
        self.document(name)
        with self._lock:
            if name not in self._indexes:
                with snapshot(self._engine) as connection:
                    document = service.definitions(connection).get(name)
                    if document is None:
                        raise unknown("scorecard", name, self.documents)
                    self._indexes[name] = build_index(connection, document)
            return self._indexes[name]

    def once(self, address: str, make: Callable[[], bytes]) -> bytes:
        """Return the answer to *address*; it is kept while there is room."""
        body = self._replies.get(address)
        if body is None:
            body = make()
            self._replies.put(address, body, len(body) + len(address) + _OVERHEAD_BYTES)
        return body


class CurrentCards:
    """Gives the scorecards at their newest revision. Whoever makes this closes it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._watch = RevisionWatch(engine, REVISION)
        self._cards: Cards | None = None

    def get(self) -> Cards:
        """Return them; no database is asked where nothing changed."""
        newest, cards = self._watch.current(), self._cards
        if cards is None or newest != cards.revision:
            with snapshot(self._engine) as connection:
                revision = revision_of(connection, REVISION)
                cards = Cards(self._engine, revision, service.definitions(connection))
            self._cards = cards
        return cards

    def close(self) -> None:
        """Stop watching for newer revisions."""
        self._watch.close()


def current_cards(this: Edge) -> Cards:
    """Return the scorecards of the application *this* at their newest revision."""
    return this.once(_make).get()


def _make(this: Edge) -> CurrentCards:
    made = CurrentCards(this.engine)
    this.ending.callback(made.close)
    return made


def unknown(what: str, name: str, known: Mapping[str, Any]) -> NotFoundError:
    """Return the error that nothing of the kind *what* is named *name*, with the nearest that is."""
    error = NotFoundError(what, name)
    hint = suggest(name, known)
    if hint:
        error.args = (f"{error}. {hint}",)
    return error
