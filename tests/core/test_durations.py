"""Facts about durations."""

from __future__ import annotations

from datetime import timedelta

import pytest

from waypost.core.durations import parse_duration
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
