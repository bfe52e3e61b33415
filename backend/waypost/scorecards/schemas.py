"""Scorecards and exemptions in: what ``catalog/`` may say of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from waypost.core.fields import DurationField
from waypost.core.schemas import WireSchema
from waypost.scorecards.exemptions.model import Exemption
from waypost.scorecards.fields import ByTierField, MomentField, NamedField, RefField
from waypost.scorecards.model import (
    ANY_TIER,
    AppliesTo,
    Bands,
    Check,
    ExemptionPolicy,
    Fix,
    Level,
    Lifecycle,
    Scorecard,
    Target,
)
from waypost.scorecards.testschemas import RuleTestSchema

NAME = validate.Regexp(r"[a-z0-9]+(-[a-z0-9]+)*\Z", error="Must be lower-case words and dashes.")
EFFORTS = ("XS", "S", "M", "L", "XL")
SOME = validate.Length(min=1, error="Must not be empty.")


def texts(**options: Any) -> fields.List[str]:
    """Return a field that is a list of texts, empty where it is not given."""
    return fields.List(fields.String(validate=SOME), load_default=list, **options)


class AppliesToSchema(WireSchema):
    """Which entities are meant."""

    kinds = texts()
    types = texts()
    lifecycles = texts()
    when = fields.String(load_default="")

    @post_load
    def _to_applies_to(self, data: dict[str, Any], **_: object) -> AppliesTo:
        return AppliesTo(**data | {key: tuple(data[key]) for key in ("kinds", "types", "lifecycles")})


class LevelSchema(WireSchema):
    """A level, from the lowest up."""

    name = fields.String(required=True, validate=NAME)
    title = fields.String(load_default="")

    @post_load
    def _to_level(self, data: dict[str, Any], **_: object) -> Level:
        return Level(data["name"], data["title"] or data["name"].capitalize())


class TargetSchema(WireSchema):
    """A level that a tier should reach by a day."""

    tier = fields.String(required=True, validate=SOME)
    level = fields.String(required=True)
    by = fields.Date(required=True)

    @post_load
    def _to_target(self, data: dict[str, Any], **_: object) -> Target:
        return Target(**data)


class ExemptionPolicySchema(WireSchema):
    """How long exemptions may last, and who may approve them."""

    max_duration = fields.Dict(keys=fields.String(), values=DurationField(), load_default=dict)
    approvers = fields.List(RefField(), load_default=list)

    @post_load
    def _to_policy(self, data: dict[str, Any], **_: object) -> ExemptionPolicy:
        return ExemptionPolicy(data["max_duration"], tuple(data["approvers"]))


class FixSchema(WireSchema):
    """The page that tells how to mend it."""

    doc = fields.String(required=True, validate=SOME)
    effort = fields.String(load_default="", validate=validate.OneOf(EFFORTS))

    @post_load
    def _to_fix(self, data: dict[str, Any], **_: object) -> Fix:
        return Fix(**data)


class FreshnessSchema(WireSchema):
    """How old a fact may be."""

    max_age = DurationField(required=True)


class BandsSchema(WireSchema):
    """A number, where it passes and where it warns."""

    value = fields.String(required=True, validate=SOME)
    passes = ByTierField(required=True, data_key="pass")
    warns = ByTierField(required=True, data_key="warn")

    @validates_schema(skip_on_field_errors=True)
    def _are_apart(self, data: Mapping[str, Any], **_: object) -> None:
        bands = Bands(data["passes"], data["warns"])
        maps = [value for value in (data["passes"], data["warns"]) if isinstance(value, Mapping)]
        found = [bands.limits(tier) for tier in {ANY_TIER}.union(*maps)]
        if any(limits.passes == limits.warns for limits in found):
            raise ValidationError("Must not be where it passes: nothing would warn.", "warn")
        if len({limits.is_lower_better for limits in found}) > 1:
            raise ValidationError("Must be on the same side of 'pass' in every tier.", "warn")


class CheckSchema(WireSchema):
    """One check."""

    id = fields.String(required=True, validate=NAME)
    title = fields.String(required=True, validate=SOME)
    description = fields.String(load_default="")
    level = fields.String(load_default="")
    weight = fields.Integer(load_default=1, strict=True, validate=validate.Range(min=0, max=100))
    category = fields.String(load_default="")
    applies_to = fields.Nested(AppliesToSchema, load_default=AppliesTo())
    facts = fields.Dict(keys=fields.String(), values=fields.Nested(FreshnessSchema), load_default=dict)
    params = fields.Dict(keys=fields.String(), values=fields.Raw(), load_default=dict)
    rule = fields.String(validate=SOME)
    bands = fields.Nested(BandsSchema)
    evidence = fields.String(load_default="")
    message = fields.String(load_default="")
    fix = fields.Nested(FixSchema, load_default=None)
    because = fields.String(load_default="")
    counter_metrics = texts()
    not_before = fields.Date(load_default=None)
    min_sample = fields.String(load_default="")

    @validates_schema
    def _has_one_rule(self, data: Mapping[str, Any], **_: object) -> None:
        if "rule" in data and "bands" in data:
            raise ValidationError("Must not stand beside 'rule': one of the two decides.", "bands")
        if "rule" not in data and "bands" not in data:
            raise ValidationError("Must be given, or 'bands' in its place.", "rule")

    @post_load
    def _to_check(self, data: dict[str, Any], **_: object) -> Check:
        if bands := data.pop("bands", None):
            data |= {"rule": bands["value"], "bands": Bands(bands["passes"], bands["warns"])}
        ages = {path: fact["max_age"] for path, fact in data.pop("facts").items()}
        metrics = tuple(data.pop("counter_metrics"))
        return Check(**data, max_age=ages, counter_metrics=metrics)


class ScorecardSpecSchema(WireSchema):
    """The ``spec`` of a Scorecard."""

    lifecycle = NamedField(Lifecycle, load_default=Lifecycle.ACTIVE)
    applies_to = fields.Nested(AppliesToSchema, load_default=AppliesTo())
    tier = fields.String(load_default="")
    levels = fields.List(fields.Nested(LevelSchema), load_default=list)
    targets = fields.List(fields.Nested(TargetSchema), load_default=list)
    exemptions = fields.Nested(ExemptionPolicySchema, load_default=ExemptionPolicy())
    checks = fields.List(fields.Nested(CheckSchema), required=True, validate=SOME)
    tests = fields.List(fields.Nested(RuleTestSchema), load_default=list)

    @post_load
    def _to_scorecard(self, data: dict[str, Any], **_: object) -> Scorecard:
        lists = {key: tuple(data[key]) for key in ("levels", "targets", "checks", "tests")}
        return Scorecard(**{"name": "", "title": ""} | data | lists)


class ExemptionSpecSchema(WireSchema):
    """The ``spec`` of an Exemption."""

    scorecard = fields.String(required=True, validate=SOME)
    checks = fields.List(fields.String(validate=SOME), required=True, validate=SOME)
    entities = fields.List(RefField(), required=True, validate=SOME)
    findings = texts()
    reason = fields.String(required=True, validate=SOME)
    ticket = fields.String(load_default="")
    risk = fields.String(load_default="")
    compensating_control = fields.String(load_default="")
    approvers = fields.List(RefField(), load_default=list)
    max_duration = DurationField(load_default=None)
    starts_at = MomentField(required=True, data_key="from")
    expires_at = MomentField(required=True, data_key="expires", ends=True)

    @validates_schema
    def _ends_after_start(self, data: Mapping[str, Any], **_: object) -> None:
        if data["expires_at"] <= data["starts_at"]:
            raise ValidationError("Must be after 'from'.", "expires")

    @post_load
    def _to_exemption(self, data: dict[str, Any], **_: object) -> Exemption:
        lists = {key: tuple(data[key]) for key in ("checks", "entities", "findings", "approvers")}
        return Exemption(**{"name": ""} | data | lists)
