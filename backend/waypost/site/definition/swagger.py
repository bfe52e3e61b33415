"""Swagger 2 told as OpenAPI 3 is: the same operations, with bodies, media types and servers in their newer places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from waypost.site.definition.refs import Refs
from waypost.site.definition.values import Node, items, mapping, text

_SCHEMA_KEYS: Final = (
    "type",
    "format",
    "items",
    "enum",
    "default",
    "pattern",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
)


def modernised(document: Node) -> dict[str, Any]:
    """Return the Swagger 2 *document* in the shape of OpenAPI 3; its references lead into the old one."""
    refs = Refs(document)
    paths = {
        path: {
            key: _operation(mapping(value), item, document, refs) if _is_operation(key, value) else value
            for key, value in item.items()
            if key != "parameters"
        }
        for path, node in mapping(document.get("paths")).items()
        for item in [refs.node(node)]
    }
    return {
        **document,
        "paths": paths,
        "servers": list(_servers(document)),
        "components": {
            "schemas": mapping(document.get("definitions")),
            "securitySchemes": mapping(document.get("securityDefinitions")),
        },
    }


def _is_operation(key: object, value: object) -> bool:
    return key != "parameters" and isinstance(value, dict) and not str(key).startswith("x-")


def _servers(document: Node) -> Iterator[dict[str, str]]:
    host, base = text(document.get("host")), text(document.get("basePath"))
    for scheme in (text(each) for each in items(document.get("schemes")) or ["https"]):
        if host:
            yield {"url": f"{scheme}://{host}{base}"}
    if base and not host:
        yield {"url": base}


def _operation(operation: Node, item: Node, document: Node, refs: Refs) -> dict[str, Any]:
    own = [refs.node(each) for each in items(operation.get("parameters"))]
    named = {(text(each.get("name")), text(each.get("in"))) for each in own}
    shared = [refs.node(each) for each in items(item.get("parameters"))]
    own += [each for each in shared if (text(each.get("name")), text(each.get("in"))) not in named]
    takes = _media(operation, document, "consumes") or ["application/json"]
    gives = _media(operation, document, "produces") or ["application/json"]
    changed = dict(operation)
    changed["parameters"] = [_parameter(each) for each in own if each.get("in") not in ("body", "formData")]
    body = _body(own, takes)
    if body:
        changed["requestBody"] = body
    responses = mapping(operation.get("responses"))
    changed["responses"] = {code: _response(refs.node(each), gives) for code, each in responses.items()}
    return changed


def _media(operation: Node, document: Node, key: str) -> list[str]:
    return [text(each) for each in items(operation.get(key) or document.get(key)) if text(each)]


def _parameter(parameter: Node) -> dict[str, Any]:
    schema = {key: parameter[key] for key in _SCHEMA_KEYS if key in parameter}
    return {**parameter, "schema": schema}


def _body(parameters: list[Node], takes: list[str]) -> dict[str, Any]:
    for each in parameters:
        if each.get("in") == "body":
            content = {media: {"schema": each.get("schema")} for media in takes}
            return {
                "description": each.get("description"),
                "required": each.get("required"),
                "content": content,
            }
    fields = [each for each in parameters if each.get("in") == "formData"]
    if not fields:
        return {}
    schema = {
        "type": "object",
        "properties": {
            text(each.get("name")): {**_parameter(each)["schema"], **_described(each)} for each in fields
        },
        "required": [text(each.get("name")) for each in fields if each.get("required") is True],
    }
    return {"content": {media: {"schema": schema} for media in takes}}


def _described(field: Node) -> dict[str, Any]:
    return {"description": field["description"]} if "description" in field else {}


def _response(response: Node, gives: list[str]) -> dict[str, Any]:
    if "schema" not in response:
        return dict(response)
    examples = mapping(response.get("examples"))
    content = {
        media: {"schema": response["schema"], **({"example": examples[media]} if media in examples else {})}
        for media in gives
    }
    return {**response, "content": content}
