"""The front matter of each kind of page: which keys it takes, and what each may hold."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from marshmallow import Schema, fields, post_load, validate
from marshmallow.fields import Field

from waypost.core.schemas import WireSchema
from waypost.documents.fields import DurationField, RefField, list_of_words, words
from waypost.documents.model import KINDS, STATUSES, Review


class FrontSchema(WireSchema):
    """The base of what stands in front matter: keys as FORMATS writes them, in snake_case."""

    def on_bind_field(self, field_name: str, field_obj: Field[Any]) -> None:
        """Keep the field's own name."""
        field_obj.data_key = field_obj.data_key or field_name


class ReviewSchema(FrontSchema):
    """When a page was last read again."""

    on = fields.Date(format="iso", error_messages={"invalid": "Must be a day, like 2026-11-02."})
    by = RefField(default_kind="group")
    method = words()
    every = DurationField()

    @post_load
    def _to_review(self, data: dict[str, Any], **_: object) -> Review:
        return Review(**data)


class PageSchema(FrontSchema):
    """What every page may say of itself."""

    kind = fields.String(required=True, validate=validate.OneOf(sorted(KINDS)))
    title = words()
    owner = RefField(default_kind="group")
    status = fields.String(
        validate=validate.OneOf(STATUSES, error="Must be one of: {choices}."), load_default="active"
    )
    about = fields.List(RefField(default_kind="component"))
    review = fields.Nested(ReviewSchema())
    watches = list_of_words()
    replaced_by = words()
    tags = list_of_words()
    # What MkDocs and its theme read.
    description = words()
    hide = list_of_words()
    icon = words()
    search = fields.Raw()
    template = words()


class EscalationSchema(FrontSchema):
    """After how long to call whom."""

    after = DurationField(required=True)
    to = RefField(default_kind="group", required=True)


class VariableSchema(FrontSchema):
    """A value that the reader of a runbook fills in."""

    description = words(required=True)
    example = words()
    pattern = words()


class RunbookSchema(PageSchema):
    """A runbook."""

    alerts = list_of_words()
    severity = words()
    tier = words()
    escalation = fields.List(fields.Nested(EscalationSchema()))
    variables = fields.Dict(keys=fields.String(), values=fields.Nested(VariableSchema()))
    dashboards = list_of_words()
    exercise_every = DurationField()


class ReferenceArchitectureSchema(PageSchema):
    """A reference architecture."""

    maturity = words()
    workloads = list_of_words()
    tier = words()
    adrs = list_of_words()
    policies = list_of_words()
    runbooks = list_of_words()
    slo = words()
    rto = DurationField()
    rpo = DurationField()


class GoldenPathSchema(ReferenceArchitectureSchema):
    """A golden path. Its ``template`` is an entity, not a file of the theme."""

    template = RefField(default_kind="template")  # type: ignore[assignment]
    time_to_first_deploy = DurationField()
    support = words()


class PolicySchema(PageSchema):
    """A policy with its artefacts."""

    id = words(required=True)
    severity = words()
    enforcement = fields.String(
        validate=validate.OneOf(("audit", "warn", "enforce"), error="Must be one of: {choices}.")
    )
    controls = list_of_words()
    artefacts = list_of_words()
    fixtures = words()


class MilestoneSchema(FrontSchema):
    """One thing of a plan that will be done by a day."""

    title = words(required=True)
    by = fields.Date(
        format="iso", required=True, error_messages={"invalid": "Must be a day, like 2026-11-02."}
    )
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
