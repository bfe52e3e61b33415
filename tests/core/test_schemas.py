from __future__ import annotations

import pytest
from marshmallow import fields, validate

from waypost.core.errors import Fault, InputError
from waypost.core.schemas import WireSchema, camel_case


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
