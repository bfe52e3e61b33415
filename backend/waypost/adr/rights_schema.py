"""The form of ``decision-rights.yaml``: scopes, triggers, and what implies a trigger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate

from waypost.adr.rights import CHANGES, Condition, Scope, Trigger
from waypost.core.fields import DayField, DurationField
from waypost.documents.fields import RefField

_COUNT = validate.Range(min=0, max=20)


def _texts(*allowed: str) -> fields.List[str]:
    checked = validate.OneOf(allowed) if allowed else validate.Length(min=1)
    return fields.List(fields.String(validate=checked), load_default=list)


class ScopeSchema(Schema):
    """One scope."""

    approvals = fields.Integer(load_default=0, strict=True, validate=_COUNT)
    each = fields.Integer(load_default=0, strict=True, validate=_COUNT)
    groups = fields.List(RefField(default_kind="group"), data_key="from", load_default=list)
    description = fields.String(load_default="")


class ConditionSchema(Schema):
    """What implies a trigger. A condition that asks for nothing would be implied by everything, and is refused."""

    class Meta:
        """No key that nobody reads."""

        unknown = RAISE

    paths = _texts()
    pages = _texts()
    entities = _texts()
    types = _texts()
    keys = _texts()
    to = _texts()
    changes = _texts(*CHANGES)
    owners = fields.Integer(load_default=0, strict=True, validate=validate.Range(min=2, max=100))

    @post_load
    def _to_condition(self, data: dict[str, Any], **_: object) -> Condition:
        lists = {key: tuple(value) for key, value in data.items() if key != "owners"}
        if not any(lists.get(key) for key in ("paths", "pages", "entities")):
            raise ValidationError("Must name what it is about: paths, pages or entities.")
        if lists["to"] and not lists["keys"]:
            raise ValidationError("Must name the keys that become what 'to' says.")
        return Condition(**lists, owners=data["owners"])


class TriggerSchema(Schema):
    """A trigger that is more than the name of its scope."""

    scope = fields.String(required=True)
    retrospective = DurationField(load_default=None)
    description = fields.String(load_default="")
    when = fields.List(fields.Nested(ConditionSchema), load_default=list)


class TriggerField(fields.Field[Mapping[str, Any]]):
    """A trigger: the name of a scope, or a mapping that holds it."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Mapping[str, Any]:
        loaded: Mapping[str, Any] = TriggerSchema().load(
            {"scope": value} if isinstance(value, str) else value
        )
        return loaded


class RightsSchema(Schema):
    """Scopes from the narrowest to the widest, the triggers that demand them, and since when."""

    since = DayField(load_default=None)
    scopes = fields.Dict(keys=fields.String(), values=fields.Nested(ScopeSchema), required=True)
    triggers = fields.Dict(keys=fields.String(), values=TriggerField(), load_default=dict)

    @post_load
    def _to_values(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
        scopes = tuple(_scope(name, scope) for name, scope in data.get("scopes", {}).items())
        triggers = {name: _trigger(name, trigger) for name, trigger in data.get("triggers", {}).items()}
        return {"scopes": scopes, "triggers": triggers, "since": data.get("since")}


def _scope(name: str, data: Mapping[str, Any]) -> Scope:
    groups = tuple(map(str, data["groups"]))
    return Scope(name, data["approvals"], groups, data["each"], _line(data["description"]))


def _trigger(name: str, data: Mapping[str, Any]) -> Trigger:
    description = _line(data["description"])
    return Trigger(name, data["scope"], data["retrospective"], description, tuple(data["when"]))


def _line(text: str) -> str:
    return " ".join(text.split())
