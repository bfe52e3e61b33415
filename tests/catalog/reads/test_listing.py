"""Lists: pages are what sorting everything and cutting it would give."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

import build
from waypost.catalog.reads.building import GAP, index_of
from waypost.catalog.reads.cursors import Cursor, dump_cursor, parse_cursor
from waypost.catalog.reads.index import EntityIndex
from waypost.catalog.reads.listing import list_page
from waypost.catalog.store import IndexedEntity
from waypost.core.database import Revision

VALUES = st.lists(st.lists(st.sampled_from("abc"), max_size=2, unique=True), max_size=40)


def index_with(values: list[list[str]]) -> EntityIndex:
    """Return an index of as many entities as there are *values*, each with its own under ``x``."""
    return index_of(Revision(1, "e", build.NOON), map(entity, range(len(values)), values))


def entity(number: int, own: list[str]) -> IndexedEntity:
    uid = f"{number:04}"
    rows: list[list[str | None]] = [["metadata.uid", uid], ["kind", "odd" if number % 2 else "even"]]
    rows += [["x", value] for value in own] or [["x", None]]
    ref = f"component:default/{number}"
    return IndexedEntity(ref=ref, uid=uid, etag="", parents=[], body=b"{}", search=orjson.dumps(rows))


def walk(index: EntityIndex, cursor: Cursor, limit: int) -> tuple[list[int], list[list[int]]]:
    """Return which entities come going forth, and on each page on the way back; by number."""
    page = list_page(index, cursor, limit)
    forth, pages = numbers(page.positions), []
    while page.following:
        page = list_page(index, parse_cursor(dump_cursor(page.following)), limit)
        forth += numbers(page.positions)
    while page.previous:
        page = list_page(index, parse_cursor(dump_cursor(page.previous)), limit)
        pages.append(numbers(page.positions))
    return forth, pages


def numbers(positions: list[int]) -> list[int]:
    return [position // GAP - 1 for position in positions]


@given(
    values=VALUES, limit=st.integers(1, 7), is_descending=st.booleans(), kind=st.sampled_from([None, "odd"])
)
def test_pages_in_order_are_the_sorted_list_cut(
    *, values: list[list[str]], limit: int, is_descending: bool, kind: str | None
) -> None:
    index = index_with(values)
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
    index = index_with([[]] * size)

    forth, back = walk(index, Cursor({"kind": kind} if kind else None), limit)

    positions = [at for at in range(size) if not kind or at % 2]
    pages = [positions[begin : begin + limit] for begin in range(0, len(positions), limit)]
    assert (forth, back) == (positions, pages[-2::-1])


@pytest.mark.parametrize("is_descending", [False, True])
def test_few_among_many_are_sorted_by_themselves(*, is_descending: bool) -> None:
    index = index_with([[chr(97 + at % 26)] for at in range(400)])
    few = Cursor({"x": {"$in": ["c", "q"]}}, "x", is_descending)

    forth, back = walk(index, few, 5)

    chosen = [(index_value, at) for at in range(400) if (index_value := chr(97 + at % 26)) in "cq"]
    assert forth == [at for _, at in sorted(chosen, reverse=is_descending)]
    assert len(back) == (len(chosen) - 1) // 5


def test_a_cursor_at_what_is_gone_goes_on_behind_it() -> None:
    index = index_with([["a"], ["b"], ["c"]])

    by_uid = list_page(index, Cursor(at=("0000x",), first=("0000",)), 5)
    by_value = list_page(index, Cursor(field="x", at=("aa", "0000"), first=("a", "0000")), 5)

    assert (numbers(by_uid.positions), numbers(by_value.positions)) == ([1, 2], [1, 2])
