"""The queries that the API of scorecards takes."""

from __future__ import annotations

from marshmallow import fields, validate

from waypost.core.schemas import WireSchema


class IncludeQuery(WireSchema):
    """Which scorecards beside the active ones; drafts and shadows are kept from teams' pages."""

    include = fields.String(
        load_default="", validate=validate.OneOf(["", "shadow", "draft"]),
        metadata={"description": "shadow, or draft for shadows and drafts."},
    )  # fmt: skip


class OwnerQuery(IncludeQuery):
    """Who owns the entities."""

    owner = fields.String(
        required=True, metadata={"description": "A reference, such as group:default/checkout."}
    )


class ResultsQuery(WireSchema):
    """Which results, and how many at once."""

    entity = fields.String(load_default="")
    owner = fields.String(load_default="")
    system = fields.String(load_default="")
    tier = fields.String(load_default="")
    level = fields.String(load_default="", metadata={"description": "A level's name, or none."})
    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=500))
    cursor = fields.String(load_default="")
