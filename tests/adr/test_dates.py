from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.adr.dates import DateOrder, is_only_date, learn_order, parse_date

DAY = date(2024, 9, 13)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("2024-09-13", id="iso"),
        pytest.param("2024/9/13", id="year first with slashes"),
        pytest.param("13/09/2024", id="a day above twelve"),
        pytest.param("9/13/2024", id="month first, a day above twelve"),
        pytest.param("13.09.24", id="two digits of the year"),
        pytest.param("Sep 13th, 2024", id="month named first"),
        pytest.param("September 13 2024", id="month in full"),
        pytest.param("13-Sep-2024", id="month named second"),
        pytest.param("13 September, 2024", id="day first with comma"),
        pytest.param("Accepted on 2024-09-13 by the board", id="among words"),
    ],
)
def test_a_date_is_read_as_people_write_it(text: str) -> None:
    assert parse_date(text) == DAY


@pytest.mark.parametrize("text", ["January, 2026", "insert date", "", "2023-24-05", "31/31/2024", "v1.2.3"])
def test_what_is_no_whole_date_is_none(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("text", "is_date"),
    [
        ("11 March 2022", True),
        ("July 21, 2021", True),
        (" 2024-09-13 ", True),
        ("September 2023", True),
        ("2023 plans", False),
        ("2024-09-13: a", False),
    ],
)
def test_a_line_may_be_only_a_date(text: str, *, is_date: bool) -> None:
    assert is_only_date(text) is is_date


def test_a_date_with_two_readings_is_not_guessed() -> None:
    assert parse_date("03/04/2024") is None


@pytest.mark.parametrize(
    ("order", "read"), [(DateOrder.DAY_FIRST, date(2024, 4, 3)), (DateOrder.MONTH_FIRST, date(2024, 3, 4))]
)
def test_the_order_of_the_folder_decides(order: DateOrder, read: date) -> None:
    assert parse_date("03/04/2024", order) == read


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        pytest.param(["03/04/2024"], DateOrder.UNKNOWN, id="nothing tells"),
        pytest.param(["03/04/2024", "26/03/2018"], DateOrder.DAY_FIRST, id="one day above twelve"),
        pytest.param(["05-26-2021"], DateOrder.MONTH_FIRST, id="month first"),
        pytest.param(["26/03/2018", "03/26/2018"], DateOrder.MIXED, id="both ways"),
        pytest.param(["26/03/2018"] * 9 + ["5-26-2021"], DateOrder.DAY_FIRST, id="one slip among many"),
    ],
)
def test_the_order_is_learnt_from_days_above_twelve(texts: list[str], order: DateOrder) -> None:
    assert learn_order(texts) == order


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)))
def test_every_date_written_day_first_is_read_back_in_its_folder(day: date) -> None:
    assert parse_date(day.strftime("%d/%m/%Y"), DateOrder.DAY_FIRST) == day


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    parse_date(text)
