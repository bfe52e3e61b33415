"""Tests beside rules in: what they may say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from waypost.core.schemas import WireSchema
from waypost.scorecards.fields import NamedField
from waypost.scorecards.model import RuleTest, State

SOME = validate.Length(min=1, error="Must not be empty.")


class ExpectedSchema(WireSchema):
    """What a check should come to, and what it should say."""

    state = NamedField(State)
    message = fields.String()

    @validates_schema
    def _expects_something(self, data: Mapping[str, Any], **_: object) -> None:
        if not data:
            raise ValidationError("Must hold state or message.")


class ExpectedField(fields.Field[Any]):
    """A state, or an object with a state and a message."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if isinstance(value, Mapping):
            return ExpectedSchema().load(value)
        return {"state": NamedField(State).deserialize(value)}


class RuleTestSchema(WireSchema):
    """A test beside the rules."""

    name = fields.String(required=True, validate=SOME)
    entity = fields.Dict(required=True)
    facts = fields.Dict(keys=fields.String(), load_default=dict)
    now = fields.AwareDateTime(required=True)
    expect = fields.Dict(keys=fields.String(), values=ExpectedField(), required=True, validate=SOME)
    level = fields.String(load_default="")
    score = fields.Float(load_default=None, validate=validate.Range(min=0, max=1))

    @post_load
    def _to_test(self, data: dict[str, Any], **_: object) -> RuleTest:
        expected = data.pop("expect")
        states = {check: one["state"] for check, one in expected.items() if "state" in one}
        messages = {check: one["message"] for check, one in expected.items() if "message" in one}
        now = data.pop("now").isoformat()
        return RuleTest(**data, now=now, expect=states, messages=messages)
