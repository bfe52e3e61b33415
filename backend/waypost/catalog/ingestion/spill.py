"""What many entities are made of, kept in a temporary file until it is written: memory stays low however many."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import Final, NamedTuple

_IN_MEMORY: Final = 32 * 1024 * 1024


class Parts(NamedTuple):
    """An entity as bytes: ``head`` up to the open end of its metadata, ``tail`` what follows, its search rows."""

    head: bytes
    tail: bytes
    search: bytes

    def load(self) -> Parts:
        """Return it."""
        return self


class Spilled(NamedTuple):
    """Where the parts of an entity lie."""

    spill: Spill
    at: int
    ends: tuple[int, int, int]

    def load(self) -> Parts:
        """Return them."""
        return self.spill.load(self.at, self.ends)


class Spill:
    """Keeps parts in memory while they are few, and in a temporary file that nobody else sees when they are many."""

    def __init__(self) -> None:
        self._file: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(  # noqa: SIM115 - see close
            _IN_MEMORY, buffering=0
        )
        self._end = 0

    def put(self, parts: Parts) -> Spilled:
        """Keep *parts*."""
        head, tail, search = parts
        first = len(head)
        second = first + len(tail)
        ends = first, second, second + len(search)
        self._file.seek(self._end)
        self._file.write(b"".join(parts))
        spilled = Spilled(self, self._end, ends)
        self._end += ends[2]
        return spilled

    def load(self, at: int, ends: tuple[int, int, int]) -> Parts:
        """Return the parts that begin *at*, and end there."""
        self._file.seek(at)
        data = self._file.read(ends[2])
        return Parts(data[: ends[0]], data[ends[0] : ends[1]], data[ends[1] :])

    def close(self) -> None:
        """Give back memory and file."""
        self._file.close()
