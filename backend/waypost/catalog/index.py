"""All entities in memory, ready to be joined into answers; one revision of the catalog, never changed."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from pyroaring import BitMap
from sqlalchemy import Connection

from waypost.catalog.bounded import BoundedCache
from waypost.catalog.store import REVISION, list_entities
from waypost.core.database import Revision, revision_of

_RESPONSES_BYTES = 32_000_000
_PROJECTIONS_BYTES = 16_000_000
_SETS = 20_000
_ADDRESSES = 10_000


@dataclass(slots=True)
class Key:
    """What the entities have under one search key: who has which value, and how it was written."""

    values: dict[str, int | list[int]] = field(default_factory=dict)
    nulls: list[int] = field(default_factory=list)
    cased: dict[str, dict[str, list[int]]] = field(default_factory=dict)

    def add(self, position: int, value: str | None, original: str | None) -> None:
        """Add that the entity at *position* has *value*, written as *original* where that differs."""
        if value is None:
            self.nulls.append(position)
            return
        there = self.values.get(value)
        if there is None:
            self.values[value] = position
        elif isinstance(there, list):
            there.append(position)
        else:
            self.values[value] = [there, position]
        if original is not None:
            self.cased.setdefault(value, {}).setdefault(original, []).append(position)


@dataclass(frozen=True, slots=True)
class Order:
    """The entities that have a key, by its values and then by uid: a slot for each value of each entity.

    ``ranks`` gives an entity's slot; it is empty where some entity has several values.
    """

    values: Sequence[str]
    positions: array[int]
    ranks: array[int]

    def slot_of(self, value: str, position: int) -> int:
        """Return the first slot at or after *value* of the entity at *position*."""
        low, high = bisect_left(self.values, value), bisect_right(self.values, value)
        return bisect_left(self.positions, position, low, high)


class EntityIndex:
    """One revision of the catalog. Entities have positions from 0, in the order of their uids."""

    def __init__(self, revision: Revision) -> None:
        self.revision = revision
        self.bodies: list[bytes] = []
        self.refs: list[str] = []
        self.uids: list[str] = []
        self.etags: list[str] = []
        self.parents: dict[int, list[str]] = {}
        self.position_by_ref: dict[str, int] = {}
        self.responses = BoundedCache[Any, Any](_RESPONSES_BYTES)
        self.asked = BoundedCache[Any, bool](_ADDRESSES)
        self.projections = BoundedCache[Any, bytes](_PROJECTIONS_BYTES)
        self._sets = BoundedCache[Any, BitMap](_SETS)
        self._keys: dict[str, Key] = {}
        self._orders: dict[str, Order] = {}
        self._facets: dict[str, list[tuple[str, int, BitMap | int]]] = {}
        self.everything = BitMap()

    def fill(self, connection: Connection) -> None:
        """Read every entity and search row."""
        for position, entity in enumerate(list_entities(connection)):
            self.bodies.append(entity.body)
            self.refs.append(entity.ref)
            self.uids.append(entity.uid)
            self.etags.append(entity.etag)
            self.position_by_ref[entity.ref] = position
            if entity.parents:
                self.parents[position] = entity.parents
            for key, value, *original in orjson.loads(entity.search):
                self.add_row(position, key, value, original[0] if original else None)
        self.everything = BitMap(range(len(self.bodies)))

    def add_row(self, position: int, key: str, value: str | None, original: str | None) -> None:
        """Add a search row of the entity at *position*; only while the index is filled."""
        held = self._keys.get(key)
        if held is None:
            held = self._keys[key] = Key()
        held.add(position, value, original)

    def find_uid(self, uid: str) -> int | None:
        """Return the position of the entity with *uid*, or None."""
        position = bisect_left(self.uids, uid.lower())
        is_there = position < len(self.uids) and self.uids[position] == uid.lower()
        return position if is_there else None

    def exists(self, key: str) -> BitMap:
        """Return who has *key*, with whatever value."""
        held = self._keys.get(key)
        if held is None:
            return BitMap()
        return self._kept(("exists", key), lambda: self.valued(key) | BitMap(held.nulls))

    def valued(self, key: str) -> BitMap:
        """Return who has *key* with a value that can be compared."""
        held = self._keys.get(key)
        if held is None:
            return BitMap()
        return self._kept(("valued", key), lambda: _union(held.values.values()))

    def equal(self, key: str, value: str) -> BitMap:
        """Return who has *value* under *key*, both in lower case."""
        held = self._keys.get(key)
        found = held.values.get(value) if held else None
        if found is None:
            return BitMap()
        return self._kept(("=", key, value), lambda: _union([found]))

    def matching(self, key: str, is_match: Callable[[str], bool]) -> BitMap:
        """Return who has a value under *key* that *is_match* accepts."""
        held = self._keys.get(key)
        return _union(found for value, found in held.values.items() if is_match(value)) if held else BitMap()

    def containing(self, key: str, term: str) -> BitMap:
        """Return who has a value under *key* that SQL's ``LIKE '%term%'`` accepts."""
        return self._kept(("like", key, term), lambda: self.matching(key, _like(term)))

    def order(self, key: str) -> Order:
        """Return the entities in the order of their values under *key*; sorted at the first use."""
        if key not in self._orders:
            held = self._keys.get(key)
            self._orders[key] = _order(held.values if held else {}, len(self.bodies))
        return self._orders[key]

    def facet(self, key: str, within: BitMap | None) -> list[tuple[str, int]]:
        """Return how many entities, of those in *within*, have each value of *key* as it was written."""
        if key not in self._facets:
            self._facets[key] = _facet(self._keys.get(key) or Key())
        counted = self._facets[key]
        if within is None:
            return [(original, count) for original, count, _ in counted]
        found = (
            (original, int(who in within) if isinstance(who, int) else who.intersection_cardinality(within))
            for original, _, who in counted
        )
        return [(original, count) for original, count in found if count]

    def _kept(self, name: tuple[str, ...], make: Callable[[], BitMap]) -> BitMap:
        found = self._sets.get(name)
        if found is None:
            found = make()
            self._sets.put(name, found, 1)
        return found


