"""The shape of a Template (``scaffolder.backstage.io/v1beta3``), and a check of data against such a shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from waypost.catalog.rules.faults import DocumentFault, Keys, describe

Schema = Mapping[str, Any]

_TEXT: Schema = {"type": "string"}
_WORDS: Schema = {"type": "string", "minLength": 1}
_OBJECT: Schema = {"type": "object"}
_CONDITION: Schema = {"type": ["string", "boolean"]}
_PERMISSIONS: Schema = {"type": "object", "properties": {"tags": {"type": "array", "items": _TEXT}}}
_FORM: Schema = {"type": "object", "properties": {"backstage:permissions": _PERMISSIONS}}
_DECORATORS: Schema = {
    "type": "array",
    "items": {"type": "object", "properties": {"id": _TEXT, "input": _OBJECT}},
}
_BUTTONS: Schema = {
    "type": "object",
    "properties": {"backButtonText": _TEXT, "createButtonText": _TEXT, "reviewButtonText": _TEXT},
}
_STEP: Schema = {
    "type": "object",
    "required": ["action"],
    "properties": {
        "id": _TEXT,
        "name": _TEXT,
        "action": _TEXT,
        "input": _OBJECT,
        "if": _CONDITION,
        "backstage:permissions": _PERMISSIONS,
    },
}
_LINK: Schema = {
    "type": "object",
    "properties": {"if": _CONDITION, "url": _WORDS, "entityRef": _WORDS, "title": _WORDS, "icon": _WORDS},
}
_BLOB: Schema = {
    "type": "object",
    "properties": {"if": _CONDITION, "title": _WORDS, "icon": _WORDS, "content": _TEXT},
}
TEMPLATE_SPEC: Schema = {
    "type": "object",
    "required": ["type", "steps"],
    "properties": {
        "type": _WORDS,
        "owner": _WORDS,
        "lifecycle": _WORDS,
        # One form, or a list of forms.
        "parameters": {"type": ["object", "array"], "properties": _FORM["properties"], "items": _FORM},
        "secrets": {"type": "object", "properties": {"schema": _OBJECT}},
        "presentation": {"type": "object", "properties": {"buttonLabels": _BUTTONS}},
        "EXPERIMENTAL_recovery": {"type": "object", "properties": {"EXPERIMENTAL_strategy": _TEXT}},
        "formDecorators": _DECORATORS,
        "EXPERIMENTAL_formDecorators": _DECORATORS,
        "steps": {"type": "array", "items": _STEP},
        "output": {
            "type": "object",
            "properties": {
                "links": {"type": "array", "items": _LINK},
                "text": {"type": "array", "items": _BLOB},
            },
            "additionalProperties": _TEXT,
        },
    },
}
_TYPES: Mapping[str, type] = {"string": str, "boolean": bool, "object": dict, "array": list}
_WORDED = {"string": "a text", "boolean": "true or false", "object": "an object", "array": "a list"}


def schema_faults(schema: Schema, value: object, keys: Keys = ()) -> Iterator[DocumentFault]:
    """Find where *value* breaks *schema*: a JSON schema of types, lengths, properties and items."""
    wanted = schema["type"]
    names = [wanted] if isinstance(wanted, str) else wanted
    where = ".".join(map(str, keys))
    if not any(isinstance(value, _TYPES[name]) for name in names):
        either = " or ".join(_WORDED[name] for name in names)
        yield DocumentFault(keys, f"'{where}' must be {either}, but is {describe(value)}")
    elif isinstance(value, str) and len(value) < schema.get("minLength", 0):
        yield DocumentFault(keys, f"'{where}' must not be empty")
    elif isinstance(value, dict):
        yield from _object_faults(schema, value, keys)
    elif isinstance(value, list) and "items" in schema:
        for at, item in enumerate(value):
            yield from schema_faults(schema["items"], item, (*keys, at))


def _object_faults(schema: Schema, value: Mapping[str, Any], keys: Keys) -> Iterator[DocumentFault]:
    for name in schema.get("required", ()):
        if name not in value:
            missing = ".".join(map(str, (*keys, name)))
            yield DocumentFault(keys, f"'{missing}' is missing", f"Add '{name}'.")
    properties = schema.get("properties", {})
    other = schema.get("additionalProperties")
    for name, item in value.items():
        inner = properties.get(name, other)
        if inner is not None:
            yield from schema_faults(inner, item, (*keys, name))
