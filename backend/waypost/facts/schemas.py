"""Fact sources in and out: what ``catalog/`` may say of one, and what the API answers."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from waypost.core.fields import DurationField
from waypost.core.schemas import WireSchema
from waypost.facts.model import TYPES, FactDeclaration, FactSource, nearest

PATH = validate.Regexp(
    r"[a-z][a-zA-Z0-9]*(\.[a-z][a-zA-Z0-9]*)+\Z",
    error="Must be words joined by dots, like docs.runbook.",
)


def _known_type(value: str) -> None:
    if value not in TYPES:
        near = nearest(value, TYPES)
        hint = f" Did you mean '{near}'?" if near else ""
        raise ValidationError(f"Must be one of {', '.join(TYPES)}.{hint}")


class DeclarationSchema(WireSchema):
    """One declared fact, below its path."""

    type = fields.String(required=True, validate=_known_type)
    unit = fields.String(load_default="")
    description = fields.String(load_default="")
    example = fields.Raw(load_default=None, allow_none=True)


class FactSourceSpecSchema(WireSchema):
    """The ``spec`` of a FactSource."""

    collector = fields.String(required=True, validate=validate.Length(min=1))
    source = fields.String(load_default="")
    schedule = DurationField(load_default=None)
    ttl = DurationField(load_default=None)
    facts = fields.Dict(
        keys=fields.String(validate=PATH),
        values=fields.Nested(DeclarationSchema),
        required=True,
        validate=validate.Length(min=1, error="Must declare a fact at least."),
    )

    @post_load
    def _to_source(self, data: dict[str, Any], **_: object) -> FactSource:
        declared = tuple(FactDeclaration(path, **fact) for path, fact in data.pop("facts").items())
        return FactSource(name="", declarations=declared, **data)


class FactSchema(Schema):
    """A fact of an entity, as the API answers."""

    path = fields.String(required=True)
    value = fields.Raw(required=True)
    unit = fields.String(required=True)
    type = fields.String(required=True)
    source = fields.String(required=True)
    collected_at = fields.AwareDateTime(required=True, data_key="collectedAt")
    as_of = fields.AwareDateTime(required=True, data_key="asOf")


class FactListSchema(Schema):
    """Every fact of one entity."""

    items = fields.List(fields.Nested(FactSchema), required=True)


class DeclaredFactSchema(Schema):
    """A declared fact, as the API answers."""

    path = fields.String(required=True)
    type = fields.String(required=True)
    unit = fields.String(required=True)
    description = fields.String(required=True)
    example = fields.Raw(required=True)


class FactSourceSchema(Schema):
    """A fact source, as the API answers."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    collector = fields.String(required=True)
    source = fields.String(required=True)
    schedule = fields.String(required=True, allow_none=True)
    ttl = fields.String(required=True, allow_none=True)
    facts = fields.List(fields.Nested(DeclaredFactSchema), required=True)
    collected_at = fields.AwareDateTime(required=True, allow_none=True, data_key="collectedAt")
    refused = fields.List(fields.String(), required=True)


class FactSourceListSchema(Schema):
    """Every fact source."""

    items = fields.List(fields.Nested(FactSourceSchema), required=True)
