"""Facts about reading YAML as Backstage does; each table was compared with the ``yaml`` package itself."""

from __future__ import annotations

import math
from typing import Any

import orjson
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from waypost.core.yamlfile import YamlFault, YamlLimits, json_value, parse_yaml


def _value(text: str) -> Any:
    documents, faults = parse_yaml(text)
    assert faults == []
    return documents[0].value


def _messages(text: str | bytes) -> list[tuple[int, str]]:
    return [(fault.line, fault.message) for fault in parse_yaml(text)[1]]


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
    read = _value(f"a: {text}")["a"]

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
    assert _value(f"%YAML 1.1\n---\na: {text}\n") == {"a": value}


def test_a_dot_is_no_number_at_all_in_yaml_1_1() -> None:
    assert math.isnan(_value("%YAML 1.1\n---\na: .\n")["a"])


def test_yaml_1_1_lasts_until_another_version_is_named() -> None:
    documents, _ = parse_yaml("%YAML 1.1\n---\nyes\n---\nyes\n...\n%YAML 1.2\n---\nyes\n")

    assert [document.value for document in documents] == [True, True, "yes"]


def test_the_merge_key_is_an_ordinary_key() -> None:
    assert _value("a: &x {b: 1}\nc: {<<: *x}") == {"a": {"b": 1}, "c": {"<<": {"b": 1}}}


def test_the_merge_key_merges_in_yaml_1_1_and_own_keys_win() -> None:
    text = "%YAML 1.1\n---\na: &x {b: 1, c: 1}\nd: {<<: [*x, {e: 2, b: 3}], c: 4}\n"

    assert _value(text)["d"] == {"b": 1, "c": 4, "e": 2}


def test_only_mappings_merge() -> None:
    assert _messages("%YAML 1.1\n---\na: {<<: 1}\n") == [(3, "'<<' can only merge mappings")]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        pytest.param("1", "1", id="number"),
        pytest.param("1.50", "1.5", id="fraction"),
        pytest.param("1e30", "1e+30", id="large number"),
        pytest.param("true", "true", id="true"),
        pytest.param("false", "false", id="false"),
        pytest.param("null", "", id="null"),
        pytest.param(".nan", "NaN", id="not a number"),
        pytest.param("-.inf", "-Infinity", id="infinity"),
        pytest.param("? [a, {b: 1}]\n", "[ a, { b: 1 } ]", id="a list"),
        pytest.param("? {a: , b: }\n", "{ a, b }", id="a mapping"),
        pytest.param("? []\n", "[]", id="an empty list"),
        pytest.param("? {}\n", "{}", id="an empty mapping"),
    ],
)
def test_every_key_becomes_text(text: str, key: str) -> None:
    assert _value(f"{text}: x") == {key: "x"}


def test_the_last_of_keys_with_one_name_and_two_values_counts() -> None:
    assert _value('1: a\n"1": b\ntrue: c\n"true": d') == {"1": "b", "true": "d"}


@pytest.mark.parametrize("text", ["a: 1\nb: 2\na: 3", "1: a\n2: b\n1: c", '1: a\n"1": b\n1: c'])
def test_a_key_that_stands_twice_is_a_fault(text: str) -> None:
    key = text[0]

    assert parse_yaml(text) == (
        [],
        [YamlFault(3, 1, f"the key '{key}' stands here twice; keys must be unique")],
    )


def test_a_broken_document_does_not_hide_the_others() -> None:
    text = "a: 1\n---\nb: [\n---\nc: 1\nc: 2\n---\nd: }\n...\n# note\n---\ne: 5\n"

    documents, faults = parse_yaml(text)

    assert [(document.value, document.index, document.line) for document in documents] == [
        ({"a": 1}, 0, 1),
        ({"e": 5}, 4, 12),
    ]
    assert [fault.line for fault in faults] == [4, 6, 8]


def test_a_document_that_breaks_off_is_left_out_whole() -> None:
    documents, faults = parse_yaml("a: 1\n---\n  b: 1\nc: 2\n---\nd: 1\n")

    assert [document.value for document in documents] == [{"a": 1}, {"d": 1}]
    assert [fault.line for fault in faults] == [4]


