"""Packed columns: which entities have which value under one search key, in a few bytes a value."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Final, NamedTuple

from pyroaring import BitMap

from waypost.catalog.reads.blocks import SEPARATOR, Block, Entry, pack

_FLUSH_AT: Final = 4_096
_TAKEN_APART: Final = 64
NO_POSITIONS: Final = array("I")
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

    def __init__(self, blocks: Sequence[Block], nulls: array[int] = NO_POSITIONS) -> None:
        self.blocks = tuple(blocks)
        self.nulls = nulls
        # Most columns are small, and there are many of them.
        self._firsts = [block.first for block in self.blocks] if len(self.blocks) > 1 else None

    def block_of(self, value: bytes) -> int:
        """Return the place of the only block that may hold *value*, -1 where it comes before all."""
        if self._firsts is None:
            return 0 if self.blocks and value >= self.blocks[0].first else -1
        return bisect_right(self._firsts, value) - 1

    def equal(self, value: bytes) -> array[int]:
        """Return who has *value*."""
        at = self.block_of(value)
        return self.blocks[at].equal(value) if at >= 0 else NO_POSITIONS

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
    held = {(value, written): array("I", who) for block in blocks for value, written, who in block.entries()}
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
    parts = ("".join("." if c == "_" else re.escape(c) for c in part) for part in term.split("%"))
    # What comes first is as good as any that follows: without a way back it takes no longer than it must.
    pattern = re.compile("".join(f"(?>.*?{part})" for part in parts if part), re.DOTALL)
    return lambda value: pattern.match(value.decode(errors="surrogatepass")) is not None


class ColumnBuilder:
    """Gathers a column. Whoever fills it gives positions in ascending order.

    ``found`` holds what was found since it was last packed: who has each value as it is written, None for no
    value. It is there to be filled in place, because a call for each of some millions of rows would take
    longer than all the rest.
    """

    __slots__ = ("_nulls", "_runs", "found")

    def __init__(self) -> None:
        self.found: dict[str | None, int | array[int]] = {}
        self._nulls = NO_POSITIONS
        self._runs: list[list[Block]] | None = None

    def add(self, position: int, written: str | None) -> None:
        """Add that the entity at *position* has the value that is *written* so."""
        there = self.found.get(written)
        if there is None:
            self.found[written] = position
        elif isinstance(there, int):
            self.found[written] = array("I", (there, position))
        else:
            there.append(position)

    def build(self) -> Column:
        """Return the column; the builder is used up."""
        last = self._pack()
        if self._runs is None:
            return Column(last, self._nulls)
        return Column(list(_merged_runs([*self._runs, last])), self._nulls)

    def flush(self) -> None:
        """Pack what was found if it is much, so that only so many values are ever held as objects."""
        if len(self.found) > _FLUSH_AT:
            if self._runs is None:
                self._runs = []
            self._runs.append(self._pack())

    def _pack(self) -> list[Block]:
        found, self.found = self.found, {}
        nulls = found.pop(None, None)
        if nulls is not None:
            self._nulls = self._nulls + (array("I", (nulls,)) if isinstance(nulls, int) else nulls)
        entries = [
            Entry(
                written.lower().encode(errors="surrogatepass"),  # type: ignore[union-attr]  # None was taken out
                written.encode(errors="surrogatepass"),  # type: ignore[union-attr]
                (who,) if isinstance(who, int) else who,
            )
            for written, who in found.items()
        ]
        entries.sort(key=_identity)
        return pack(entries)


def _merged_runs(runs: list[list[Block]]) -> Iterator[Block]:
    """Give the blocks of all *runs* together, taking only some apart at a time."""
    waiting = sorted(chain.from_iterable(runs), key=attrgetter("first"), reverse=True)
    firsts = [block.first for block in reversed(waiting)]
    entries: list[Entry] = []
    for bound in [*firsts[_TAKEN_APART::_TAKEN_APART], None]:
        while waiting and (bound is None or waiting[-1].first < bound):
            entries += waiting.pop().entries()
        entries.sort(key=_identity)
        # What comes before the bound is in the blocks that begin before it.
        end = len(entries) if bound is None else bisect_left(entries, bound, key=itemgetter(0))
        yield from pack(_merged(entries[:end]))
        del entries[:end]


def _merged(entries: Iterable[Entry]) -> list[Entry]:
    """Return *entries*, sorted, with those of one value in one."""
    merged: list[Entry] = []
    for entry in entries:
        before = merged[-1] if merged else None
        if before and before.written == entry.written and before.value == entry.value:
            who = sorted([*before.positions, *entry.positions])
            merged[-1] = Entry(entry.value, entry.written, array("I", who))
        else:
            merged.append(entry)
    return merged
