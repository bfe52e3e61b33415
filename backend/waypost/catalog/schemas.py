"""What goes in and out of the Catalog API, for its description."""

from __future__ import annotations

from marshmallow import fields, validate

from waypost.core.schemas import WireSchema

_ORDER = validate.OneOf(["asc", "desc"])
_TOTALS = validate.OneOf(["include", "exclude"])


def _texts(help_text: str) -> fields.List[str]:
    return fields.List(fields.String(), metadata={"description": help_text})


def _filters() -> fields.List[str]:
    return _texts(
        "Conditions such as kind=component,spec.type=service: all of one must hold, one of several."
    )


_PATHS = {
    "description": "Paths of what to give of each entity, such as metadata.name; all where there is none."
}


class RelationSchema(WireSchema):
    """An arrow from one entity to another."""

    type = fields.String(required=True)
    target_ref = fields.String(required=True)


class EntitySchema(WireSchema):
    """An entity, as Backstage's catalog gives it."""

    api_version = fields.String(required=True)
    kind = fields.String(required=True)
    metadata = fields.Dict(required=True)
    spec = fields.Dict()
    relations = fields.List(fields.Nested(RelationSchema), required=True)


class PageInfoSchema(WireSchema):
    """Cursors to the pages beside this one, where there are any."""

    next_cursor = fields.String()
    prev_cursor = fields.String()


class EntityPageSchema(WireSchema):
    """One page of entities."""

    items = fields.List(fields.Nested(EntitySchema), required=True)
    total_items = fields.Integer(required=True)
    page_info = fields.Nested(PageInfoSchema, required=True)


class EntityBatchSchema(WireSchema):
    """Entities in the order that they were asked for, null for each that is not there."""

    items = fields.List(fields.Nested(EntitySchema, allow_none=True), required=True)


class AncestrySchema(WireSchema):
    """An entity, and all that led to it."""

    root_entity_ref = fields.String(required=True)
    items = fields.List(fields.Dict(), required=True)


class FacetsSchema(WireSchema):
    """How many entities have each value of each facet."""

    facets = fields.Dict(required=True)


class EntityListQuery(WireSchema):
    """Which entities to list, and which part of the list."""

    filter = _filters()
    fields_ = fields.List(fields.String(), metadata=_PATHS)
    order = _texts("asc:<field> or desc:<field>.")
    limit = fields.Integer()
    offset = fields.Integer()
    after = fields.String()


class EntityPageQuery(WireSchema):
    """Which entities to list, or which page to go on with."""

    filter = _filters()
    fields_ = fields.List(fields.String(), metadata=_PATHS)
    order_field = _texts("<field>,asc or <field>,desc.")
    full_text_filter_term = fields.String()
    full_text_filter_fields = _texts("Fields to look for the term in.")
    limit = fields.Integer(metadata={"description": "200 where it is not given."})
    offset = fields.Integer()
    cursor = fields.String()
    total_items = fields.String(validate=_TOTALS)


class OrderSchema(WireSchema):
    """A field to order by, and in which direction."""

    field = fields.String(required=True)
    order = fields.String(required=True, validate=_ORDER)


class FullTextSchema(WireSchema):
    """A text to look for, and where."""

    term = fields.String()
    fields_ = fields.List(fields.String())


class EntityPageBody(WireSchema):
    """Which entities to list, by a predicate, or which page to go on with."""

    query = fields.Dict()
    order_by = fields.List(fields.Nested(OrderSchema))
    full_text_filter = fields.Nested(FullTextSchema)
    fields_ = fields.List(fields.String(), metadata=_PATHS)
    limit = fields.Integer()
    offset = fields.Integer()
    cursor = fields.String()
    total_items = fields.String(validate=_TOTALS)


class FilterQuery(WireSchema):
    """Which entities to look at."""

    filter = _filters()


class EntityBatchBody(WireSchema):
    """References of the entities to give, in lower case."""

    entity_refs = fields.List(fields.String(), required=True)
    fields_ = fields.List(fields.String(), metadata=_PATHS)
    query = fields.Dict()


class FacetsQuery(WireSchema):
    """What to count, and in which entities."""

    facet = fields.List(fields.String(), required=True)
    filter = _filters()


class FacetsBody(WireSchema):
    """What to count, and in which entities."""

    facets = fields.List(fields.String(), required=True)
    query = fields.Dict()
