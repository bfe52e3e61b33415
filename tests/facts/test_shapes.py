from __future__ import annotations

from typing import Any

import pytest

from waypost.facts.schemas import FactSourceSpecSchema
from waypost.facts.shapes import Shape, find_fault, normal

RUNBOOK = {
    "type": "object",
    "properties": {
        "path": {"type": "string"},
        "alerts": {"type": "list", "items": {"type": "string"}},
        "exercisedAt": {"type": "timestamp", "optional": True},
        "state": {"type": "string", "enum": ["fresh", "stale"], "optional": True},
        "share": {"type": "number", "minimum": 0, "maximum": 1, "unit": "ratio", "optional": True},
    },
}


def shape_of(declared: dict[str, Any]) -> Shape:
    source = FactSourceSpecSchema().load({"collector": "x", "facts": {"docs.runbook": declared}})
    shape: Shape = source.declarations[0].shape
    return shape


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        pytest.param({"path": "a.md", "alerts": []}, "", id="what is optional may be absent"),
        pytest.param({"path": "a.md", "alerts": [], "more": 1}, "", id="what is not declared may be there"),
        pytest.param({"alerts": []}, "path is missing", id="a part is missing"),
        pytest.param(
            {"path": "a", "alerts": ["x", 5]}, "alerts[1] must be a string, not 5", id="an item of another type"
        ),
        pytest.param(
            {"path": "a", "alerts": [], "exercisedAt": "2026-11-02"},
            "exercisedAt must be a timestamp, not '2026-11-02'",
            id="a day is no time",
        ),
        pytest.param(
            {"path": "a", "alerts": [], "state": "old"},
            "state must be one of 'fresh', 'stale', not 'old'",
            id="none of those listed",
        ),
        pytest.param({"path": "a", "alerts": [], "share": 2}, "share must be 1 at most, not 2", id="too large"),
        pytest.param({"path": "a", "alerts": [], "share": -1}, "share must be 0 at least, not -1", id="too small"),
        pytest.param([], "must be an object, not []", id="another type"),
    ],
)  # fmt: skip
def test_a_value_that_is_not_of_its_shape_is_told_with_the_place(value: object, fault: str) -> None:
    assert str(find_fault(shape_of(RUNBOOK), value) or "") == fault


def test_a_closed_object_has_no_other_parts() -> None:
    shape = shape_of({"type": "object", "properties": {"a": {"type": "integer"}}, "closed": True})

    assert str(find_fault(shape, {"a": 1, "b": 2})) == "b is not declared, only a"


def test_numbers_inside_become_decimal() -> None:
    shape = shape_of({"type": "list", "items": RUNBOOK})

    [value] = normal(shape, [{"path": "a", "alerts": [], "share": 1, "other": 1}])

    assert (type(value["share"]), type(value["other"])) == (float, int)


def test_a_shape_is_told_as_json_schema_and_read_again() -> None:
    shape = shape_of(RUNBOOK)

    told = shape.to_schema()

    assert told["required"] == ["path", "alerts"]
    assert told["properties"]["exercisedAt"] == {
        "type": "string",
        "x-type": "timestamp",
        "format": "date-time",
    }
    assert told["properties"]["alerts"]["items"] == {"type": "string"}
    assert Shape.read(told) == shape


@pytest.mark.parametrize(
    ("declared", "fault"),
    [
        pytest.param({"type": "string", "items": {"type": "string"}}, "items", id="items of a text"),
        pytest.param({"type": "list", "minimum": 1}, "minimum", id="least of a list"),
        pytest.param({"type": "integer", "enum": ["a"]}, "enum", id="a listed value of another type"),
        pytest.param({"type": "object", "closed": True}, "closed", id="closed without parts"),
        pytest.param({"type": "object", "properties": {"a": {"type": "txt"}}}, "type", id="no such type"),
        pytest.param({"type": "integer", "optional": True}, "optional", id="a fact is no part"),
    ],
)
def test_words_that_say_nothing_of_a_type_are_refused(declared: dict[str, Any], fault: str) -> None:
    found = FactSourceSpecSchema().validate({"collector": "x", "facts": {"a.b": declared}})

    assert fault in str(found)
