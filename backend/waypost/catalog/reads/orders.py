"""Orders: the entities that have a key, by its values, made from a column with hardly any work."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import groupby
from operator import itemgetter

from pyroaring import BitMap

from waypost.catalog.reads.blocks import Block
from waypost.catalog.reads.columns import Column

# A list that shows fewer than one in so many entities is sorted by itself; a longer one walks the whole order.
_SPARSE = 16


class Ranking:
    """Some entities in an order: ``positions`` by slot."""

    def __init__(self, positions: array[int]) -> None:
        self.positions = positions

    @cached_property
    def ranks(self) -> array[int]:
        """The slot of each position; empty where an entity has several."""
        positions = self.positions
        if not positions or len(BitMap(positions)) < len(positions):
            return array("I")
        ranks = array("I", bytes(4 * (max(positions) + 1)))
        for slot, position in enumerate(positions):
            ranks[position] = slot
        return ranks

    def slots(self, found: BitMap, start: int, *, is_backward: bool = False) -> Iterable[int]:
        """Return the slots of who is in *found*, from *start* on; all that *found* holds must be in the order."""
        positions = self.positions
        if len(found) * _SPARSE < len(positions) and self.ranks:
            ranks = self.ranks
            slots = sorted([ranks[position] for position in found], reverse=is_backward)
            return (slot for slot in slots if (slot <= start if is_backward else slot >= start))
        steps = range(start, -1, -1) if is_backward else range(start, len(positions))
        return (slot for slot in steps if positions[slot] in found)


class Order(Ranking):
    """The entities that have a key, by its values and then by uid: a slot for each value of each entity."""

    def __init__(self, column: Column) -> None:
        self._column = column
        parts = [_positions(block) for block in column.blocks]
        if len(parts) == 1:
            super().__init__(parts[0])
        else:
            positions = array("I")
            for part in parts:
                positions += part
            super().__init__(positions)
        self._begins = [0]
        for part in parts:
            self._begins.append(self._begins[-1] + len(part))

    def value_at(self, slot: int) -> str:
        """Return the value that *slot* stands for."""
        at = bisect_right(self._begins, slot) - 1
        block = self._column.blocks[at]
        return block.texts()[bisect_right(block.starts, slot - self._begins[at]) - 1].decode()

    def values(self) -> Iterator[tuple[int, bytes]]:
        """Give each slot with its value, in order."""
        for block, begin in zip(self._column.blocks, self._begins, strict=False):
            for value, low, high in _runs(block):
                for slot in range(begin + low, begin + high):
                    yield slot, value

    def slot_of(self, value: str, position: int) -> int:
        """Return the first slot at or after *value* of the entity at *position*."""
        wanted = value.encode(errors="surrogatepass")
        at = self._column.block_of(wanted)
        if at < 0:
            return 0
        block, begin = self._column.blocks[at], self._begins[at]
        span = block.span(wanted)
        low, high = begin + block.starts[span.start], begin + block.starts[span.stop]
        return bisect_left(self.positions, position, low, high)

    def by_falling_value(self) -> Iterator[int]:
        """Give the slots by value downwards; those of one value by uid upwards."""
        for block, begin in zip(reversed(self._column.blocks), reversed(self._begins[:-1]), strict=True):
            for _, low, high in reversed(list(_runs(block))):
                yield from range(begin + low, begin + high)


def _positions(block: Block) -> array[int]:
    """Return who has the values of *block*, by value and then by uid."""
    if block.is_plain:
        return block.positions
    positions = array("I")
    for _, low, high in _runs(block):
        positions += array("I", sorted(block.positions[low:high]))
    return positions


def _runs(block: Block) -> Iterator[tuple[bytes, int, int]]:
    """Give each value of *block*, and between which of its positions those are who have it."""
    starts: Sequence[int] = block.starts
    for value, same in groupby(enumerate(block.texts()), key=itemgetter(1)):
        places = [at for at, _ in same]
        yield value, starts[places[0]], starts[places[-1] + 1]
