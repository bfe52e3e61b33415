"""Fact sources in and out: what ``catalog/`` may say of one, and what the API answers."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from waypost.core.fields import DurationField
from waypost.core.schemas import WireSchema
from waypost.facts.model import TYPES, FactDeclaration, FactSource, nearest
from waypost.facts.shapes import Shape, is_of

PATH = validate.Regexp(
    r"[a-z][a-zA-Z0-9]*(\.[a-z][a-zA-Z0-9]*)+\Z",
    error="Must be words joined by dots, like docs.runbook.",
)

_NUMBERS = ("integer", "number")


def _known_type(value: str) -> None:
    if value not in TYPES:
        near = nearest(value, TYPES)
        hint = f" Did you mean '{near}'?" if near else ""
        raise ValidationError(f"Must be one of {', '.join(TYPES)}.{hint}")


class ShapeSchema(WireSchema):
    """What a fact, or a part of one, is to be: a small part of JSON Schema."""

    type = fields.String(required=True, validate=_known_type)
    unit = fields.String(load_default="")
    description = fields.String(load_default="")
    properties = fields.Dict(
        keys=fields.String(validate=validate.Length(min=1)),
        values=fields.Nested(lambda: PartSchema()),  # noqa: PLW0108 - it is defined below
        load_default=None,
    )
    items = fields.Nested(lambda: ShapeSchema(), load_default=None)  # noqa: PLW0108 - it is this one
    enum = fields.List(fields.Raw(), load_default=list, validate=validate.Length(min=1))
    minimum = fields.Float(load_default=None)
    maximum = fields.Float(load_default=None)
    is_closed = fields.Boolean(data_key="closed", load_default=False)

    @validates_schema
    def _check_words(self, data: dict[str, Any], **_: object) -> None:
        """Refuse words that say nothing of the declared type."""
        kind = data["type"]
        words = {"properties": ("object",), "items": ("list",), "minimum": _NUMBERS, "maximum": _NUMBERS}
        for word, kinds in words.items():
            if data.get(word) is not None and kind not in kinds:
                raise ValidationError(
                    f"Says nothing of a value of type {kind}, only of {' or '.join(kinds)}.", word
                )
        if data.get("is_closed") and data.get("properties") is None:
            raise ValidationError("Needs properties, which are the only ones then.", "closed")
        if any(not is_of(kind, value) for value in data.get("enum", ())):
            raise ValidationError(f"Must hold values of type {kind}.", "enum")

    @post_load
    def _to_shape(self, data: dict[str, Any], **_: object) -> Any:
        return Shape(**data | {"enum": tuple(data["enum"])})


class PartSchema(ShapeSchema):
    """A part of an object, which may be absent where that is declared."""

    is_optional = fields.Boolean(data_key="optional", load_default=False)


class DeclarationSchema(ShapeSchema):
    """One declared fact, below its path."""

    example = fields.Raw(load_default=None, allow_none=True)

    @post_load
    def _to_shape(self, data: dict[str, Any], **_: object) -> Any:
        example = data.pop("example")
        return {"inside": Shape(**data | {"enum": tuple(data["enum"])}), "example": example}


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
        declared = tuple(_declaration(path, **fact) for path, fact in data.pop("facts").items())
        return FactSource(name="", declarations=declared, **data)


def _declaration(path: str, inside: Shape, example: Any) -> FactDeclaration:
    return FactDeclaration(path, inside.type, inside.unit, inside.description, example, inside)


class FactSchema(Schema):
    """A fact of an entity, as the API answers."""

    path = fields.String(required=True)
    value = fields.Raw(required=True)
    unit = fields.String(required=True)
    type = fields.String(required=True)
    source = fields.String(required=True)
    collected_at = fields.AwareDateTime(required=True, data_key="collectedAt")
    as_of = fields.AwareDateTime(required=True, data_key="asOf")
    age = fields.String(
        required=True, metadata={"description": "How long ago it was true, as an ISO 8601 duration."}
    )
    is_stale = fields.Boolean(
        required=True,
        data_key="isStale",
        metadata={"description": "Whether it is older than its source's ttl."},
    )


class FactQuerySchema(WireSchema):
    """As of when the facts of an entity are asked for."""

    at = fields.AwareDateTime(
        load_default=None, metadata={"description": "As they stood then; without it, now."}
    )


class HistoryQuerySchema(WireSchema):
    """Which fact's history is asked for."""

    path = fields.String(required=True, metadata={"description": "The dotted path of the fact."})


class PastFactSchema(Schema):
    """A value that a fact had."""

    value = fields.Raw(required=True)
    source = fields.String(required=True)
    collected_at = fields.AwareDateTime(
        required=True, data_key="collectedAt", metadata={"description": "When it was first seen."}
    )
    as_of = fields.AwareDateTime(
        required=True,
        allow_none=True,
        data_key="asOf",
        metadata={"description": "When it was true by its source, last; null where the source gave no time."},
    )
    ended_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        data_key="endedAt",
        metadata={"description": "When it was first no longer so; null for the value that stands."},
    )


class FactHistorySchema(Schema):
    """Every value that a fact had, the newest first."""

    items = fields.List(fields.Nested(PastFactSchema), required=True)


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
    schema = fields.Dict(
        required=True,
        metadata={
            "description": "What its value is to be, as JSON Schema says it. `x-type` is the declared type where JSON has "
            "none of its own, `x-unit` the unit of a part."
        },
    )


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
    error = fields.String(
        required=True,
        metadata={"description": 'Why it could not be read since `collectedAt`, "" where it could.'},
    )
    error_at = fields.AwareDateTime(required=True, allow_none=True, data_key="errorAt")


class FactSourceListSchema(Schema):
    """Every fact source."""

    items = fields.List(fields.Nested(FactSourceSchema), required=True)