def build_index(connection: Connection) -> EntityIndex | None:
    """Read the newest revision of the catalog, None before the first. The connection must see one state."""
    revision = revision_of(connection, REVISION)
    if revision is None:
        return None
    index = EntityIndex(revision)
    index.fill(connection)
    return index


def _union(found: Iterable[int | list[int]]) -> BitMap:
    positions: list[int] = []
    for some in found:
        if isinstance(some, int):
            positions.append(some)
        else:
            positions += some
    return BitMap(positions)


def _like(term: str) -> Callable[[str], bool]:
    if "%" not in term and "_" not in term:
        return lambda value: term in value
    parts = {"%": ".*", "_": "."}
    pattern = re.compile(".*" + "".join(parts.get(c) or re.escape(c) for c in term) + ".*", re.DOTALL)
    return lambda value: pattern.fullmatch(value) is not None


def _order(values: Mapping[str, int | list[int]], size: int) -> Order:
    slots: list[str] = []
    positions = array("I")
    for value in sorted(values):
        found = values[value]
        who = [found] if isinstance(found, int) else sorted(found)
        positions.extend(who)
        slots += [value] * len(who)
    ranks = array("I")
    if len(set(positions)) == len(positions):
        ranks = array("I", bytes(4 * size))
        for slot, position in enumerate(positions):
            ranks[position] = slot
    return Order(slots, positions, ranks)


def _facet(key: Key) -> list[tuple[str, int, BitMap | int]]:
    """Return each value as it was written, how many have it, and who; by value."""
    found: list[tuple[str, int, BitMap | int]] = []
    for value, who in key.values.items():
        rest = _union([who])
        for original, positions in key.cased.get(value, {}).items():
            found.append((original, len(positions), BitMap(positions)))
            rest -= BitMap(positions)
        if rest:
            found.append((value, len(rest), rest[0] if len(rest) == 1 else rest))
    return sorted(found, key=lambda counted: counted[0])
