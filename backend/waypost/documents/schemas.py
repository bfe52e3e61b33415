"""The front matter of each kind of page: which keys it takes, and what each may hold."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from marshmallow import Schema, fields, post_load, validate
from marshmallow.fields import Field

from waypost.core.fields import DayField, DurationField, WordsField, list_of_words
from waypost.core.schemas import WireSchema
from waypost.documents.fields import RefField
from waypost.documents.model import KINDS, STATUSES, Review


class FrontSchema(WireSchema):
    """The base of what stands in front matter: keys as FORMATS writes them, in snake_case."""

    def on_bind_field(self, field_name: str, field_obj: Field[Any]) -> None:
        """Keep the field's own name."""
        field_obj.data_key = field_obj.data_key or field_name


class ReviewSchema(FrontSchema):
    """When a page was last read again."""

    on = DayField()
    by = RefField(default_kind="group")
    method = WordsField()
    every = DurationField()

    @post_load
    def _to_review(self, data: dict[str, Any], **_: object) -> Review:
        return Review(**data)


class PageSchema(FrontSchema):
    """What every page may say of itself."""

    kind = fields.String(required=True, validate=validate.OneOf(sorted(KINDS)))
    title = WordsField()
    owner = RefField(default_kind="group")
    status = fields.String(
        validate=validate.OneOf(STATUSES, error="Must be one of: {choices}."), load_default="active"
    )
    about = fields.List(RefField(default_kind="component"))
    review = fields.Nested(ReviewSchema())
    watches = list_of_words()
    versions = fields.Dict(
        keys=fields.String(),
        values=fields.String(error_messages={"invalid": 'Must be text: write "1.30", with its quotes.'}),
    )
    replaced_by = WordsField()
    tags = list_of_words()
    # What MkDocs and its theme read.
    description = WordsField()
    hide = list_of_words()
    icon = WordsField()
    search = fields.Raw()
    template = WordsField()


class EscalationSchema(FrontSchema):
    """After how long to call whom."""

    after = DurationField(required=True)
    to = RefField(default_kind="group", required=True)


class VariableSchema(FrontSchema):
    """A value that the reader of a runbook fills in."""

    description = WordsField(required=True)
    example = WordsField()
    pattern = WordsField()


class RunbookSchema(PageSchema):
    """A runbook."""

    alerts = list_of_words()
    severity = WordsField()
    tier = WordsField()
    escalation = fields.List(fields.Nested(EscalationSchema()))
    variables = fields.Dict(keys=fields.String(), values=fields.Nested(VariableSchema()))
    dashboards = list_of_words()
    exercise_every = DurationField()


class ReferenceArchitectureSchema(PageSchema):
    """A reference architecture."""

    maturity = WordsField()
    workloads = list_of_words()
    tier = WordsField()
    adrs = list_of_words()
    policies = list_of_words()
    runbooks = list_of_words()
    slo = WordsField()
    rto = DurationField()
    rpo = DurationField()


class GoldenPathSchema(ReferenceArchitectureSchema):
    """A golden path. Its ``template`` is an entity, not a file of the theme."""

    template = RefField(default_kind="template")  # type: ignore[assignment]
    time_to_first_deploy = DurationField()
    support = WordsField()


class PolicySchema(PageSchema):
    """A policy with its artefacts."""

    id = WordsField(required=True)
    severity = WordsField()
    enforcement = fields.String(
        validate=validate.OneOf(("audit", "warn", "enforce"), error="Must be one of: {choices}.")
    )
    controls = list_of_words()
    artefacts = list_of_words()
    fixtures = WordsField()


class MilestoneSchema(FrontSchema):
    """One thing of a plan that will be done by a day."""

    title = WordsField(required=True)
    by = DayField(required=True)
    status = fields.String(
        validate=validate.OneOf(
            ("planned", "in-progress", "done", "dropped"), error="Must be one of: {choices}."
        )
    )


class PlanSchema(PageSchema):
    """A plan."""

    milestones = fields.List(fields.Nested(MilestoneSchema()))
    kpis = list_of_words()


class TrainingSchema(PageSchema):
    """A course or an exercise."""

    minutes = fields.Integer(strict=True, validate=validate.Range(min=1))
    prerequisites = list_of_words()
    checkpoints = list_of_words()


_OWN: Mapping[str, type[PageSchema]] = {
    "runbook": RunbookSchema,
    "reference-architecture": ReferenceArchitectureSchema,
    "golden-path": GoldenPathSchema,
    "policy": PolicySchema,
    "plan": PlanSchema,
    "training": TrainingSchema,
}

SCHEMAS: Mapping[str, Schema] = MappingProxyType({kind: _OWN.get(kind, PageSchema)() for kind in KINDS})
"""The schema of each kind of page."""
