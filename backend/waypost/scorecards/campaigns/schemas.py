"""Campaigns in: what ``catalog/`` may say of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from waypost.core.fields import DayField
from waypost.core.schemas import WireSchema
from waypost.scorecards.campaigns.model import WHOLE, Campaign, OnDeadline, RampStep
from waypost.scorecards.model import AppliesTo
from waypost.scorecards.schemas import SOME, AppliesToSchema

_PERCENT = validate.Range(0, WHOLE, error="Must be from 0 to 100.")
_DEEDS = [deed.value for deed in OnDeadline]


class RampStepSchema(WireSchema):
    """How much should be done by a day."""

    day = DayField(required=True, data_key="date")
    percent = fields.Float(required=True, validate=_PERCENT)

    @post_load
    def _to_step(self, data: dict[str, Any], **_: object) -> RampStep:
        return RampStep(**data)


class CampaignSpecSchema(WireSchema):
    """The ``spec`` of a Campaign."""

    scorecard = fields.String(required=True, validate=SOME)
    checks = fields.List(fields.String(validate=SOME), required=True, validate=SOME)
    applies_to = fields.Nested(AppliesToSchema, load_default=AppliesTo())
    start = DayField(required=True)
    deadline = DayField(required=True)
    ramp = fields.List(fields.Nested(RampStepSchema), load_default=list)
    on_deadline = fields.String(
        load_default=OnDeadline.REPORT.value,
        validate=validate.OneOf(_DEEDS, error=f"Must be one of {', '.join(_DEEDS)}."),
    )

    @validates_schema(skip_on_field_errors=True)
    def _ends_after_start(self, data: Mapping[str, Any], **_: object) -> None:
        if data["deadline"] < data["start"]:
            raise ValidationError("Must not be before 'start'.", "deadline")

    @post_load
    def _to_campaign(self, data: dict[str, Any], **_: object) -> Campaign:
        lists = {key: tuple(data[key]) for key in ("checks", "ramp")}
        return Campaign(**{"name": ""} | data | lists | {"on_deadline": OnDeadline(data["on_deadline"])})
