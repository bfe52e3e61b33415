"""Facts about what scalars mean; the tables were compared with the ``yaml`` package itself."""

from __future__ import annotations

import math

import pytest

from core.yamltexts import messages_of, value_of


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("yes", "yes", id="yes is a word"),
        pytest.param("on", "on", id="on is a word"),
        pytest.param("True", True, id="true with a capital"),
        pytest.param("FALSE", False, id="false in capitals"),
        pytest.param("tRUE", "tRUE", id="oddly written true is a word"),
        pytest.param("2024-01-01", "2024-01-01", id="a date is text"),
        pytest.param("12:30", "12:30", id="a time is text"),
        pytest.param("017", 17, id="a leading nought is no octal"),
        pytest.param("0o17", 15, id="octal"),
        pytest.param("0x1F", 31, id="hexadecimal"),
        pytest.param("-0x1F", "-0x1F", id="a negative hexadecimal is text"),
        pytest.param("1_000", "1_000", id="an underscored number is text"),
        pytest.param("1e3", 1000, id="an exponent"),
        pytest.param("+12", 12, id="a sign"),
        pytest.param("1.0", 1, id="a whole number is one, however written"),
        pytest.param(".5", 0.5, id="a fraction without nought"),
        pytest.param("5.", 5, id="a dot at the end"),
        pytest.param(".", ".", id="a lone dot"),
        pytest.param("1e400", math.inf, id="too big a number"),
        pytest.param("-.inf", -math.inf, id="minus infinity"),
        pytest.param("12345678901234567890", 1.2345678901234567e19, id="a big integer loses digits"),
        pytest.param("9" * 5000, math.inf, id="a giant integer"),
        pytest.param("0x" + "f" * 400, math.inf, id="a giant hexadecimal"),
        pytest.param("0b11", "0b11", id="binary is text"),
        pytest.param('"12"', "12", id="quoted"),
        pytest.param("! 12", "12", id="non-specific tag"),
        pytest.param("!!str 12", "12", id="tagged as text"),
        pytest.param('!!int "12"', 12, id="tagged as integer"),
        pytest.param("!!int x", "x", id="a tag that the text does not fit"),
        pytest.param("!!float 3", "3", id="an integer tagged as float stays text"),
        pytest.param("!mine 12", "12", id="an unknown tag"),
        pytest.param("!!binary aGk=", {"type": "Buffer", "data": [104, 105]}, id="bytes"),
        pytest.param(
            "!!timestamp 2024-01-01 10:00:00.5 +02:30", "2024-01-01T07:30:00.500Z", id="a timestamp"
        ),
        pytest.param("!!timestamp 2024-13-01", "2025-01-01T00:00:00.000Z", id="months run over"),
    ],
)
def test_a_scalar_is_read_by_the_core_schema(text: str, value: object) -> None:
    read = value_of(f"a: {text}")["a"]

    assert (type(read), read) == (type(value), value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("yes", True, id="yes"),
        pytest.param("off", False, id="off"),
        pytest.param("017", 15, id="octal"),
        pytest.param("1_000", 1000, id="underscores"),
        pytest.param("0b11", 3, id="binary"),
        pytest.param("-1:30", -90, id="sexagesimal"),
        pytest.param("1:30.5", 90.5, id="sexagesimal with a fraction"),
        pytest.param("1_0.5", 10.5, id="a fraction"),
        pytest.param("2024-01-01", "2024-01-01T00:00:00.000Z", id="a date"),
        pytest.param("2024-01-01T10:00:00-3", "2024-01-01T13:00:00.000Z", id="a time in a zone"),
        pytest.param("yonder", "yonder", id="a word"),
    ],
)
def test_a_document_may_ask_for_yaml_1_1(text: str, value: object) -> None:
    assert value_of(f"%YAML 1.1\n---\na: {text}\n") == {"a": value}


def test_a_dot_is_no_number_at_all_in_yaml_1_1() -> None:
    assert math.isnan(value_of("%YAML 1.1\n---\na: .\n")["a"])


@pytest.mark.parametrize("text", ["soon", "99999-01-01", "0000-01-01"])
def test_a_timestamp_that_is_none_is_a_fault(text: str) -> None:
    assert [line for line, _ in messages_of(f"a: !!timestamp {text}")] == [1]
