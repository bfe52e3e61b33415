from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.core.durations import parse_duration
from waypost.runbooks.durations import duration_text, duration_words


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
