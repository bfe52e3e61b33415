"""All entities in memory, ready to be joined into answers; one revision of the catalog, never changed."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import Any, Final

from pyroaring import BitMap

from waypost.catalog.reads.blocks import Entry, pack
from waypost.catalog.reads.columns import Column
from waypost.catalog.reads.orders import Order, Ranking
from waypost.core.bounded import BoundedCache
from waypost.core.database import Revision

UID: Final = "metadata.uid"
_RESPONSES_BYTES: Final = 16_000_000
_PROJECTIONS_BYTES: Final = 8_000_000
_DERIVED_BYTES: Final = 16_000_000
_ADDRESSES_BYTES: Final = 4_000_000
# What a value that is kept costs beside its content.
_OVERHEAD_BYTES: Final = 200
EMPTY: Final = Column(())


class Derived:
    """What was derived from columns, such as sets and orders: kept as long as the columns, over revisions."""

    def __init__(self) -> None:
        self.sets = BoundedCache[tuple[Column, str, str], BitMap](_DERIVED_BYTES)
        self.orders = BoundedCache[Column, Order](_DERIVED_BYTES)
        self.facets = BoundedCache[Column, list[tuple[str, int, BitMap | int]]](_DERIVED_BYTES)
        # By body as well, so that it outlives a revision.
        self.projections = BoundedCache[tuple[tuple[str, ...], bytes], bytes](_PROJECTIONS_BYTES)

    def forget(self, gone: frozenset[Column]) -> None:
        """Let go of what was derived from the columns that are *gone*."""
        self.sets.drop(lambda name: name[0] in gone)
        self.orders.drop(gone.__contains__)
        self.facets.drop(gone.__contains__)


class EntityIndex:
    """One revision of the catalog.

    Each entity has a position. Positions are in the order of the uids and have gaps between them, where what
    comes with a later revision finds its place.

    Args:
        bodies: What is served of each entity, by position; None where there is none.
        parents: The references of what led to each entity, by position.
        positions: The position of each reference.
        counts: How many search rows each entity has, by position.
        columns: What the entities have under each search key; only positions where that is ``true``. There is
            one of their uids.
        derived: What was derived from columns, some of which may be those of another revision.
        by_ref: All entities by reference, where that is known.
    """

    def __init__(
        self,
        revision: Revision,
        *,
        bodies: list[bytes | None],
        parents: list[tuple[str, ...]],
        positions: dict[str, int],
        counts: array[int],
        columns: dict[str, Column | array[int]],
        derived: Derived | None = None,
        by_ref: Ranking | None = None,
    ) -> None:
        self.revision = revision
        self.bodies = bodies
        self.parents = parents
        self.position_by_ref = positions
        self.counts = counts
        self.columns = columns
        self.derived = derived or Derived()
        self.responses = BoundedCache[Any, Any](_RESPONSES_BYTES)
        self.asked = BoundedCache[Any, bool](_ADDRESSES_BYTES)
        self.uids = self.column(UID)
        self.everything = self.uids.valued()
        self._first_positions = [block.positions[0] for block in self.uids.blocks]
        self.held_by_ref = by_ref

    def column(self, key: str) -> Column:
        """Return what the entities have under *key*."""
        found = self.columns.get(key, EMPTY)
        if isinstance(found, array):
            found = self.columns[key] = Column(pack([Entry(b"true", b"true", found)]))
        return found

    def body(self, position: int) -> bytes:
        """Return what is served of the entity at *position*."""
        body = self.bodies[position]
        assert body is not None  # noqa: S101 - no set holds the position of a gap
        return body

    def find_uid(self, uid: str) -> int | None:
        """Return the position of the entity with *uid*, or None."""
        found = self.uids.equal(uid.lower().encode(errors="surrogatepass"))
        return found[0] if found else None

    def uid_at(self, position: int) -> str:
        """Return the uid of the entity at *position*."""
        block = self.uids.blocks[bisect_right(self._first_positions, position) - 1]
        return block.texts()[bisect_left(block.positions, position)].decode()

    def place_of(self, uid: str) -> int:
        """Return the position of the first entity whose uid is *uid* or comes behind it; behind all, one that none has."""
        wanted = uid.encode(errors="surrogatepass")
        at = max(0, self.uids.block_of(wanted))
        for block in self.uids.blocks[at : at + 2]:
            place = block.span(wanted).start
            if place < len(block.positions):
                return block.positions[place]
        return len(self.bodies)

    @property
    def by_ref(self) -> Ranking:
        """All entities by reference; sorted at the first use."""
        if self.held_by_ref is None:
            held = self.position_by_ref
            self.held_by_ref = Ranking(array("I", map(held.__getitem__, sorted(held))))
        return self.held_by_ref

    def exists(self, key: str) -> BitMap:
        """Return who has *key*, with whatever value."""
        column = self.column(key)
        return self._set(column, "exists", "", lambda: column.valued() | BitMap(column.nulls))

    def valued(self, key: str) -> BitMap:
        """Return who has *key* with a value that can be compared."""
        column = self.column(key)
        return self._set(column, "valued", "", column.valued)

    def equal(self, key: str, value: str) -> BitMap:
        """Return who has *value* under *key*, both in lower case."""
        column = self.column(key)
        return self._set(column, "=", value, lambda: column.equal(value.encode(errors="surrogatepass")))

    def prefixed(self, key: str, prefix: str) -> BitMap:
        """Return who has a value under *key* that begins with *prefix*, both in lower case."""
        column = self.column(key)
        return self._set(column, "^", prefix, lambda: column.prefixed(prefix.encode(errors="surrogatepass")))

    def containing(self, key: str, term: str) -> BitMap:
        """Return who has a value under *key* that SQL's ``LIKE '%term%'`` accepts."""
        column = self.column(key)
        return self._set(column, "like", term, lambda: column.containing(term))

    def order(self, key: str) -> Order:
        """Return the entities in the order of their values under *key*."""
        column = self.column(key)
        found = self.derived.orders.get(column)
        if found is None:
            found = Order(column)
            # Its positions, and the ranks that it may make.
            size = 4 * (len(found.positions) + len(self.bodies)) + _OVERHEAD_BYTES
            self.derived.orders.put(column, found, size)
        return found

    def facet(self, key: str, within: BitMap | None) -> list[tuple[str, int]]:
        """Return how many entities, of those in *within*, have each value of *key* as it was written."""
        column = self.column(key)
        counted = self.derived.facets.get(column)
        if counted is None:
            counted = _facet(column)
            self.derived.facets.put(column, counted, _OVERHEAD_BYTES * (len(counted) + 1))
        if within is None:
            return [(written, count) for written, count, _ in counted]
        found = (
            (written, int(who in within) if isinstance(who, int) else who.intersection_cardinality(within))
            for written, _, who in counted
        )
        return [(written, count) for written, count in found if count]

    def _set(self, column: Column, how: str, what: str, make: Callable[[], BitMap | Sequence[int]]) -> BitMap:
        name = column, how, what
        found = self.derived.sets.get(name)
        if found is None:
            made = make()
            found = made if isinstance(made, BitMap) else BitMap(made)
            size = min(2 * len(found), len(self.bodies) // 8) + 4 * len(what) + _OVERHEAD_BYTES
            self.derived.sets.put(name, found, size)
        return found


def _facet(column: Column) -> list[tuple[str, int, BitMap | int]]:
    """Return each value as it was written, how many have it, and who; by value."""
    found = [
        (
            entry.written.decode(),
            len(entry.positions),
            entry.positions[0] if len(entry.positions) == 1 else BitMap(entry.positions),
        )
        for entry in column.entries()
    ]
    return sorted(found, key=lambda counted: counted[0])
