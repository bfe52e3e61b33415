"""What the API of campaigns is asked and answers."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from waypost.core.schemas import WireSchema
from waypost.scorecards.campaigns.model import OnDeadline
from waypost.scorecards.campaigns.service import STANDS
from waypost.scorecards.campaigns.standing import Progress
from waypost.scorecards.model import State
from waypost.scorecards.reading.queries import IncludeQuery
from waypost.scorecards.reading.wire import FixWire


def _text(**options: Any) -> fields.String:
    return fields.String(required=True, **options)


def _number() -> fields.Integer:
    return fields.Integer(required=True)


def _enum(values: Any, **options: Any) -> fields.String:
    return _text(validate=validate.OneOf([each.value for each in values]), **options)


_ENTITY = {"description": "An entity: the answer tells how far it is, and whether it is blocked."}


class EntityQuery(WireSchema):
    """Whom it is asked for."""

    entity = fields.String(load_default="", metadata=_ENTITY)


class CampaignsQuery(IncludeQuery):
    """Which campaigns."""

    entity = fields.String(load_default="", metadata=_ENTITY)


class CountedWire(WireSchema):
    """How many entities are how far; ``of`` leaves out the exempt."""

    done = _number()
    left = _number()
    untold = fields.Integer(required=True, attribute="unknown", data_key="unknown")
    exempt = _number()
    of = _number()
    percent = fields.Float(required=True, allow_none=True)


class OwnerCountedWire(CountedWire):
    """The same of what one team owns."""

    owner = _text()


class DayCountedWire(CountedWire):
    """The same at the end of a day."""

    day = fields.Date(required=True)


class RampStepWire(WireSchema):
    """How many per cent should be done by a day."""

    date = fields.Date(required=True)
    percent = fields.Float(required=True)


class NextStepWire(RampStepWire):
    """The next step, and how many entities are missing from it."""

    missing = _number()


class CampaignCheckWire(WireSchema):
    """A check that the campaign is for."""

    id = _text()
    title = _text()
    fix = fields.Nested(FixWire, required=True, allow_none=True)
    because = _text()


class EntityCheckWire(WireSchema):
    """A check of the campaign for an entity."""

    id = _text()
    title = _text()
    fix = fields.Nested(FixWire, required=True, allow_none=True)
    state = _enum(State)
    would = _enum(State, allow_none=True)
    message = _text()
    since = fields.AwareDateTime(required=True, allow_none=True)


class EntityStandingWire(WireSchema):
    """How far an entity is, and what the deadline did to it."""

    entity = _text()
    owner = _text()
    tier = _text()
    progress = _enum(Progress)
    warned = fields.Boolean(required=True)
    blocked = fields.Boolean(required=True)
    checks = fields.List(fields.Nested(EntityCheckWire), required=True)


class CampaignWire(WireSchema):
    """A campaign and how it stands."""

    name = _text()
    title = _text()
    description = _text()
    owner = _text()
    scorecard = _text()
    scorecard_title = _text()
    checks = fields.List(fields.Nested(CampaignCheckWire), required=True)
    start = fields.Date(required=True)
    deadline = fields.Date(required=True)
    on_deadline = _enum(OnDeadline)
    ramp = fields.List(fields.Nested(RampStepWire), required=True)
    state = _text(validate=validate.OneOf(STANDS))
    counts = fields.Nested(CountedWire, required=True)
    planned = fields.Float(required=True, metadata={"description": "How many per cent should be done today."})
    due = _number()
    behind = _number()
    next = fields.Nested(NextStepWire, required=True, allow_none=True)
    path = _text()
    line = _number()
    at = fields.AwareDateTime(required=True)
    as_of = fields.AwareDateTime(required=True, allow_none=True)
    entity = fields.Nested(EntityStandingWire, required=True, allow_none=True)


class CampaignListWire(WireSchema):
    """Campaigns, by deadline."""

    items = fields.List(fields.Nested(CampaignWire), required=True)


class CampaignDetailWire(CampaignWire):
    """A campaign, who is not done, and its course: a day that is not there was like the one before it."""

    by_owner = fields.List(fields.Nested(OwnerCountedWire), required=True)
    items = fields.List(fields.Nested(EntityStandingWire), required=True)
    burn_down = fields.List(fields.Nested(DayCountedWire), required=True)
