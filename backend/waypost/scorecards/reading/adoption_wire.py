"""What the API answers about how far the estate follows a decision."""

from __future__ import annotations

from marshmallow import fields

from waypost.core.schemas import WireSchema


class TiedCheckWire(WireSchema):
    """A check that a decision asked for."""

    scorecard = fields.String(required=True)
    scorecard_title = fields.String(required=True)
    check = fields.String(required=True)
    title = fields.String(required=True)


class TallyWire(WireSchema):
    """How many entities pass every check of a decision, at a time. ``share`` is of those that pass or fail."""

    at = fields.AwareDateTime(required=True)
    passing = fields.Integer(required=True)
    failing = fields.Integer(required=True)
    unanswered = fields.Integer(required=True)
    exempt = fields.Integer(required=True)
    share = fields.Float(required=True, allow_none=True)


class AdoptionWire(WireSchema):
    """How far the estate follows a decision: now, on the day it was decided, and since its checks are recorded.

    ``then`` is null where nothing was recorded by the day of the decision, ``now`` where it has no checks, or
    nothing was evaluated. ``history`` has a count a day, the last of it; a week or a month where there are many.
    """

    decision = fields.String(required=True)
    decided = fields.Date(required=True, allow_none=True)
    checks = fields.List(fields.Nested(TiedCheckWire), required=True)
    as_of = fields.AwareDateTime(required=True, allow_none=True)
    now = fields.Nested(TallyWire, required=True, allow_none=True)
    then = fields.Nested(TallyWire, required=True, allow_none=True)
    history = fields.List(fields.Nested(TallyWire), required=True)
