"""Facts about fields."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from waypost.core.errors import Fault, InputError
from waypost.core.fields import DayField, DurationField, MomentField, WordsField, list_of_words
from waypost.core.schemas import WireSchema


class Everything(WireSchema):
    span = DurationField()
    at = MomentField()
    day = DayField()
    text = WordsField()
    texts = list_of_words()


@pytest.mark.parametrize(
    ("data", "value"),
    [
        pytest.param({"span": "P1DT2H"}, {"span": timedelta(days=1, hours=2)}, id="a duration"),
        pytest.param(
            {"at": "2026-11-02T14:30:00Z"}, {"at": datetime(2026, 11, 2, 14, 30, tzinfo=UTC)}, id="a time"
        ),
        pytest.param({"day": "2026-11-02"}, {"day": date(2026, 11, 2)}, id="a day"),
        pytest.param({"text": " 3 "}, {"text": "3"}, id="words without the space around them"),
        pytest.param({"texts": ["a", 2, 0.5]}, {"texts": ["a", "2", "0.5"]}, id="numbers as words"),
    ],
)
def test_what_a_field_takes(data: dict[str, Any], value: dict[str, Any]) -> None:
    assert Everything().read("x", data) == value


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ({"span": "soon"}, Fault("span", "Must be a duration, like P180D or PT15M.")),
        ({"span": 5}, Fault("span", "Must be a duration, like P180D or PT15M.")),
        ({"at": "yesterday"}, Fault("at", "Must be a time, like 2026-11-02T14:30:00Z.")),
        ({"at": "2026-11-02T14:30:00"}, Fault("at", "Must have a zone, such as Z at its end.")),
        ({"day": "2 Nov"}, Fault("day", "Must be a day, like 2026-11-02.")),
        ({"text": True}, Fault("text", "Must be text.")),
        ({"text": ["a"]}, Fault("text", "Must be text.")),
        ({"texts": ["a", " "]}, Fault("texts.1", "Must not be empty.")),
    ],
)
def test_what_a_field_refuses_is_told_with_an_example(data: dict[str, Any], fault: Fault) -> None:
    with pytest.raises(InputError) as raised:
        Everything().read("x", data)

    assert raised.value.faults == (fault,)


def test_a_duration_is_written_as_it_is_read() -> None:
    dumped = Everything().dump({"span": timedelta(minutes=90)})

    assert dumped == {"span": "PT1H30M"}


def test_no_duration_is_written_as_none() -> None:
    assert Everything().dump({"span": None}) == {"span": None}
