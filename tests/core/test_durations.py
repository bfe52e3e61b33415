"""Facts about durations."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.core.durations import duration_text, duration_words, parse_duration
from waypost.core.errors import InputError


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("P90D", timedelta(days=90)),
        ("PT15M", timedelta(minutes=15)),
        ("P1W2DT3H4M5S", timedelta(days=9, hours=3, minutes=4, seconds=5)),
        ("P0D", timedelta(0)),
    ],
)
def test_a_duration_is_read(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1DT", "90D", "P1Y", "P1M", "P1.5D", "-P1D", "P1D\n", "P٣D"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is no duration: write one like P90D"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("span", "text", "words"),
    [
        (timedelta(minutes=15), "PT15M", "15 minutes"),
        (timedelta(days=180), "P180D", "180 days"),
        (timedelta(days=1, hours=1), "P1DT1H", "1 day 1 hour"),
        (timedelta(), "PT0S", "at once"),
    ],
)
def test_a_length_of_time_is_written_for_machines_and_people(span: timedelta, text: str, words: str) -> None:
    assert (duration_text(span), duration_words(span)) == (text, words)


@given(st.integers(min_value=0, max_value=10**9))
def test_what_is_written_is_read_back(seconds: int) -> None:
    span = timedelta(seconds=seconds)

    assert parse_duration(duration_text(span)) == span
