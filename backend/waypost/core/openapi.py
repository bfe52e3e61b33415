"""OpenAPI: the API's description, made from the views and their schemas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from inspect import cleandoc
from typing import Any, Final

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask
from marshmallow import Schema, fields
from werkzeug.routing import Rule

from waypost import __version__
from waypost.core.answers import Contract, View, contract_of
from waypost.core.errors import WaypostError
from waypost.core.plugin import Plugin
from waypost.core.schemas import WireSchema

_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_PARAMETER: Final = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
_TYPES: Final = {"int": "integer", "float": "number"}
_REASONS: Final = {
    200: "The answer.",
    201: "It was made.",
    202: "It was taken, and is done later.",
    204: "It is done; there is nothing to say.",
}
_CREATED: Final = 204


class _CauseSchema(WireSchema):
    """What went wrong."""

    name = fields.String(required=True)
    message = fields.String(required=True)


class _RequestSchema(WireSchema):
    """What was asked."""

    method = fields.String(required=True)
    url = fields.String(required=True)


class _ResponseSchema(WireSchema):
    """What was answered."""

    status_code = fields.Integer(required=True)


class ErrorSchema(WireSchema):
    """Every error, in the shape of Backstage's backends."""

    error = fields.Nested(_CauseSchema, required=True)
    request = fields.Nested(_RequestSchema, required=True)
    response = fields.Nested(_ResponseSchema, required=True)


def describe_api(app: Flask, plugins: Iterable[Plugin], *, below: str = "") -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of every route of *app* that says what it answers.

    Args:
        below: Describe only what lies below this path.
    """
    spec = APISpec(
        title=f"Waypost, {below}" if below else "Waypost",
        version=__version__,
        openapi_version="3.1.0",
        info={"description": "A software catalog, its documents, decisions and scorecards."},
        plugins=[MarshmallowPlugin(schema_name_resolver=_Names())],
    )
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    for plugin in plugins:
        if plugin.routes is not None and _lies_below(f"/api/{plugin.name}", below):
            spec.tag({"name": plugin.name, "description": plugin.summary})
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ()))):
        view = app.view_functions[rule.endpoint]
        contract = contract_of(view)
        if contract is not None and _lies_below(rule.rule, below):
            operations = {
                method.lower(): _operation(rule, method, view, contract)
                for method in _METHODS
                if method in (rule.methods or ())
            }
            spec.path(path=_PARAMETER.sub(r"{\2}", rule.rule), operations=operations)
    described: dict[str, Any] = spec.to_dict()
    return described


def _lies_below(path: str, top: str) -> bool:
    return path == top or path.startswith(f"{top}/")


class _Names:
    """Names schemas after their classes; two classes of one name, or one class used twice, keep apart."""

    def __init__(self) -> None:
        self._taken: dict[str, object] = {}

    def __call__(self, schema: Any) -> str:
        kind = schema if isinstance(schema, type) else type(schema)
        base = kind.__name__.strip("_").removesuffix("Schema")
        only = () if isinstance(schema, type) else (tuple(schema.only or ()), tuple(schema.exclude or ()))
        name, number = base, 1
        while self._taken.setdefault(name, (kind, only)) != (kind, only):
            number += 1
            name = f"{base}{number}"
        return name


def _operation(rule: Rule, method: str, view: View, contract: Contract) -> dict[str, Any]:
    summary, _, description = cleandoc(view.__doc__ or "").partition("\n\n")
    operation: dict[str, Any] = {
        "operationId": f"{rule.endpoint.replace('.', '_')}_{method.lower()}",
        "summary": " ".join(summary.split()),
        "parameters": [*_path_parameters(rule), *_query_parameters(contract)],
        "responses": _responses(contract),
    }
    if "." in rule.endpoint:
        operation["tags"] = [rule.endpoint.partition(".")[0]]
    if description:
        operation["description"] = description.partition("Raises:")[0].strip()
    if contract.scope:
        operation["security"] = [{"token": []}]
    if contract.body is not None:
        content = {"application/json": {"schema": contract.body}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _path_parameters(rule: Rule) -> list[dict[str, Any]]:
    return [
        {"in": "path", "name": name, "required": True, "schema": {"type": _TYPES.get(kind, "string")}}
        for kind, name in _PARAMETER.findall(rule.rule)
    ]


def _query_parameters(contract: Contract) -> list[dict[str, Any]]:
    return [] if contract.query is None else [{"in": "query", "schema": contract.query}]


def _responses(contract: Contract) -> dict[str, Any]:
    good: dict[str, Any] = {"description": _REASONS.get(contract.status, "The answer.")}
    if contract.status != _CREATED:
        good["content"] = {contract.media_type: {"schema": _schema(contract)}}
    return {str(contract.status): good} | _errors(contract.errors)


def _schema(contract: Contract) -> Schema | Mapping[str, Any]:
    if contract.schema is None:
        return {"type": "string"} if contract.media_type != "application/json" else {}
    return {"type": "array", "items": contract.schema} if contract.many else contract.schema


def _errors(errors: Iterable[type[WaypostError]]) -> dict[str, Any]:
    by_status: dict[int, list[str]] = {}
    for error in errors:
        by_status.setdefault(error.status, []).append(error.__name__)
    return {
        str(status): {
            "description": " or ".join(names),
            "content": {"application/json": {"schema": ErrorSchema}},
        }
        for status, names in sorted(by_status.items())
    }
