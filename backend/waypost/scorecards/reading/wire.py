"""What the API of scorecards answers."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from waypost.core.schemas import WireSchema
from waypost.scorecards.model import Lifecycle, State


def _text(**options: Any) -> fields.String:
    return fields.String(required=True, **options)


def _texts() -> fields.List[str]:
    return fields.List(fields.String(), required=True)


def _counts() -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class AppliesToWire(WireSchema):
    """Which entities are meant; empty is all."""

    kinds = _texts()
    types = _texts()
    lifecycles = _texts()
    when = _text()


class LevelWire(WireSchema):
    """A level."""

    name = _text()
    title = _text()


class TargetWire(WireSchema):
    """The level that a tier should reach by a day."""

    tier = _text()
    level = _text()
    by = _text()


class FixWire(WireSchema):
    """The page that tells how to mend a check, and how much work it is."""

    doc = _text()
    effort = _text()


class FreshnessWire(WireSchema):
    """How old a fact may be."""

    max_age = _text()


class PolicyWire(WireSchema):
    """How long exemptions may last by tier, and who approves them."""

    max_duration = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    approvers = _texts()


class BandsWire(WireSchema):
    """From which number on a check passes, and from which it warns: one for all, or a map by tier."""

    passes = fields.Raw(required=True, data_key="pass")
    warns = fields.Raw(required=True, data_key="warn")


class LiftWire(WireSchema):
    """So many entities would have a higher level if this check alone were met, so many more would meet their target."""

    level = fields.Integer(required=True)
    target = fields.Integer(required=True)


class CheckWire(WireSchema):
    """A check of a scorecard. ``counts`` has how many entities it finds in which state; states of nobody are left out."""

    id = _text()
    title = _text()
    description = _text()
    level = _text()
    weight = fields.Integer(required=True)
    category = _text()
    applies_to = fields.Nested(AppliesToWire, required=True)
    facts = fields.Dict(keys=fields.String(), values=fields.Nested(FreshnessWire), required=True)
    params = fields.Dict(keys=fields.String(), required=True)
    rule = _text()
    bands = fields.Nested(BandsWire, required=True, allow_none=True)
    evidence = _text()
    message = _text()
    fix = fields.Nested(FixWire, required=True, allow_none=True)
    because = _text()
    counter_metrics = _texts()
    not_before = _text(allow_none=True)
    min_sample = _text()
    counts = _counts()
    would_lift = fields.Nested(LiftWire, required=True)


class ScorecardWire(WireSchema):
    """A scorecard."""

    name = _text()
    title = _text()
    description = _text()
    owner = _text()
    lifecycle = _text(validate=validate.OneOf([lifecycle.value for lifecycle in Lifecycle]))
    applies_to = fields.Nested(AppliesToWire, required=True)
    tier = _text()
    levels = fields.List(fields.Nested(LevelWire), required=True)
    targets = fields.List(fields.Nested(TargetWire), required=True)
    exemptions = fields.Nested(PolicyWire, required=True)
    checks = fields.List(fields.Nested(CheckWire(exclude=["counts", "would_lift"])), required=True)
    as_of = fields.AwareDateTime(required=True, allow_none=True)
    revision = fields.Integer(required=True, allow_none=True)


class ScorecardListWire(WireSchema):
    """Every scorecard."""

    items = fields.List(fields.Nested(ScorecardWire), required=True)


class ShareWire(WireSchema):
    """How many of how many."""

    met = fields.Integer(required=True)
    of = fields.Integer(required=True)


class CoverageWire(WireSchema):
    """How many of the checks that apply gave an answer."""

    evaluated = fields.Integer(required=True)
    applicable = fields.Integer(required=True)


class RollUpWire(WireSchema):
    """What the grades of many entities say together.

    ``meetingTarget.of`` are those that have a target, ``coverage`` counts the checks of all of them.
    """

    entities = fields.Integer(required=True)
    levels = _counts()
    meeting_target = fields.Nested(ShareWire, required=True)
    median_score = fields.Float(required=True, allow_none=True)
    coverage = fields.Nested(CoverageWire, required=True)


class WholeRollUpWire(RollUpWire):
    """A roll-up, and the same by tier and by owner."""

    by_tier = fields.Dict(keys=fields.String(), values=fields.Nested(RollUpWire), required=True)
    by_owner = fields.Dict(keys=fields.String(), values=fields.Nested(RollUpWire), required=True)


class ScorecardDetailWire(ScorecardWire):
    """A scorecard with what its results say together, and how many entities each check finds in which state."""

    checks = fields.List(fields.Nested(CheckWire), required=True)
    roll_up = fields.Nested(WholeRollUpWire, required=True)


class GradeTargetWire(WireSchema):
    """The level to reach, and by which day."""

    level = _text()
    by = _text()


class ResultWire(WireSchema):
    """What one check came to for one entity."""

    id = _text()
    title = _text()
    level = _text()
    weight = fields.Integer(required=True)
    category = _text()
    state = _text(validate=validate.OneOf([state.value for state in State]))
    would = _text(allow_none=True)
    exemption = _text(allow_none=True)
    message = _text()
    evidence = fields.Raw(required=True, allow_none=True)
    fix = fields.Nested(FixWire, required=True, allow_none=True)
    because = _text()
    not_before = _text(allow_none=True)
    since = fields.AwareDateTime(required=True)


class GradeWire(WireSchema):
    """An entity's level and score in one scorecard, with the result of each check."""

    scorecard = _text()
    scorecard_title = _text()
    lifecycle = _text()
    entity = _text()
    owner = _text()
    system = _text()
    domain = _text()
    tier = _text()
    level = _text(allow_none=True)
    level_title = _text(allow_none=True)
    level_since = fields.AwareDateTime(required=True)
    score = fields.Float(required=True, allow_none=True)
    score_without_exemptions = fields.Float(required=True, allow_none=True)
    coverage = fields.Nested(CoverageWire, required=True)
    meets_target = fields.Boolean(required=True, allow_none=True)
    target = fields.Nested(GradeTargetWire, required=True, allow_none=True)
    evaluated_at = fields.AwareDateTime(required=True, allow_none=True)
    revision = fields.Integer(required=True, allow_none=True)
    checks = fields.List(fields.Nested(ResultWire), required=True)
