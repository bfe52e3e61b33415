"""Lists of entities: which, in what order, and from where to where (Backstage catalog)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pyroaring import BitMap

from waypost.catalog.reads.cursors import Cursor
from waypost.catalog.reads.index import EntityIndex
from waypost.catalog.reads.orders import Order
from waypost.catalog.reads.predicates import Predicate, find


@dataclass(frozen=True, slots=True)
class Page:
    """One page: the positions of its entities, how many there are in all, and the pages beside it."""

    positions: list[int]
    total: int
    following: Cursor | None = None
    previous: Cursor | None = None


def list_page(
    index: EntityIndex, cursor: Cursor, limit: int, offset: int = 0, *, is_counted: bool = True
) -> Page:
    """Return the page of *index* that *cursor* asks for. The total is exact, or the one in the cursor."""
    found = _matches(index, cursor)
    total = cursor.total if cursor.total is not None else len(found) if is_counted else 0
    if limit <= 0:
        return Page([], total)
    wanted = limit if cursor.is_previous else limit + 1
    order = index.order(cursor.field.lower()) if cursor.field else None
    if order is None:
        places = _by_uid(index, cursor, found, offset, wanted)
    else:
        places = _by_field(index, order, cursor, found, offset, wanted)
    if cursor.is_previous:
        places.reverse()
    has_more = cursor.is_previous or len(places) > limit
    del places[limit:]
    if not places:
        return Page([], total)
    ends = _mark(index, order, places[0]), _mark(index, order, places[-1])
    following, previous = _beside(cursor, ends, total, has_more=has_more)
    positions = places if order is None else [order.positions[slot] for slot in places]
    return Page(positions, total, following, previous)


def _mark(index: EntityIndex, order: Order | None, place: int) -> tuple[str, ...]:
    """Return what a cursor holds for *place*: a slot of *order*, or a position where there is none."""
    if order is None:
        return (index.uid_at(place),)
    return order.value_at(place), index.uid_at(order.positions[place])


def _beside(
    cursor: Cursor, ends: tuple[tuple[str, ...], tuple[str, ...]], total: int, *, has_more: bool
) -> tuple[Cursor | None, Cursor | None]:
    """Return the cursors of the pages behind and before a page with these *ends*."""
    begin, end = ends
    first = begin if cursor.first is None else cursor.first
    following = previous = None
    if has_more:
        following = cursor.moved(at=end, is_previous=False, total=total, first=first)
    if cursor.first is not None and begin != cursor.first:
        previous = cursor.moved(at=begin, is_previous=True, total=total, first=first)
    return following, previous


def _matches(index: EntityIndex, cursor: Cursor) -> BitMap:
    found = find(index, cursor.predicate)
    key = cursor.field.lower() if cursor.field else None
    if key:
        found = found & index.valued(key)
    term = cursor.full_text.term.strip().lower() if cursor.full_text else ""
    if cursor.full_text and term:
        fields = cursor.full_text.fields
        keys = [key or "metadata.uid"] if fields is None else [field.lower() for field in fields]
        found = found & BitMap.union(*[index.containing(key, term) for key in keys], BitMap())
    return found


def _by_uid(  # noqa: PLR0917 - the list, where it begins, and how much of it
    index: EntityIndex, cursor: Cursor, found: BitMap, offset: int, wanted: int
) -> list[int]:
    """Return up to *wanted* of the positions in *found*, from where *cursor* stands, the way it goes."""
    low, high = offset, len(found)
    if cursor.at:
        uid = cursor.at[0]
        at = index.place_of(uid)
        before = found.rank(at - 1) if at else 0
        is_there = at in found and index.uid_at(at) == uid
        low = before + is_there
        if cursor.is_previous:
            low, high = max(0, before - wanted), before
    positions = list(found[low : min(high, low + wanted)])
    if cursor.is_previous:
        positions.reverse()
    return positions


def _by_field(  # noqa: PLR0917 - the list, where it begins, and how much of it
    index: EntityIndex, order: Order, cursor: Cursor, found: BitMap, offset: int, wanted: int
) -> list[int]:
    """Return up to *wanted* slots of who is in *found*, from where *cursor* stands, the way it goes."""
    is_backward = cursor.is_descending != cursor.is_previous
    start = _start(index, order, cursor, is_backward=is_backward)
    return list(islice(order.slots(found, start, is_backward=is_backward), offset, offset + wanted))


def _start(index: EntityIndex, order: Order, cursor: Cursor, *, is_backward: bool) -> int:
    """Return the slot that the walk begins at: the first behind the cursor's, or the last before it."""
    size = len(order.positions)
    if not cursor.at:
        return size - 1 if is_backward else 0
    value, uid = cursor.at
    slot = order.slot_of(value, index.place_of(uid))
    if is_backward:
        return slot - 1
    is_there = slot < size and _mark(index, order, slot) == cursor.at
    return slot + is_there


def list_ordered(
    index: EntityIndex, predicate: Predicate | None, orders: Sequence[tuple[str, bool]]
) -> Iterator[int]:
    """Give who meets *predicate*, by each (field, is descending) of *orders*; by reference where there is none.

    Who lacks a field comes last, whatever the direction; who has several values of a single field comes once
    for each.
    """
    found = find(index, predicate)
    if not orders:
        ranking = index.by_ref
        return (ranking.positions[slot] for slot in ranking.slots(found, 0))
    if len(orders) == 1:
        field, is_descending = orders[0]
        return _by_value(index, field.lower(), found, is_descending=is_descending)
    ordered = list(found)
    # What a field says first counts, and one that nobody has says nothing.
    fields: dict[str, bool] = {}
    for field, is_descending in orders:
        fields.setdefault(field.lower(), is_descending)
    for field, is_descending in reversed(fields.items()):
        order = index.order(field)
        if order.positions:
            ordered = _sorted_by(order, ordered, is_descending=is_descending)
    return iter(ordered)


def _by_value(index: EntityIndex, key: str, found: BitMap, *, is_descending: bool) -> Iterator[int]:
    order = index.order(key)
    having = found & index.valued(key)
    if is_descending:
        slots: Iterable[int] = (slot for slot in order.by_falling_value() if order.positions[slot] in having)
    else:
        slots = order.slots(having, 0)
    yield from (order.positions[slot] for slot in slots)
    yield from found - having


def _sorted_by(order: Order, positions: list[int], *, is_descending: bool) -> list[int]:
    values: dict[int, bytes] = {}
    for slot, value in order.values():
        values.setdefault(order.positions[slot], value)
    having = [position for position in positions if position in values]
    having.sort(key=values.__getitem__, reverse=is_descending)
    return having + [position for position in positions if position not in values]
