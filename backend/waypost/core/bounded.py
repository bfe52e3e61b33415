"""A cache that holds no more than so much."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class BoundedCache(Generic[K, V]):
    """Keeps values until their sizes add up to more than *limit*; the oldest go first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        """Return the value that is kept for *key*, or None."""
        found = self._held.get(key)
        return found[0] if found else None

    def put(self, key: K, value: V, size: int) -> None:
        """Keep *value*, which is *size* large, unless it alone is too much."""
        if size > self._limit:
            return
        with self._lock:
            _, before = self._held.pop(key, (None, 0))
            self._held[key] = (value, size)
            self._size += size - before
            while self._size > self._limit:
                _, (_, gone) = self._held.popitem(last=False)
                self._size -= gone

    def drop(self, is_gone: Callable[[K], bool]) -> None:
        """Let go of every value whose key *is_gone* accepts."""
        with self._lock:
            for key in [key for key in self._held if is_gone(key)]:
                _, size = self._held.pop(key)
                self._size -= size
