"""The border of decisions: front matter comes in, the wire form goes out."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate

from waypost.adr.model import Approval, State
from waypost.core.fields import DayField
from waypost.core.schemas import WireSchema
from waypost.documents.fields import RefField

IMPLEMENTATIONS = ("not-started", "in-progress", "done", "not-applicable")
_UID = validate.Regexp(r"[0-9a-z]{6,12}\Z", error="Must be 6 to 12 lower-case letters and digits.")


class NumberField(fields.Field[str]):
    """A decision as another names it: a number (``4``, ``"0004"``), a uid or a file's name."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
            raise ValidationError("Must be the number of a decision, such as 0004.")
        return str(int(value)) if str(value).isdigit() else str(value)


class ApprovalSchema(Schema):
    """One approval: who, when, and the hash of the text approved."""

    by = RefField(default_kind="group", required=True)
    on = DayField(load_default=None)
    # Digits alone are a number to YAML.
    text = fields.String(load_default="", error_messages={"invalid": "Must be text: put it in quotes."})

    @post_load
    def _to_approval(self, data: dict[str, Any], **_: object) -> Approval:
        return Approval(str(data["by"]), data["on"], data["text"])


class FrontMatterSchema(Schema):
    """The front matter of a decision in Waypost's own format: MADR 4 and our keys, and no others."""

    class Meta:
        """No key that nobody reads."""

        unknown = RAISE

    uid = fields.String(required=True, validate=_UID)
    title = fields.String(required=True, validate=validate.Length(min=1))
    status = fields.String(required=True, validate=validate.OneOf([state.value for state in State]))
    implementation = fields.String(load_default="", validate=validate.OneOf(IMPLEMENTATIONS))
    summary = fields.String(load_default="")
    scope = fields.String(load_default="")
    triggers = fields.List(fields.String(), load_default=list)
    date = DayField(load_default=None)
    proposed = DayField(load_default=None)
    decided = DayField(load_default=None)
    decision_makers = fields.List(fields.String(), data_key="decision-makers", load_default=list)
    consulted = fields.Raw(load_default=None, allow_none=True)
    informed = fields.Raw(load_default=None, allow_none=True)
    approvals = fields.List(fields.Nested(ApprovalSchema), load_default=list)
    supersedes = fields.List(NumberField(), load_default=list)
    affects = fields.List(RefField(), load_default=list)
    checks = fields.List(fields.String(), load_default=list)
    review_by = DayField(data_key="review-by", load_default=None)
    tags = fields.List(fields.String(), load_default=list)
    aliases = fields.List(fields.String(), load_default=list)


class DecisionQuery(WireSchema):
    """What a list of decisions can be narrowed by; each value in any case."""

    status = fields.String(
        load_default="", metadata={"description": "State or status word, such as accepted."}
    )
    affects = fields.String(load_default="", metadata={"description": "Reference of an entity it affects."})
    scope = fields.String(load_default="")
    tag = fields.String(load_default="")


class ApprovalWire(WireSchema):
    """An approval as it is served. ``state`` is ``counts``, ``lapsed`` or why else it does not count, in a word."""

    by = fields.String()
    on = fields.Date(allow_none=True)
    text = fields.String()
    state = fields.String()
    reason = fields.String()


class StandingWire(WireSchema):
    """What a decision needs and has. ``text`` is the hash to which an approval given now would be bound.

    ``state`` is ``not-needed``, ``approved``, ``missing``, ``lapsed``, or ``not-asked`` of what was decided before
    the decision rights were in force.
    """

    state = fields.String()
    scope = fields.String(attribute="scope_name")
    trigger = fields.String()
    needed = fields.Integer()
    counted = fields.Integer()
    missing = fields.Integer()
    missing_from = fields.List(fields.String())
    groups = fields.List(fields.String(), data_key="from")
    text = fields.String()


class JudgedWire(WireSchema):
    """What the decision rights make of a decision: its approvals, each judged, and where it stands with them."""

    approvals = fields.List(fields.Nested(ApprovalWire))
    standing = fields.Nested(StandingWire)


class DecisionWire(WireSchema):
    """A decision as it is served. ``state`` is null where the status is none that Waypost knows."""

    id = fields.String()
    uid = fields.String()
    number = fields.Integer(allow_none=True)
    title = fields.String()
    status = fields.String()
    state = fields.String(allow_none=True)
    in_force = fields.Boolean()
    implementation = fields.String()
    format = fields.String()
    summary = fields.String()
    scope = fields.String()
    triggers = fields.List(fields.String())
    date = fields.Date(allow_none=True)
    proposed = fields.Date(allow_none=True)
    decided = fields.Date(allow_none=True)
    review_by = fields.Date(allow_none=True)
    deciders = fields.List(fields.String())
    approvals = fields.List(fields.Nested(ApprovalWire))
    standing = fields.Nested(StandingWire)
    affects = fields.List(fields.String())
    checks = fields.List(fields.String())
    tags = fields.List(fields.String())
    aliases = fields.List(fields.String())
    supersedes = fields.List(fields.String())
    superseded_by = fields.List(fields.String())
    pending_successors = fields.List(fields.String())
    amends = fields.List(fields.String())
    amended_by = fields.List(fields.String())
    path = fields.String()
    page = fields.String(attribute="page_uri")


class DecisionBodyWire(DecisionWire):
    """One decision with its text, as Markdown."""

    body = fields.String(data_key="markdown")


class DecisionsWire(WireSchema):
    """A list of decisions."""

    items = fields.List(fields.Nested(DecisionWire))
    total_items = fields.Integer()
