"""Facts on the wire: what the API is asked and told, and what it answers."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from waypost.core.schemas import WireSchema


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


class PushedFactSchema(Schema):
    """A fact that is pushed."""

    id = fields.String(
        metadata={"description": "What the sender calls it: under the same id it counts once, for 30 days."}
    )
    entity = fields.String(
        required=True, metadata={"description": "The reference of an entity of the catalog."}
    )
    path = fields.String(required=True, metadata={"description": "What the source declares."})
    value = fields.Raw(required=True)
    as_of = fields.AwareDateTime(
        data_key="asOf", metadata={"description": "When it was true; without it, when it came in."}
    )


class _Unread(fields.List[Any]):
    """A list whose items are looked at one by one later, so that one that is wrong does not stop the others."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return value


class PushSchema(WireSchema):
    """Facts of a source, as somebody pushes them."""

    source = fields.String(
        required=True, metadata={"description": "The name of a FactSource whose collector is `push`."}
    )
    facts = _Unread(fields.Nested(PushedFactSchema), required=True)
    full = fields.Boolean(
        load_default=False,
        metadata={"description": "This is everything that the source knows: its other facts end."},
    )


class PushResultSchema(Schema):
    """What came of a pushed fact."""

    id = fields.String(required=True)
    result = fields.String(
        required=True,
        validate=validate.OneOf(("accepted", "unchanged", "older", "duplicate", "refused")),
        metadata={
            "description": "`accepted` is what is known now, `unchanged` was known and is fresher, `older` is in the "
            "history alone since a later one is known, `duplicate` was sent before under its id, `refused` is not kept."
        },
    )
    reason = fields.String(required=True, metadata={"description": 'Why it is refused, else "".'})


class PushedSchema(Schema):
    """What came of pushed facts."""

    source = fields.String(required=True)
    counts = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": "How many facts there are of each result."},
    )
    items = fields.List(
        fields.Nested(PushResultSchema),
        required=True,
        metadata={"description": "One for each fact, in their order."},
    )


class ExportedFactSchema(WireSchema):
    """A fact as a line of an export."""

    class Meta:
        """A later release may tell more."""

        unknown = EXCLUDE

    entity = fields.String(required=True)
    path = fields.String(required=True)
    value = fields.Raw(required=True, allow_none=True)
    source = fields.String(required=True)
    collected_at = fields.AwareDateTime(required=True)
    as_of = fields.AwareDateTime(load_default=None, allow_none=True)
    read_at = fields.AwareDateTime(
        load_default=None,
        allow_none=True,
        metadata={"description": "When its source was read in full; null where it never was."},
    )


class RefreshSchema(Schema):
    """What came of the last asking for the facts of an entity."""

    entity = fields.String(required=True)
    state = fields.String(
        required=True,
        validate=validate.OneOf(("waiting", "done")),
        metadata={
            "description": "`done` when the facts are collected and every scorecard is evaluated by them."
        },
    )
    asked_at = fields.AwareDateTime(required=True, data_key="askedAt")
    done_at = fields.AwareDateTime(required=True, allow_none=True, data_key="doneAt")
    said = fields.String(
        required=True, metadata={"description": "What was found, refused or failed, as a sentence."}
    )


class AgesQuerySchema(WireSchema):
    """Of which entities, and how many at once."""

    after = fields.String(
        load_default="", metadata={"description": "What the page before gave as next: entities behind it."}
    )
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=500))


class EntityAgesSchema(Schema):
    """As of when the facts of an entity are."""

    entity = fields.String(required=True)
    facts = fields.Dict(
        keys=fields.String(),
        values=fields.AwareDateTime(),
        required=True,
        metadata={"description": "When each was true by its source, last, by its path."},
    )


class AgesSchema(Schema):
    """As of when the facts of a page of entities are, by reference."""

    items = fields.List(fields.Nested(EntityAgesSchema), required=True)
    next = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "What the next page begins behind; null at the end."},
    )
