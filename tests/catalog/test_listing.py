"""Lists: pages are what sorting everything and cutting it would give."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

import build
from waypost.catalog.cursors import Cursor, dump_cursor, parse_cursor
from waypost.catalog.index import EntityIndex
from waypost.catalog.listing import list_page
from waypost.core.database import Revision

VALUES = st.lists(st.lists(st.sampled_from("abc"), max_size=2, unique=True), max_size=40)


def index_of(values: list[list[str]]) -> EntityIndex:
    """Return an index of as many entities as there are *values*, each with its own under ``x``."""
    index = EntityIndex(Revision(1, "e", build.NOON))
    for position, own in enumerate(values):
        index.uids.append(f"{position:04}")
        index.refs.append(f"component:default/{position}")
        index.bodies.append(b"{}")
        index.add_row(position, "kind", "odd" if position % 2 else "even", None)
        rows: list[str | None] = [*own] or [None]
        for value in rows:
            index.add_row(position, "x", value, None)
    index.everything = BitMap(range(len(values)))
    return index


def walk(index: EntityIndex, cursor: Cursor, limit: int) -> tuple[list[int], list[list[int]]]:
    """Return all positions going forth, and each page on the way back."""
    forth, pages = list(list_page(index, cursor, limit).positions), []
    page = list_page(index, cursor, limit)
    while page.following:
        page = list_page(index, parse_cursor(dump_cursor(page.following)), limit)
        forth += page.positions
    while page.previous:
        page = list_page(index, parse_cursor(dump_cursor(page.previous)), limit)
        pages.append(page.positions)
    return forth, pages


@given(
    values=VALUES, limit=st.integers(1, 7), is_descending=st.booleans(), kind=st.sampled_from([None, "odd"])
)
def test_pages_in_order_are_the_sorted_list_cut(
    *, values: list[list[str]], limit: int, is_descending: bool, kind: str | None
) -> None:
    index = index_of(values)
    cursor = Cursor({"kind": kind} if kind else None, "X", is_descending)

    forth, back = walk(index, cursor, limit)

    expected = sorted(
        ((value, at) for at, own in enumerate(values) for value in own if not kind or at % 2),
        reverse=is_descending,
    )
    positions = [at for _, at in expected]
    pages = [positions[begin : begin + limit] for begin in range(0, len(positions), limit)]
    assert forth == positions
    assert back == pages[-2::-1]
    assert list_page(index, cursor, 0).total == len(set(positions))


@given(size=st.integers(0, 30), limit=st.integers(1, 7), kind=st.sampled_from([None, "odd"]))
def test_pages_without_an_order_go_by_uid(size: int, limit: int, kind: str | None) -> None:
    index = index_of([[]] * size)

    forth, back = walk(index, Cursor({"kind": kind} if kind else None), limit)

    positions = [at for at in range(size) if not kind or at % 2]
    pages = [positions[begin : begin + limit] for begin in range(0, len(positions), limit)]
    assert (forth, back) == (positions, pages[-2::-1])


@pytest.mark.parametrize("is_descending", [False, True])
def test_few_among_many_are_sorted_by_themselves(*, is_descending: bool) -> None:
    index = index_of([[chr(97 + at % 26)] for at in range(400)])
    few = Cursor({"x": {"$in": ["c", "q"]}}, "x", is_descending)

    forth, back = walk(index, few, 5)

    chosen = [(index_value, at) for at in range(400) if (index_value := chr(97 + at % 26)) in "cq"]
    assert forth == [at for _, at in sorted(chosen, reverse=is_descending)]
    assert len(back) == (len(chosen) - 1) // 5


def test_a_cursor_at_what_is_gone_goes_on_behind_it() -> None:
    index = index_of([["a"], ["b"], ["c"]])

    by_uid = list_page(index, Cursor(at=("0000x",), first=("0000",)), 5)
    by_value = list_page(index, Cursor(field="x", at=("aa", "0000"), first=("a", "0000")), 5)

    assert (by_uid.positions, by_value.positions) == ([1, 2], [1, 2])
