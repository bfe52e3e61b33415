"""What the API of scorecards answers about why: of one check, and of a level."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from waypost.core.schemas import WireSchema
from waypost.scorecards.reading.wire import BandsWire, FixWire, GradeTargetWire


def _text(**options: Any) -> fields.String:
    return fields.String(required=True, **options)


class FactWire(WireSchema):
    """A fact that a rule reads, and how old it is."""

    path = _text()
    value = fields.Raw(required=True, allow_none=True)
    is_known = fields.Boolean(required=True)
    source = _text()
    collected_at = fields.AwareDateTime(required=True, allow_none=True)
    as_of = fields.AwareDateTime(required=True, allow_none=True)
    age = _text(allow_none=True)
    ttl = _text(allow_none=True)
    stale = fields.Boolean(required=True)


class ChangeWire(WireSchema):
    """A state that a check came to, and what moved it: data, rule or exemption."""

    at = fields.AwareDateTime(required=True)
    state = _text()
    was = _text()
    because = _text()


class MissingWire(WireSchema):
    """A check that stands in the way of a level."""

    check = _text()
    title = _text()
    state = _text()
    message = _text()
    fix = fields.Nested(FixWire, required=True, allow_none=True)


class LevelStepWire(WireSchema):
    """A level, whether it is reached, and which of its own checks are missing. Those of the levels below count too."""

    level = _text()
    title = _text()
    is_reached = fields.Boolean(required=True)
    missing = fields.List(fields.Nested(MissingWire), required=True)


class HiddenWire(WireSchema):
    """A check that an exemption keeps out of the way, and what it would come to without."""

    check = _text()
    title = _text()
    level = _text()
    exemption = _text()
    would = _text(allow_none=True)


class PathWire(WireSchema):
    """How an entity's level comes about: every level, the lowest first, with what is missing.

    ``inGrace``: it keeps the level only because nobody can answer some checks just now. ``levelWithoutExemptions`` is
    the level that the same results would reach if nothing were exempt.
    """

    level = _text(allow_none=True)
    in_grace = fields.Boolean(required=True)
    level_without_exemptions = _text(allow_none=True)
    levels = fields.List(fields.Nested(LevelStepWire), required=True)
    exempt = fields.List(fields.Nested(HiddenWire), required=True)


class LevelExplanationWire(PathWire):
    """Why an entity has its level in a scorecard, and what it would take to have a higher one."""

    scorecard = _text()
    entity = _text()
    tier = _text()
    target = fields.Nested(GradeTargetWire, required=True, allow_none=True)
    meets_target = fields.Boolean(required=True, allow_none=True)
    as_of = fields.AwareDateTime(required=True, allow_none=True)


class ExemptionWire(WireSchema):
    """The exemption that is in force: until when, why, and who approved it."""

    name = _text()
    expires_at = fields.AwareDateTime(required=True)
    reason = _text()
    ticket = _text()
    approvers = fields.List(fields.String(), required=True)


class ExplanationWire(WireSchema):
    """Why a check is in its state: the rule, its parameters, and the facts with their source and age."""

    scorecard = _text()
    entity = _text()
    check = _text()
    title = _text()
    state = _text()
    would = _text(allow_none=True)
    exemption = _text(allow_none=True)
    exempted_by = fields.Nested(ExemptionWire, required=True, allow_none=True)
    tier = _text()
    rule = _text()
    bands = fields.Nested(BandsWire, required=True, allow_none=True)
    params = fields.Dict(keys=fields.String(), required=True)
    facts = fields.List(fields.Nested(FactWire), required=True)
    message = _text()
    evidence = fields.Raw(required=True, allow_none=True)
    fix = fields.Nested(FixWire, required=True, allow_none=True)
    because = _text()
    since = fields.AwareDateTime(required=True)
    at = fields.AwareDateTime(required=True, allow_none=True)
    history = fields.List(fields.Nested(ChangeWire), required=True)
    path = fields.Nested(PathWire, required=True)
