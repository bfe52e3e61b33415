from __future__ import annotations

import csv

import pytest

from waypost.core.csvtext import csv_pieces


def text_of(*rows: list[str | int | float | bool | None]) -> str:
    return b"".join(csv_pieces(["a", "b"], rows)).decode()


def test_cells_come_back_as_they_were() -> None:
    written = text_of(["x, y", 'said "so"'], ["two\nlines", None], [1.5, True])

    read = list(csv.reader(written.splitlines(keepends=True)))
    assert read == [["a", "b"], ["x, y", 'said "so"'], ["two\nlines", ""], ["1.5", "true"]]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "  =1", "\uff1dcmd", '=HYPERLINK("http://x")']
)  # fmt: skip
def test_no_text_is_a_formula(text: str) -> None:
    [_, [first, _]] = csv.reader(text_of([text, ""]).splitlines(keepends=True))

    assert first == f"'{text}"


def test_a_negative_number_stays_a_number() -> None:
    assert text_of([-1, ""]) == "a,b\r\n-1,\r\n"


def test_a_long_table_comes_in_pieces() -> None:
    pieces = list(csv_pieces(["n"], ([number] for number in range(1_200))))

    assert len(pieces) == 3
    assert b"".join(pieces).count(b"\r\n") == 1_201
