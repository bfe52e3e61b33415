"""Facts about reading YAML as Backstage does; each table was compared with the ``yaml`` package itself."""

from __future__ import annotations

import math
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.yamltexts import messages_of, value_of
from waypost.core.yamlfile import json_value, parse_yaml


def test_a_broken_document_does_not_hide_the_others() -> None:
    text = "a: 1\n---\nb: [\n---\nc: 1\nc: 2\n---\nd: }\n...\n# note\n---\ne: 5\n"

    documents, faults = parse_yaml(text)

    assert [(document.value, document.index, document.line) for document in documents] == [
        ({"a": 1}, 0, 1),
        ({"e": 5}, 4, 12),
    ]
    assert [fault.line for fault in faults] == [4, 6, 8]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: %b", (1, "'%' cannot begin a value; put the value in quotes")),
        ("a: }", (1, "'}' cannot begin a value; put the value in quotes")),
        ("a:\n\t- b", (2, "a tab cannot begin a value; put the value in quotes")),
        (
            "a: b: c",
            (1, "a ':' stands where no key can be; put the value in quotes, or mend the indentation"),
        ),
        (
            "a: b\n  c: d",
            (2, "a ':' stands where no key can be; put the value in quotes, or mend the indentation"),
        ),
        ("a:\n    b: 1\n  c: 2", (3, "no key is here; mend the indentation, or put the value in quotes")),
        (
            "a: 1\nb\nc: 2",
            (3, "a key must be followed by ':'; mend the indentation, or put the value in quotes"),
        ),
        ("  a: 1\nb: 2", (2, "the document has ended above; mend the indentation")),
        ("a: {b: 1", (1, "a '{' is not closed by '}', or a ',' is missing")),
        ("a: [b", (1, "a '[' is not closed by ']', or a ',' is missing")),
        ("- a\nb: 1", (2, "an item must begin with '-'; mend the indentation")),
        ('a: "b', (1, "a quotation mark is not closed")),
        ("a: &", (1, "while scanning an anchor: did not find expected alphabetic or numeric character")),
        ("%YAML 1.1\n%YAML 1.1\n---\na", (2, "found duplicate %YAML directive")),
    ],
)
def test_a_fault_is_told_in_words_that_help(text: str, fault: tuple[int, str]) -> None:
    assert messages_of(text) == [fault]


def test_a_document_that_breaks_off_is_left_out_whole() -> None:
    documents, faults = parse_yaml("a: 1\n---\n  b: 1\nc: 2\n---\nd: 1\n")

    assert [document.value for document in documents] == [{"a": 1}, {"d": 1}]
    assert [fault.line for fault in faults] == [4]


def test_a_last_line_of_tabs_is_nothing() -> None:
    assert value_of("a: 1\n\t") == {"a": 1}


def test_faults_in_an_unbroken_stream_are_all_told() -> None:
    assert [line for line, _ in messages_of("a: 1\na: 2\n---\nb: 1\nb: 2")] == [2, 5]


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
    assert [line for line, _ in messages_of("a: 1\rb: 2\r")] == [1]


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\x85", "\u2028", "\ufeff", "\uffff"])
def test_raw_control_characters_are_kept(character: str) -> None:
    assert value_of(f'a: x{character}y\nb: "x{character}y"') == dict.fromkeys("ab", f"x{character}y")


def test_half_a_surrogate_pair_becomes_the_replacement_character() -> None:
    assert value_of("a: x\ud800y") == {"a": "x\ufffdy"}


def test_a_character_that_stands_in_for_others_may_stand_for_itself() -> None:
    assert value_of("a: \U000f0000\x01") == {"a": "\U000f0000\x01"}


def test_json_escapes_of_two_halves_are_one_character_in_double_quotes_only() -> None:
    text = r"""
a: "\ud83d\ude00"
b: '\ud83d\ude00'
c: "\\ud83d\\ude00"
"""

    assert value_of(text) == {"a": "😀", "b": r"\ud83d\ude00", "c": r"\ud83d\ude00"}


def test_text_that_is_not_utf8_is_a_fault_of_its_line() -> None:
    assert messages_of(b"a: 1\nb: caf\xe9\n") == [(2, "not UTF-8 text: byte 0xe9")]


def test_json_keeps_only_finite_numbers() -> None:
    assert json_value({"a": [math.inf, math.nan, 1.5, "x", None, True]}) == {
        "a": [None, None, 1.5, "x", None, True]
    }


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=5), PLAIN, max_size=5))
def test_what_is_written_as_json_is_read_back(data: dict[str, Any]) -> None:

    text = orjson.dumps(data).decode()

    documents, faults = parse_yaml(text)

    assert (faults, [document.value for document in documents]) == ([], [data])


@settings(deadline=None)
@given(st.text(st.sampled_from("ab1:-{}[],&*!|>'\"%#?\n \t\r.~<"), max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    documents, faults = parse_yaml(text)

    assert all(fault.line >= 1 and fault.column >= 1 for fault in faults)
    for document in documents:
        assert document.line_of("a", 0) >= document.line - 1 >= 0
