"""The wire form of cycle times, and of the spans that they are made of."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load

from waypost.adr.cycle import Span
from waypost.core.fields import DayField
from waypost.core.schemas import WireSchema


class SpanWire(WireSchema):
    """A span as it is kept."""

    decision = fields.String()
    title = fields.String()
    path = fields.String()
    state = fields.String()
    scope = fields.String()
    proposed = fields.Date(allow_none=True)
    decided = fields.Date(allow_none=True)
    from_git = fields.List(fields.String())
    standing = fields.String()
    missing = fields.Integer()

    @post_load
    def _to_span(self, data: dict[str, Any], **_: object) -> Span:
        return Span(**data | {"from_git": tuple(data["from_git"])})


class CycleQuery(WireSchema):
    """What narrows a cycle time."""

    since = DayField(
        load_default=None,
        metadata={"description": "Leave out what was decided before this day, such as 2026-08-01."},
    )


class FiguresWire(WireSchema):
    """How long decisions took. Both figures are null where ``n`` is 0."""

    scope = fields.String()
    n = fields.Integer()
    p50_days = fields.Integer(allow_none=True)
    p90_days = fields.Integer(allow_none=True)


class AgeingWire(WireSchema):
    """A proposal that is open."""

    decision = fields.String()
    title = fields.String()
    path = fields.String()
    scope = fields.String()
    since = fields.Date(allow_none=True)
    days = fields.Integer(allow_none=True)
    missing = fields.Integer()


class CycleTimeWire(WireSchema):
    """The cycle time of decisions as it is served."""

    as_of = fields.Date()
    since = fields.Date(allow_none=True)
    overall = fields.Nested(FiguresWire)
    scopes = fields.List(fields.Nested(FiguresWire))
    ageing = fields.List(fields.Nested(AgeingWire))
    asked = fields.Integer()
    approved = fields.Integer()
    approved_share = fields.Float(allow_none=True)
    undated = fields.Integer()
    retrospective = fields.Integer()
