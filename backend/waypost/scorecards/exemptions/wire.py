"""What the API of exemptions is asked and answers."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from waypost.core.schemas import WireSchema
from waypost.scorecards.exemptions.ledger import FILTERS, Stage
from waypost.scorecards.model import State


def _text(**options: Any) -> fields.String:
    return fields.String(required=True, **options)


def _number() -> fields.Integer:
    return fields.Integer(required=True)


class LedgerQuery(WireSchema):
    """Which exemptions."""

    state = fields.String(load_default="", validate=validate.OneOf(["", *FILTERS]))
    owner = fields.String(
        load_default="", metadata={"description": "Who owns the entities: group:default/checkout."}
    )
    entity = fields.String(load_default="")
    tier = fields.String(load_default="")
    scorecard = fields.String(load_default="")
    format = fields.String(load_default="json", validate=validate.OneOf(["json", "csv"]))


class EntryWire(WireSchema):
    """An exemption at one check of one entity."""

    exemption = _text()
    title = _text()
    state = _text(validate=validate.OneOf([stage.value for stage in Stage]))
    why = _text(metadata={"description": "Why it is refused, or unused."})
    is_expiring = fields.Boolean(required=True)
    is_unused = fields.Boolean(required=True)
    scorecard = _text()
    scorecard_title = _text()
    check = _text()
    check_title = _text()
    entity = _text()
    owner = _text()
    tier = _text()
    result = _text(allow_none=True, validate=validate.OneOf([state.value for state in State]))
    would = _text(allow_none=True, validate=validate.OneOf([state.value for state in State]))
    starts_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(
        required=True,
        metadata={"description": "When it ends here: expires_at, or earlier by the tier's terms."},
    )
    renewals = _number()
    days = _number()
    days_in_all = _number()
    weight = _number()
    risk = fields.Integer(
        required=True, metadata={"description": "Weight times days so far, where it is in use."}
    )
    risk_in_all = _number()
    reason = _text()
    ticket = _text()
    risk_given = _text()
    compensating_control = _text()
    approvers = fields.List(fields.String(), required=True)
    findings = fields.List(fields.String(), required=True)
    path = _text()
    line = _number()


class CarriedWire(WireSchema):
    """The risk that some exemptions carry: weight times days, and at how many places."""

    places = _number()
    risk = _number()
    risk_in_all = _number()


class CarriedByWire(CarriedWire):
    """The same of one team, tier or scorecard."""

    key = _text()


class AllCarriedWire(WireSchema):
    """The risk as a whole, and by team, tier and scorecard."""

    whole = fields.Nested(CarriedWire, required=True)
    by_owner = fields.List(fields.Nested(CarriedByWire), required=True)
    by_tier = fields.List(fields.Nested(CarriedByWire), required=True)
    by_scorecard = fields.List(fields.Nested(CarriedByWire), required=True)


class LedgerWire(WireSchema):
    """The ledger of exemptions at a time."""

    at = fields.AwareDateTime(required=True)
    evaluated_at = fields.AwareDateTime(required=True, allow_none=True)
    items = fields.List(fields.Nested(EntryWire), required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    carried = fields.Nested(AllCarriedWire, required=True)
