"""The border of runbooks: a page's own keys and exercise records come in, the wire form goes out."""

from __future__ import annotations

from marshmallow import RAISE, Schema, fields, validate

from waypost.core.fields import DurationField, MomentField, WordsField
from waypost.core.schemas import WireSchema
from waypost.documents.fields import RefField

RESULTS = ("ok", "failed", "skipped")


class StepResultSchema(Schema):
    """How one step went."""

    class Meta:
        """No key that nobody reads."""

        unknown = RAISE

    step = WordsField(required=True)
    result = fields.String(required=True, validate=validate.OneOf(RESULTS))
    took = DurationField(load_default=None)
    note = fields.String(load_default="")


class ExerciseSchema(Schema):
    """A record under ``site/runbooks/exercises/``."""

    class Meta:
        """No key that nobody reads."""

        unknown = RAISE

    runbook = fields.String(required=True)
    by = RefField(default_kind="group", required=True)
    at = MomentField(required=True)
    commit = fields.String(load_default="")
    environment = fields.String(required=True)
    steps = fields.List(fields.Nested(StepResultSchema), load_default=list)
    note = fields.String(load_default="")


class EscalationWire(WireSchema):
    """Whom to call, and when, as served."""

    after = DurationField()
    to = fields.String()


class VariableWire(WireSchema):
    """A variable as served."""

    name = fields.String()
    description = fields.String()
    example = fields.String()
    pattern = fields.String()


class StepWire(WireSchema):
    """A command as served."""

    section = fields.String()
    language = fields.String()
    effect = fields.String()
    expect = fields.String()
    undo = fields.String()
    precondition = fields.String()
    text = fields.String()
    line = fields.Integer()


class ContactWire(WireSchema):
    """One way to reach somebody, as served."""

    kind = fields.String()
    title = fields.String()
    address = fields.String()


class NamedWire(WireSchema):
    """An entity that a runbook names, as served, with how to reach it."""

    ref = fields.String()
    title = fields.String()
    owner = fields.String()
    contacts = fields.List(fields.Nested(ContactWire))


class RunbookWire(WireSchema):
    """A runbook as it is listed."""

    name = fields.String()
    title = fields.String()
    owner = fields.Function(lambda runbook: str(runbook.owner) if runbook.owner else None)
    status = fields.String()
    alerts = fields.List(fields.String())
    severity = fields.String()
    tier = fields.String()
    about = fields.List(fields.String())
    escalation = fields.List(fields.Nested(EscalationWire))
    exercised_at = fields.AwareDateTime(allow_none=True)
    exercise_every = DurationField(allow_none=True)
    reviewed_on = fields.Date(allow_none=True)
    path = fields.String()
    page = fields.String(attribute="uri")


class RunbookBodyWire(RunbookWire):
    """One runbook with all that somebody needs at its side."""

    variables = fields.Function(lambda runbook: VariableWire(many=True).dump(runbook.variables.values()))
    dashboards = fields.List(fields.String())
    steps = fields.List(fields.Nested(StepWire))
    named = fields.List(fields.Nested(NamedWire))
    body = fields.String(attribute="page.file.body", data_key="markdown")


class RunbooksWire(WireSchema):
    """A list of runbooks."""

    items = fields.List(fields.Nested(RunbookWire))
    total_items = fields.Integer()
