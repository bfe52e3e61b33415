"""Packed columns: which entities have which value under one search key, in a few bytes a value."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, groupby
from operator import itemgetter
from typing import Final, NamedTuple

from pyroaring import BitMap

from waypost.catalog.blocks import SEPARATOR, Block, Entry, pack

_FLUSH_AT: Final = 4_096
_identity = itemgetter(0, 1)


class Change(NamedTuple):
    """That the entity at ``position`` has, or no longer has, ``value``, ``written`` so; None for no value."""

    value: bytes | None
    written: bytes | None
    position: int


class Column:
    """What the entities have under one search key, by value in lower case; never changed.

    Values are in the order of their UTF-8, which is that of their code points.
    """

    __slots__ = ("_firsts", "blocks", "nulls")

    def __init__(self, blocks: Sequence[Block], nulls: array[int]) -> None:
        self.blocks = tuple(blocks)
        self.nulls = nulls
        self._firsts = [block.first for block in self.blocks]

    def block_of(self, value: bytes) -> int:
        """Return the place of the only block that may hold *value*, -1 where it comes before all."""
        return bisect_right(self._firsts, value) - 1

    def equal(self, value: bytes) -> array[int]:
        """Return who has *value*."""
        at = self.block_of(value)
        return self.blocks[at].equal(value) if at >= 0 else array("I")

    def valued(self) -> BitMap:
        """Return who has a value that can be compared."""
        return BitMap.union(BitMap(), *[BitMap(block.positions) for block in self.blocks])

    def prefixed(self, prefix: bytes) -> array[int]:
        """Return who has a value that begins with *prefix*."""
        begin = max(0, self.block_of(prefix))
        end = self.block_of(prefix + SEPARATOR) + 1
        return _collected(self.blocks[begin:end], lambda value: value.startswith(prefix))

    def containing(self, term: str) -> array[int]:
        """Return who has a value that SQL's ``LIKE '%term%'`` accepts."""
        if "%" in term or "_" in term:
            return _collected(self.blocks, _like(term))
        wanted = term.encode(errors="surrogatepass")
        return _collected(
            [block for block in self.blocks if wanted in block.values], lambda value: wanted in value
        )

    def entries(self) -> Iterator[Entry]:
        """Give each value, each way that it is written, and who has it."""
        return chain.from_iterable(block.entries() for block in self.blocks)

    def holds(self, change: Change) -> bool:
        """Tell whether the entity at that position has that value, written so."""
        value, written, position = change
        if value is None or written is None:
            at = bisect_left(self.nulls, position)
            return at < len(self.nulls) and self.nulls[at] == position
        at = self.block_of(value)
        return at >= 0 and self.blocks[at].holds(value, written, position)

    def patched(self, gone: Sequence[Change], come: Sequence[Change]) -> Column:
        """Return the column without what is *gone*, which it must hold, and with what has *come*."""
        nulls = self._patched_nulls(gone, come)
        touched: dict[int, tuple[list[Change], list[Change]]] = {}
        for side, changes in enumerate((gone, come)):
            for change in changes:
                if change.value is not None:
                    at = max(0, self.block_of(change.value))
                    touched.setdefault(at, ([], []))[side].append(change)
        blocks: list[Block] = []
        begin = 0
        for at in sorted(touched):
            blocks += self.blocks[begin:at]
            blocks += pack(_rewritten(self.blocks[at : at + 1], *touched[at]))
            begin = at + 1
        blocks += self.blocks[begin:]
        return Column(blocks, nulls)

    def _patched_nulls(self, gone: Sequence[Change], come: Sequence[Change]) -> array[int]:
        less = {change.position for change in gone if change.value is None}
        more = {change.position for change in come if change.value is None}
        if not (less or more):
            return self.nulls
        return array("I", sorted((set(self.nulls) - less) | more))


def _rewritten(blocks: Iterable[Block], gone: Iterable[Change], come: Iterable[Change]) -> list[Entry]:
    held = {(entry.value, entry.written): entry.positions for block in blocks for entry in block.entries()}
    for value, written, position in gone:
        assert value is not None and written is not None  # noqa: S101, PT018 - nulls are kept apart
        there = held[value, written]
        at = bisect_left(there, position)
        held[value, written] = there[:at] + there[at + 1 :]
    for value, written, position in come:
        assert value is not None and written is not None  # noqa: S101, PT018 - nulls are kept apart
        there = held.get((value, written), array("I"))
        at = bisect_left(there, position)
        held[value, written] = there[:at] + array("I", (position,)) + there[at:]
    return sorted((Entry(*name, who) for name, who in held.items() if who), key=_identity)


def _collected(blocks: Iterable[Block], is_match: Callable[[bytes], bool]) -> array[int]:
    positions = array("I")
    for block in blocks:
        starts, there = block.starts, block.positions
        for at, value in enumerate(block.texts()):
            if is_match(value):
                positions += there[starts[at] : starts[at + 1]]
    return positions


def _like(term: str) -> Callable[[bytes], bool]:
    parts = {"%": ".*", "_": "."}
    pattern = re.compile(".*" + "".join(parts.get(c) or re.escape(c) for c in term) + ".*", re.DOTALL)
    return lambda value: pattern.fullmatch(value.decode(errors="surrogatepass")) is not None


class ColumnBuilder:
    """Gathers a column. Whoever fills it gives positions in ascending order."""

    __slots__ = ("_found", "_lower", "_nulls", "_runs")

    def __init__(self) -> None:
        self._found: dict[str, int | array[int]] = {}
        self._lower: dict[str, str] = {}
        self._nulls = array("I")
        self._runs: list[list[Block]] = []

    def add(self, position: int, value: str | None, written: str | None = None) -> None:
        """Add that the entity at *position* has *value*, *written* otherwise where that is given."""
        if value is None:
            self._nulls.append(position)
            return
        name = value if written is None else written
        there = self._found.get(name)
        if there is None:
            if len(self._found) >= _FLUSH_AT:
                self._flush()
            self._found[name] = position
            if written is not None:
                self._lower[written] = value
        elif isinstance(there, int):
            self._found[name] = array("I", (there, position))
        else:
            there.append(position)

    def build(self) -> Column:
        """Return the column; the builder is used up."""
        self._flush()
        if len(self._runs) == 1:
            return Column(self._runs.pop(), self._nulls)
        runs = [list(chain.from_iterable(block.entries() for block in run)) for run in self._runs]
        self._runs.clear()
        every = sorted(chain.from_iterable(runs), key=_identity)
        del runs
        return Column(pack(_merged(every)), self._nulls)

    def _flush(self) -> None:
        """Pack what was found, so that only so many values are ever held as objects."""
        lower = self._lower
        entries = [
            Entry(
                lower.get(name, name).encode(errors="surrogatepass"),
                name.encode(errors="surrogatepass"),
                array("I", (who,)) if isinstance(who, int) else who,
            )
            for name, who in self._found.items()
        ]
        entries.sort(key=_identity)
        self._runs.append(pack(entries))
        self._found.clear()
        self._lower.clear()


def _merged(entries: Iterable[Entry]) -> list[Entry]:
    """Return *entries*, sorted, with those of one value in one."""
    merged: list[Entry] = []
    for (value, written), same in groupby(entries, key=_identity):
        first, *rest = [entry.positions for entry in same]
        merged.append(Entry(value, written, sum(rest, first) if rest else first))
    return merged
