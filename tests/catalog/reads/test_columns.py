"""Columns: packed values say the same as a plain table of who has what."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from waypost.catalog.reads.blocks import SIZE
from waypost.catalog.reads.columns import Change, Column, ColumnBuilder
from waypost.catalog.reads.orders import Order

WORDS = st.sampled_from(
    ["", "a", "A", "b", "ab", "aB", "Ab", "ä", "Ä", "€", "😀", "a\nb", "a\0", "%", "_", "zz"]
)
ROWS = st.lists(
    st.tuples(st.integers(0, 30), st.none() | WORDS),
    max_size=60,
    unique_by=lambda r: (r[0], r[1] and r[1].lower()),
)
Rows = list[tuple[int, str | None]]


def column_of(rows: Rows) -> Column:
    builder = ColumnBuilder()
    for position, word in sorted(rows, key=lambda row: row[0]):
        builder.add(position, word)
        builder.flush()
    return builder.build()


def change(row: tuple[int, str | None]) -> Change:
    position, word = row
    if word is None:
        return Change(None, None, position)
    return Change(word.lower().encode(), word.encode(), position)


def content(column: Column) -> list[tuple[str, str, list[int]]]:
    return [(value.decode(), written.decode(), list(who)) for value, written, who in column.entries()]


def table(rows: Rows) -> list[tuple[str, str, list[int]]]:
    words = sorted({(word.lower(), word) for _, word in rows if word is not None})
    return [(lower, word, sorted(at for at, other in rows if other == word)) for lower, word in words]


@given(ROWS)
def test_a_column_holds_what_was_put_in(rows: Rows) -> None:
    column = column_of(rows)

    assert content(column) == table(rows)
    assert list(column.nulls) == sorted(at for at, word in rows if word is None)
    assert column.valued() == BitMap([at for at, word in rows if word is not None])
    assert all(column.holds(change(row)) for row in rows)
    assert not column.holds(change((31, "a")))
    assert not column.holds(change((31, None)))


@given(ROWS, WORDS)
def test_values_are_found_as_a_walk_over_all_finds_them(rows: Rows, word: str) -> None:
    column, wanted = column_of(rows), word.lower()
    valued = [(at, value.lower()) for at, value in rows if value is not None]

    assert BitMap(column.equal(wanted.encode())) == BitMap([at for at, value in valued if value == wanted])
    assert BitMap(column.prefixed(wanted.encode())) == BitMap(
        [at for at, value in valued if value.startswith(wanted)]
    )
    if wanted not in ("%", "_"):
        assert BitMap(column.containing(wanted)) == BitMap([at for at, value in valued if wanted in value])


def test_a_wildcard_matches_as_in_sql() -> None:
    column = column_of([(0, "ab"), (1, "a"), (2, "xa\nby"), (3, "b")])

    assert list(column.containing("a%b")) == [0, 2]
    assert list(column.containing("a_b")) == [2]


@given(ROWS, ROWS)
def test_a_patched_column_is_the_column_of_what_is_there_then(before: Rows, after: Rows) -> None:
    gone, come = set(before) - set(after), set(after) - set(before)

    patched = column_of(before).patched(list(map(change, gone)), list(map(change, come)))

    assert content(patched) == table(after)
    assert list(patched.nulls) == sorted(at for at, word in after if word is None)


@given(ROWS)
def test_an_order_goes_by_value_and_then_by_uid(rows: Rows) -> None:
    order = Order(column_of(rows))

    slots = sorted((word.lower(), at) for at, word in rows if word is not None)
    assert [(order.value_at(slot), at) for slot, at in enumerate(order.positions)] == slots
    assert [(value.decode(), order.positions[slot]) for slot, value in order.values()] == slots
    assert [order.slot_of(value, at) for value, at in slots] == list(range(len(slots)))
    falling = [order.positions[slot] for slot in order.by_falling_value()]
    values = sorted({value for value, _ in slots}, reverse=True)
    assert falling == [at for value in values for other, at in slots if other == value]


def test_many_values_make_many_blocks_and_only_what_changes_is_made_anew() -> None:
    rows: Rows = [(at, f"Value {at:06}") for at in range(10_000)]
    column = column_of(rows)

    patched = column.patched([change((5_000, "Value 005000"))], [change((5_000, "Value 005000b"))])

    assert len(column.blocks) == round(10_000 / SIZE)
    assert len(set(patched.blocks) - set(column.blocks)) == 1
    assert content(patched) == table([(at, word + "b" * (at == 5_000)) for at, word in rows if word])


def test_a_value_that_is_written_in_many_ways_stays_in_one_block() -> None:
    words = [f"{at:010b}".replace("0", "o").replace("1", "O") for at in range(1_000)]
    column = column_of([(at, word) for at, word in enumerate(words)])

    assert len(column.blocks) == 1
    assert column.equal(b"o" * 10) == array("I", sorted(range(1_000), key=words.__getitem__))


@pytest.mark.parametrize("every", [1, 7])
def test_a_block_that_grows_is_split(every: int) -> None:
    column = column_of([(0, "m")])

    for at in range(1, 1_000, every):
        column = column.patched([], [change((at, f"{at * 7919 % 1000:03}"))])

    assert max(len(block.starts) for block in column.blocks) <= 2 * SIZE
    assert len(column.valued()) == len(range(1, 1_000, every)) + 1


@pytest.mark.parametrize("same", [1, 3])
def test_what_was_packed_in_parts_is_put_together(same: int) -> None:
    rows: Rows = [(at, f"Word {at * 7919 % (30_000 // same):05}") for at in range(30_000)]
    builder = ColumnBuilder()
    for at, word in rows:
        builder.add(at, word)
        builder.flush()

    column = builder.build()

    who: dict[str, list[int]] = {}
    for at, word in rows:
        who.setdefault(word or "", []).append(at)
    assert content(column) == [(word.lower(), word, who[word]) for word in sorted(who)]
