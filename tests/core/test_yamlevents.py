"""Facts about keys, aliases and limits; the tables were compared with the ``yaml`` package itself."""

from __future__ import annotations

import pytest

from core.yamltexts import messages_of, value_of
from waypost.core.yamlfile import YamlFault, YamlLimits, parse_yaml


def test_yaml_1_1_lasts_until_another_version_is_named() -> None:
    documents, _ = parse_yaml("%YAML 1.1\n---\nyes\n---\nyes\n...\n%YAML 1.2\n---\nyes\n")

    assert [document.value for document in documents] == [True, True, "yes"]


def test_the_merge_key_is_an_ordinary_key() -> None:
    assert value_of("a: &x {b: 1}\nc: {<<: *x}") == {"a": {"b": 1}, "c": {"<<": {"b": 1}}}


def test_the_merge_key_merges_in_yaml_1_1_and_own_keys_win() -> None:
    text = "%YAML 1.1\n---\na: &x {b: 1, c: 1}\nd: {<<: [*x, {e: 2, b: 3}], c: 4}\n"

    assert value_of(text)["d"] == {"b": 1, "c": 4, "e": 2}


def test_only_mappings_merge() -> None:
    assert messages_of("%YAML 1.1\n---\na: {<<: 1}\n") == [(3, "'<<' can only merge mappings")]


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
    assert value_of(f"{text}: x") == {key: "x"}


def test_the_last_of_keys_with_one_name_and_two_values_counts() -> None:
    assert value_of('1: a\n"1": b\ntrue: c\n"true": d') == {"1": "b", "true": "d"}


@pytest.mark.parametrize("text", ["a: 1\nb: 2\na: 3", "1: a\n2: b\n1: c", '1: a\n"1": b\n1: c'])
def test_a_key_that_stands_twice_is_a_fault(text: str) -> None:
    key = text[0]

    assert parse_yaml(text) == (
        [],
        [YamlFault(3, 1, f"the key '{key}' stands here twice; keys must be unique")],
    )


def test_aliases_repeat_values() -> None:
    assert value_of("a: &x [1]\nb: *x\nc: &x 2\nd: *x\n*x : y") == {
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
    assert len(value_of("a: &x 1\nb: [" + "*x, " * 99 + "]")["b"]) == 99
    assert len(value_of("a: &x {}\nb: [" + "*x, " * 500 + "]")["b"]) == 500


def test_aliases_within_anchors_multiply() -> None:
    bomb = "a: &a [x]\n" + "".join(
        f"{name}: &{name} [{f'*{before}, ' * 9}]\n" for before, name in zip("abcdef", "bcdefg", strict=True)
    )

    assert [message for _, message in messages_of(bomb)] == ["more than 100 repetitions by aliases"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("[" * 100_000, "nested deeper than 100 levels", id="lists"),
        pytest.param("{a: " * 100_000, "nested deeper than 100 levels", id="mappings"),
        pytest.param("- " * 100_000, "nested deeper than 100 levels", id="block lists"),
    ],
)
def test_depth_is_limited_without_recursion(text: str, message: str) -> None:
    assert [told for _, told in messages_of(text)] == [message]


def test_depth_up_to_the_limit_is_read() -> None:
    assert messages_of("[" * 100 + "]" * 100) == []


@pytest.mark.parametrize("text", ["[1, 2, 3, 4]", "[1, 2, [3]]", "a: &x [1]\nb: *x", "- [1]\n- [1]"])
def test_every_way_of_passing_the_number_of_values_is_seen(text: str) -> None:
    documents, faults = parse_yaml(text, YamlLimits(nodes=3))

    assert (documents, len(faults)) == ([], 1)


def test_the_keys_of_yaml_1_1_without_merge_values_are_read() -> None:
    assert value_of("%YAML 1.1\n---\na: {<<: {b: 1}, b: 2}\n") == {"a": {"b": 2}}


@pytest.mark.parametrize("text", ["[1, 2, 3]", "a: &x [1]\nb: *x", "- [1]\n- [1]"])
def test_the_number_of_values_is_limited_and_aliases_count(text: str) -> None:
    _, faults = parse_yaml(text, YamlLimits(nodes=3))

    assert [fault.message for fault in faults] == ["holds more than 3 values"]


def test_sets_and_ordered_maps_vanish_as_they_do_in_json() -> None:
    assert value_of("a: !!set {x, y}\nb: !!omap [x: 1]\nc: !!map {d: 1}") == {"a": {}, "b": {}, "c": {"d": 1}}


def test_a_set_has_no_values() -> None:
    assert messages_of("a: !!set {x: 1}") == [(1, "Set items must all have null values")]


def test_an_alias_that_repeats_too_many_values_is_refused() -> None:
    text = "a: &x [1]\nb: *x"

    assert parse_yaml(text, YamlLimits(nodes=7))[1] == []
    assert parse_yaml(text, YamlLimits(nodes=6))[1] == [YamlFault(2, 4, "holds more than 6 values")]


def test_values_are_counted_in_each_document_by_itself() -> None:
    documents, faults = parse_yaml("[1, 2]\n---\n[1, 2]\n", YamlLimits(nodes=3))

    assert (len(documents), faults) == (2, [])
