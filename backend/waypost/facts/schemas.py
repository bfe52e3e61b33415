"""Fact sources as ``catalog/`` writes them."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

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
