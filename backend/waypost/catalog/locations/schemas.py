"""What goes in and out of the routes of locations, for their description."""

from __future__ import annotations

from marshmallow import fields, validate

from waypost.catalog.schemas import EntitySchema, PageInfoSchema
from waypost.core.schemas import WireSchema


class LocationSchema(WireSchema):
    """A registered location, and the Location entity that the catalog makes for it."""

    id = fields.String(required=True)
    type = fields.String(required=True)
    target = fields.String(required=True)
    entity_ref = fields.String(required=True, attribute="ref")


class LocationDataSchema(WireSchema):
    """A registered location, one level down."""

    data = fields.Nested(LocationSchema, required=True)


class LocationPageSchema(WireSchema):
    """Some registered locations, how many there are, and where the list goes on."""

    items = fields.List(fields.Nested(LocationSchema), required=True)
    total_items = fields.Integer(required=True)
    page_info = fields.Nested(PageInfoSchema, required=True)


class CreatedLocationSchema(WireSchema):
    """What was registered, or would be: then with every entity that it leads to, and whether it is there already."""

    location = fields.Nested(LocationSchema, required=True)
    entities = fields.List(fields.Nested(EntitySchema), required=True)
    exists = fields.Boolean()


class LocationBody(WireSchema):
    """Where to read from."""

    type = fields.String(required=True, metadata={"description": "url"})
    target = fields.String(required=True, metadata={"description": "The address of a YAML file."})
    presence = fields.String(validate=validate.OneOf(["required", "optional"]))


class LocationQuery(WireSchema):
    """How to register."""

    dry_run = fields.String(metadata={"description": "true: only tell what would come of it."})
    on_conflict = fields.String(
        validate=validate.OneOf(["refresh", "reject"]),
        metadata={
            "description": "What to do with a location that is registered already: reject it, or read it again."
        },
    )


class LocationPageBody(WireSchema):
    """Which locations to list, or which page to go on with."""

    query = fields.Dict(metadata={"description": "A predicate over id, type, target and entityRef."})
    limit = fields.Integer(metadata={"description": "1000 where it is not given."})
    cursor = fields.String()


class RefreshBody(WireSchema):
    """What to read again."""

    entity_ref = fields.String(required=True)
    authorization_token = fields.String()


class ValidationBody(WireSchema):
    """An entity, and where it is said to come from."""

    entity = fields.Dict(required=True)
    location = fields.String(required=True, metadata={"description": "url: and an address."})


class AnalysisBody(WireSchema):
    """What to look at."""

    location = fields.Nested(LocationBody, required=True)
    catalog_filename = fields.String()


class AnalysisSchema(WireSchema):
    """The entities that the catalog has from the repository, or one that could describe it."""

    existing_entity_files = fields.List(fields.Dict(), required=True)
    generate_entities = fields.List(fields.Dict(), required=True)


class SourceErrorSchema(WireSchema):
    """Why a source could not be read, or was not taken."""

    name = fields.String(required=True)
    message = fields.String(required=True)


class SourceSchema(WireSchema):
    """One file that the catalog is read from: who asks for it, and how its last reading went."""

    name = fields.String(required=True, metadata={"description": "Type and target."})
    root = fields.String(
        required=True,
        metadata={
            "description": "workspace, registered or discovery:<name>, several with spaces between; empty where only Location entities lead to it."
        },
    )
    state = fields.String(required=True, validate=validate.OneOf(["ok", "failing", "waiting"]))
    errors = fields.List(fields.Nested(SourceErrorSchema), required=True)
    failures = fields.Integer(required=True)
    read_at = fields.DateTime(format="iso", allow_none=True, required=True)
    due_at = fields.DateTime(format="iso", allow_none=True, required=True)


class SourceListSchema(WireSchema):
    """Every source."""

    items = fields.List(fields.Nested(SourceSchema), required=True)
