"""Facts about work that forked processes share."""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest

from waypost.core import forked
from waypost.core.forked import in_parts


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forked, "FEW", 4)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {0, 1, 2})


def test_every_item_is_done_once_and_in_order() -> None:
    parts = in_parts([str(number) for number in range(10)], lambda some: " ".join(some).encode())

    assert len(parts) == 3
    assert b" ".join(parts) == b"0 1 2 3 4 5 6 7 8 9"


def test_few_items_begin_no_process() -> None:
    mine = str(os.getpid()).encode()

    assert in_parts(["a", "b"], lambda _some: str(os.getpid()).encode()) == [mine]


def test_long_answers_come_whole() -> None:
    parts = in_parts(list("abcdef"), lambda some: some[0].encode() * 300_000)

    assert [len(part) for part in parts] == [300_000] * 3


def test_the_part_of_a_process_that_fails_is_done_here() -> None:
    mine = os.getpid()

    def work(some: Sequence[int]) -> bytes:
        if os.getpid() != mine:
            os._exit(3)
        return bytes(some)

    assert in_parts(list(range(6)), work) == [b"\0\1", b"\2\3", b"\4\5"]


def test_what_goes_wrong_in_the_work_itself_is_told() -> None:
    def work(some: Sequence[int]) -> bytes:
        if 5 in some:
            raise KeyError(5)
        return b""

    with pytest.raises(KeyError):
        in_parts(list(range(6)), work)
