"""What requests to Tech Insights may say, and what the answers look like."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, ValidationError, fields

from waypost.core.schemas import WireSchema


class EntityField(fields.Field[Any]):
    """An entity: its reference as a text, or an object of kind, namespace and name."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if isinstance(value, str):
            return value
        keys = ("kind", "namespace", "name")
        if isinstance(value, dict) and all(isinstance(value.get(key), str) for key in keys):
            return {key: value[key] for key in keys}
        raise ValidationError("Must be a reference, or an object of kind, namespace and name.")


class RunBody(WireSchema):
    """Which checks to run: all where none is named, none where the list is empty."""

    class Meta:
        """What is not looked at may be there."""

        unknown = EXCLUDE

    checks = fields.List(fields.String(), load_default=None, allow_none=True)


class BulkBody(RunBody):
    """For which entities; an empty list stands for every one that has facts."""

    entities = fields.List(EntityField(), required=True)


class EntityNameWire(WireSchema):
    """An entity's name in parts."""

    namespace = fields.String(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)


class LinkWire(WireSchema):
    """Where to read more: how to mend it, why it is asked, and who meets it."""

    title = fields.String(required=True)
    url = fields.String(required=True)


class RuleWire(WireSchema):
    """What the check asks, as json-rules-engine has it."""

    conditions = fields.Dict(required=True)


class InsightCheckWire(WireSchema):
    """A check of a scorecard; its metadata names the scorecard, the level and the rule."""

    id = fields.String(required=True)
    type = fields.String(required=True)
    name = fields.String(required=True)
    description = fields.String(required=True)
    fact_ids = fields.List(fields.String(), required=True)
    rule = fields.Nested(RuleWire, required=True)
    metadata = fields.Dict()
    links = fields.List(fields.Nested(LinkWire))


class CheckResultWire(WireSchema):
    """What a check came to for an entity; its metadata tells the state, the message and since when."""

    facts = fields.Dict(required=True)
    result = fields.Boolean(required=True)
    check = fields.Nested(InsightCheckWire, required=True)


class BulkResultWire(WireSchema):
    """The results of one entity."""

    entity = fields.String(required=True)
    results = fields.List(fields.Nested(CheckResultWire), required=True)
    error = fields.String()


class FactSchemaWire(WireSchema):
    """What a retriever gives: beside these members each fact by its name, with type and description."""

    id = fields.String(required=True)
    version = fields.String(required=True)
    entity_filter = fields.List(fields.Dict(), required=True)


class FactsWire(WireSchema):
    """The facts that a retriever gave for an entity."""

    id = fields.String(required=True)
    entity = fields.Nested(EntityNameWire, required=True)
    timestamp = fields.String(required=True)
    version = fields.String(required=True)
    facts = fields.Dict(required=True)


class FactSchemasQuery(WireSchema):
    """Which retrievers: ``ids``, given once for each, also as ``ids[]`` or ``ids[0]``."""

    ids = fields.List(fields.String())


class FactsQuery(FactSchemasQuery):
    """Of which entity."""

    entity = fields.String(required=True)


class FactRangeQuery(FactsQuery):
    """From when to when, as ISO 8601."""

    start_datetime = fields.String(required=True)
    end_datetime = fields.String(required=True)
