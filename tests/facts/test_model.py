from __future__ import annotations

from typing import Any

import pytest

from waypost.facts.model import FactDeclaration, FactSource, FactSources, nested, normal_value, type_fault


@pytest.mark.parametrize(
    ("kind", "value", "is_right"),
    [
        pytest.param("boolean", True, True, id="boolean"),
        pytest.param("integer", 3, True, id="integer"),
        pytest.param("integer", True, False, id="a truth value is no integer"),
        pytest.param("integer", 3.0, False, id="a decimal is no integer"),
        pytest.param("number", 3, True, id="an integer is a number"),
        pytest.param("string", "x", True, id="string"),
        pytest.param("string", None, False, id="nothing is no string"),
        pytest.param("timestamp", "2026-11-02T12:00:00Z", True, id="timestamp"),
        pytest.param("timestamp", "2026-11-02T12:00:00", False, id="a time without a zone"),
        pytest.param("timestamp", "2026-11-02", False, id="a day is no timestamp"),
        pytest.param("object", {"a": 1}, True, id="object"),
        pytest.param("list", [1], True, id="list"),
        pytest.param("list", {"a": 1}, False, id="an object is no list"),
    ],
)
def test_a_fact_is_of_the_type_that_is_declared(kind: str, value: Any, *, is_right: bool) -> None:
    assert (type_fault(FactDeclaration("a.b", kind), value) == "") is is_right


def test_a_fault_says_what_is_wrong() -> None:
    fault = type_fault(FactDeclaration("a.b", "integer"), "x" * 100)

    assert fault == f"'a.b' must be an integer, not '{'x' * 56}…"


def test_a_number_is_decimal_however_it_was_written() -> None:
    value = normal_value(FactDeclaration("a.b", "number"), 3)

    assert (value, type(value)) == (3.0, float)


def test_facts_are_nested_and_the_maps_above_declared_ones_are_there() -> None:
    assert nested({"a.b.c": 1, "x.y": [2]}, ["a.b.d", "k.l"]) == {
        "a": {"b": {"c": 1}},
        "x": {"y": [2]},
        "k": {},
    }


def test_a_path_into_a_declared_object_is_declared() -> None:
    sources = FactSources((FactSource("s", "c", (FactDeclaration("docs.runbook", "object"),)),))

    assert sources.declared(["docs", "runbook", "at"]) == FactDeclaration("docs.runbook", "object")
    assert sources.declared(["docs"]) is None
    assert sources.nearest("docs.runbok") == "docs.runbook"