def test_a_last_line_of_tabs_is_nothing() -> None:
    assert _value("a: 1\n\t") == {"a": 1}


def test_faults_in_an_unbroken_stream_are_all_told() -> None:
    assert [line for line, _ in _messages("a: 1\na: 2\n---\nb: 1\nb: 2")] == [2, 5]


def test_empty_documents_are_skipped_and_counted() -> None:
    documents, faults = parse_yaml("---\n---\n# nothing\n---\na: 1\n---\n")

    assert [(document.value, document.index) for document in documents] == [({"a": 1}, 2)]
    assert faults == []


@pytest.mark.parametrize("text", ["", "\n", "# only words\n", "\ufeff", b"\xef\xbb\xbf"])
def test_an_empty_text_has_no_documents(text: str | bytes) -> None:
    assert parse_yaml(text) == ([], [])


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_byte_order_mark_and_line_ends_do_not_matter(end: str) -> None:
    text = f"\ufeffa: 1{end}b:{end}  - x{end}"

    documents, _ = parse_yaml(text.encode())

    assert documents[0].value == {"a": 1, "b": ["x"]}
    assert documents[0].line_of("b", 0) == 3


def test_a_lone_carriage_return_ends_no_line() -> None:
    assert [line for line, _ in _messages("a: 1\rb: 2\r")] == [1]


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\x85", "\u2028", "\ufeff", "\uffff"])
def test_raw_control_characters_are_kept(character: str) -> None:
    assert _value(f'a: x{character}y\nb: "x{character}y"') == dict.fromkeys("ab", f"x{character}y")


def test_half_a_surrogate_pair_becomes_the_replacement_character() -> None:
    assert _value("a: x\ud800y") == {"a": "x\ufffdy"}


def test_a_character_that_stands_in_for_others_may_stand_for_itself() -> None:
    assert _value("a: \U000f0000\x01") == {"a": "\U000f0000\x01"}


def test_json_escapes_of_two_halves_are_one_character_in_double_quotes_only() -> None:
    text = r"""
a: "\ud83d\ude00"
b: '\ud83d\ude00'
c: "\\ud83d\\ude00"
"""

    assert _value(text) == {"a": "😀", "b": r"\ud83d\ude00", "c": r"\ud83d\ude00"}


def test_text_that_is_not_utf8_is_a_fault_of_its_line() -> None:
    assert _messages(b"a: 1\nb: caf\xe9\n") == [(2, "not UTF-8 text: byte 0xe9")]


def test_aliases_repeat_values() -> None:
    assert _value("a: &x [1]\nb: *x\nc: &x 2\nd: *x\n*x : y") == {
        "a": [1],
        "b": [1],
        "c": 2,
        "d": 2,
        "2": "y",
    }


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param("a: 1\n---\nb: *x", (3, "no anchor 'x' stands before this alias"), id="no anchor"),
        pytest.param("a: &x [*x]", (1, "no anchor 'x' stands before this alias"), id="within itself"),
        pytest.param(
            "a: &x 1\n---\nb: *x", (3, "no anchor 'x' stands before this alias"), id="another document"
        ),
        pytest.param(
            "a: &x 1\nb: [" + "*x, " * 100 + "]",
            (2, "more than 100 repetitions by aliases"),
            id="a hundred times",
        ),
    ],
)
def test_a_faulty_alias_spoils_the_whole_text(text: str, fault: tuple[int, str]) -> None:
    documents, faults = parse_yaml(text)

    assert documents == []
    assert [(fault.line, fault.message) for fault in faults] == [fault]


def test_ninety_nine_aliases_are_allowed_and_empty_values_do_not_count() -> None:
    assert len(_value("a: &x 1\nb: [" + "*x, " * 99 + "]")["b"]) == 99
    assert len(_value("a: &x {}\nb: [" + "*x, " * 500 + "]")["b"]) == 500


