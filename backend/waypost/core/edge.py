"""The edge: what every request of one application shares, and the transactions that views open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar

from flask import current_app
from sqlalchemy import Connection, Engine

from waypost.core import database
from waypost.core.clock import utc_now
from waypost.core.plugin import Plugin
from waypost.core.settings import Settings
from waypost.core.workspace import Workspace

T = TypeVar("T")
EXTENSION = "waypost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """What every request of one application shares."""

    settings: Settings
    workspace: Workspace
    plugins: tuple[Plugin, ...]
    engine: Engine
    clock: Callable[[], datetime] = utc_now
    site: Path | None = None
    """The folder of the built site, which need not be there yet; None where no site is served."""
    ending: ExitStack = field(default_factory=ExitStack, init=False, repr=False)
    """What is to be done when the application is gone."""
    _made: dict[Callable[[Edge], Any], Any] = field(default_factory=dict, init=False, repr=False)
    _lock: RLock = field(default_factory=RLock, init=False, repr=False)

    def once(self, make: Callable[[Edge], T]) -> T:
        """Return what *make* makes of this edge; it is made with the first call, and kept.

        For what outlives a request, such as an index in memory. *make* may ask for other such values.
        """
        try:
            made: T = self._made[make]
        except KeyError:
            with self._lock:
                if make not in self._made:
                    self._made[make] = make(self)
                made = self._made[make]
        return made


def edge() -> Edge:
    """Return the edge of the application that answers the current request."""
    found: Edge = current_app.extensions[EXTENSION]
    return found


def now() -> datetime:
    """Return the time by the application's clock."""
    return edge().clock()


@contextmanager
def reading() -> Iterator[Connection]:
    """Give a connection to read with, to a view."""
    with database.reading(edge().engine) as connection:
        yield connection


@contextmanager
def writing() -> Iterator[Connection]:
    """Give a view a connection that may write: all is kept when the block ends, none when it raises."""
    with database.transaction(edge().engine) as connection:
        yield connection
