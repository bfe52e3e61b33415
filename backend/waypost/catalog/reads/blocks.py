"""Blocks: some hundred values of a column in one run of bytes, with who has them."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

# It is no part of UTF-8, and greater than all that is.
SEPARATOR: Final = b"\xff"
SIZE: Final = 128
_FEW: Final = 2


class Entry(NamedTuple):
    """A value in lower case, as it is written, and the positions of who has it, ascending."""

    value: bytes
    written: bytes
    positions: Sequence[int]


class Block:
    """Some values of a column, in order; never changed.

    A value that is written in several ways has an entry for each; they are all in one block.
    """

    __slots__ = ("first", "is_plain", "positions", "starts", "values", "written")

    def __init__(self, entries: Sequence[Entry]) -> None:
        values = [entry.value for entry in entries]
        written = [entry.written for entry in entries]
        self.first = values[0]
        self.values = _shared(SEPARATOR.join([b"", *values, b""]))
        self.written = self.values if values == written else SEPARATOR.join([b"", *written, b""])
        # Whether each value is written in one way.
        self.is_plain = len(entries) == 1 or len(set(values)) == len(values)
        self.positions = array("I")
        starts = [0]
        for _, _, who in entries:
            self.positions.extend(who)
            starts.append(len(self.positions))
        # Where each has one entity, a range says it all.
        is_single = len(self.positions) == len(entries)
        self.starts = _ranges(len(starts)) if is_single else _begins(starts)

    def texts(self) -> list[bytes]:
        """Return the values, in order; one that is written in several ways comes as often."""
        return self.values.split(SEPARATOR)[1:-1]

    def entries(self) -> list[Entry]:
        """Return every entry, in order."""
        written = self.written.split(SEPARATOR)[1:-1]
        starts, positions = self.starts, self.positions
        return [
            Entry(value, written[at], positions[starts[at] : starts[at + 1]])
            for at, value in enumerate(self.texts())
        ]

    def equal(self, value: bytes) -> array[int]:
        """Return who has *value*, however it is written."""
        found = self.span(value)
        return self.positions[self.starts[found.start] : self.starts[found.stop]]

    def span(self, value: bytes) -> range:
        """Return the entries of *value*; where there are none, the place where they would be."""
        wanted = SEPARATOR + value + SEPARATOR
        at = self.values.find(wanted)
        if at < 0:
            place = bisect_left(self.texts(), value)
            return range(place, place)
        begin = end = self.values.count(SEPARATOR, 0, at)
        while self.values.startswith(wanted, at):
            end += 1
            at += len(wanted) - 1
        return range(begin, end)

    def holds(self, value: bytes, written: bytes, position: int) -> bool:
        """Tell whether the entity at *position* has *value*, written so."""
        texts = self.written.split(SEPARATOR)
        for at in self.span(value):
            if texts[at + 1] == written:
                end = self.starts[at + 1]
                slot = bisect_left(self.positions, position, self.starts[at], end)
                return slot < end and self.positions[slot] == position
        return False


@lru_cache(maxsize=2 * SIZE)
def _ranges(size: int) -> Sequence[int]:
    return range(size)


def _begins(starts: list[int]) -> Sequence[int]:
    return array("I", starts) if len(starts) > _FEW else _few(tuple(starts))


@lru_cache(maxsize=1_024)
def _few(starts: tuple[int, ...]) -> Sequence[int]:
    return starts


@lru_cache(maxsize=1_024)
def _shared(values: bytes) -> bytes:
    return values


def pack(entries: Sequence[Entry]) -> list[Block]:
    """Return *entries*, by value and as they are written, in blocks of about the same size."""
    size = len(entries)
    count = max(1, round(size / SIZE))
    blocks: list[Block] = []
    begin = 0
    for number in range(1, count + 1):
        end = max(begin, size * number // count)
        # All that one value is written as stays together.
        while begin < end < size and entries[end].value == entries[end - 1].value:
            end += 1
        if end > begin:
            blocks.append(Block(entries[begin:end]))
        begin = end
    return blocks
