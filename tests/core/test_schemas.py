from __future__ import annotations

from typing import Any

import pytest
from marshmallow import fields, validate

from waypost.core.errors import Fault, InputError
from waypost.core.schemas import WireSchema, camel_case, keys_of, load_sound


class PartSchema(WireSchema):
    """A part."""

    name = fields.String(required=True)
    weight = fields.Integer(validate=validate.Range(min=1))


class WholeSchema(WireSchema):
    """A whole."""

    made_by = fields.String(required=True)
    x_id = fields.String(data_key="x-id")
    parts = fields.List(fields.Nested(PartSchema))


def test_names_are_camel_case_on_the_wire() -> None:
    read = WholeSchema().read("a.yaml", {"madeBy": "a", "x-id": "b"})

    assert read == {"made_by": "a", "x_id": "b"}
    assert WholeSchema().dump(read) == {"madeBy": "a", "x-id": "b"}
    assert camel_case("score_without_exemptions") == "scoreWithoutExemptions"


def test_every_fault_is_told_at_once_with_its_path() -> None:
    data = {"made_by": "a", "parts": [{"name": "a"}, {"weight": 0}]}

    with pytest.raises(InputError) as raised:
        WholeSchema().read("a.yaml", data)

    assert set(raised.value.faults) == {
        Fault("madeBy", "Missing data for required field."),
        Fault("made_by", "Unknown field."),
        Fault("parts.1.name", "Missing data for required field."),
        Fault("parts.1.weight", "Must be greater than or equal to 1."),
    }


@pytest.mark.parametrize("data", [None, 1, "text", [], [1]])
def test_what_is_no_mapping_is_refused(data: object) -> None:
    with pytest.raises(InputError, match=r"^a\.yaml: Invalid input type\.$"):
        WholeSchema().read("a.yaml", data)


class LenientSchema(WireSchema):
    """A thing of which some can be read when the rest is wrong."""

    name = fields.String(required=True)
    size = fields.Integer(load_default=1)
    parts = fields.List(fields.Nested(PartSchema), load_default=list)


@pytest.mark.parametrize(
    ("data", "read", "wrong"),
    [
        pytest.param({"name": "a"}, {"name": "a", "size": 1, "parts": []}, [], id="all is well"),
        pytest.param({"size": 2}, {"size": 2, "parts": []}, ["name"], id="a required key is missing"),
        pytest.param(
            {"name": "a", "size": "big", "parts": [{"name": "b"}]},
            {"name": "a", "size": 1, "parts": [{"name": "b"}]},
            ["size"],
            id="what is wrong has its default",
        ),
        pytest.param(
            {"name": "a", "no.such": 1}, {"name": "a", "size": 1, "parts": []}, ["no.such"], id="a dotted key"
        ),
    ],
)
def test_what_is_sound_is_read_beside_what_is_wrong(
    data: dict[str, Any], read: dict[str, Any], wrong: list[str]
) -> None:
    loaded, faults = load_sound(LenientSchema(), data)

    assert loaded == read
    assert [fault.path for fault in faults] == wrong


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ("parts.0.name", ["parts", 0, "name"]),
        ("labels.value.a", ["labels", "a"]),
        ("labels.a.value", ["labels", "a"]),
        ("labels.7", ["labels", "7"]),
        ("gone.0", ["gone", "0"]),
    ],
)
def test_a_fault_leads_to_what_it_is_about(path: str, keys: list[str | int]) -> None:
    data = {"parts": [{"name": 1}], "labels": {"a": 1, "7": 2}}

    assert keys_of(Fault(path, ""), data) == keys