def test_aliases_within_anchors_multiply() -> None:
    bomb = "a: &a [x]\n" + "".join(
        f"{name}: &{name} [{f'*{before}, ' * 9}]\n" for before, name in zip("abcdef", "bcdefg", strict=True)
    )

    assert [message for _, message in _messages(bomb)] == ["more than 100 repetitions by aliases"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("[" * 100_000, "nested deeper than 100 levels", id="lists"),
        pytest.param("{a: " * 100_000, "nested deeper than 100 levels", id="mappings"),
        pytest.param("- " * 100_000, "nested deeper than 100 levels", id="block lists"),
    ],
)
def test_depth_is_limited_without_recursion(text: str, message: str) -> None:
    assert [told for _, told in _messages(text)] == [message]


def test_depth_up_to_the_limit_is_read() -> None:
    assert _messages("[" * 100 + "]" * 100) == []


@pytest.mark.parametrize("text", ["[1, 2, 3]", "a: &x [1]\nb: *x", "- [1]\n- [1]"])
def test_the_number_of_values_is_limited_and_aliases_count(text: str) -> None:
    _, faults = parse_yaml(text, YamlLimits(nodes=3))

    assert [fault.message for fault in faults] == ["holds more than 3 values"]


def test_sets_and_ordered_maps_vanish_as_they_do_in_json() -> None:
    assert _value("a: !!set {x, y}\nb: !!omap [x: 1]\nc: !!map {d: 1}") == {"a": {}, "b": {}, "c": {"d": 1}}


def test_a_set_has_no_values() -> None:
    assert _messages("a: !!set {x: 1}") == [(1, "Set items must all have null values")]


@pytest.mark.parametrize("text", ["soon", "99999-01-01", "0000-01-01"])
def test_a_timestamp_that_is_none_is_a_fault(text: str) -> None:
    assert [line for line, _ in _messages(f"a: !!timestamp {text}")] == [1]


TEXT = """\
# A comment.
kind: Component
metadata:
  name: x
  links:
    - url: https://a.example
      title: A

    - {url: https://b.example,
       title: B}
1: one
? [k]
: v
---
b: &a {c: 1}
d: *a
"""


@pytest.mark.parametrize(
    ("path", "position"),
    [
        pytest.param((), (2, 1), id="the document"),
        pytest.param(("metadata", "name"), (4, 3), id="a key"),
        pytest.param(("metadata", "links", 1), (9, 7), id="an item"),
        pytest.param(("metadata", "links", 1, "title"), (10, 8), id="a key in flow style"),
        pytest.param(("metadata", "owner"), (3, 1), id="an absent key is at its parent"),
        pytest.param(("metadata", "links", 7), (5, 3), id="an absent item too"),
        pytest.param(("metadata", "name", "x"), (4, 3), id="nothing is below a scalar"),
        pytest.param(("metadata", "links", "url"), (5, 3), id="a list has no keys"),
        pytest.param((1,), (11, 1), id="a number as a key"),
    ],
)
def test_each_key_has_its_position(path: tuple[str | int, ...], position: tuple[int, int]) -> None:
    documents, _ = parse_yaml(TEXT)

    assert documents[0].lines.position_of(*path) == position


def test_positions_are_counted_from_the_top_of_the_file() -> None:
    documents, _ = parse_yaml(TEXT + "---\nx: }\n---\n\ny:\n  z: 1\n")

    assert [documents[1].line_of("d"), documents[2].line, documents[2].line_of("y", "z")] == [16, 21, 22]


def test_json_keeps_only_finite_numbers() -> None:
    assert json_value({"a": [math.inf, math.nan, 1.5, "x", None, True]}) == {
        "a": [None, None, 1.5, "x", None, True]
    }


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=5), PLAIN, max_size=5))
def test_what_is_written_as_json_is_read_back(data: dict[str, Any]) -> None:

    text = orjson.dumps(data).decode()

    documents, faults = parse_yaml(text)

    assert (faults, [document.value for document in documents]) == ([], [data])


@given(st.text(st.sampled_from("ab1:-{}[],&*!|>'\"%#?\n \t\r.~<"), max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    documents, faults = parse_yaml(text)

    assert all(fault.line >= 1 and fault.column >= 1 for fault in faults)
    for document in documents:
        assert document.line_of("a", 0) >= document.line - 1 >= 0


def test_positions_cost_nothing_until_they_are_asked_for() -> None:
    documents, _ = parse_yaml("a: 1")

    assert documents[0].lines._places._documents is None
    assert yaml.__with_libyaml__
