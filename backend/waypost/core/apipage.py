"""The readable page of the API, made from its OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final
from urllib.parse import urlencode

from waypost.core.errors import WaypostError
from waypost.core.plugin import SitePage

_BASE: Final = "http://127.0.0.1:7007"
_SHARED: Final = re.compile(r"^/api/[^/{]+(?=/)")
_OTHER: Final = "The server itself"
Node = Mapping[str, Any]


def api_page(openapi: Mapping[str, Any]) -> SitePage:
    """Return the page of every endpoint that *openapi* describes, by plugin, then of every schema."""
    lines = [
        "# API",
        "",
        (
            "Every answer is JSON unless it says otherwise. What has a revision carries an `ETag`: send it back as"
            " `If-None-Match`, and an unchanged answer is a short 304. Where it says that a token is needed,"
            " `waypost token create` makes one. Errors all have the shape of [Error](#schema-error)."
        ),
        "",
        "The same as a document for tools: `/openapi.json`.",
    ]
    for tag, summary, operations in _by_tag(openapi):
        lines += ["", f"## {tag}", "", _text(summary)]
        for path, method, operation in operations:
            lines += ["", *_operation(path, method, operation)]
    lines += ["", "## Errors", "", "| name | status | when |", "|---|---|---|", *_errors()]
    schemas = openapi.get("components", {}).get("schemas", {})
    if schemas:
        lines += ["", "## Schemas"]
        for name, schema in sorted(schemas.items()):
            lines += ["", f"### {name} {{#schema-{name.lower()}}}", "", *_fields(schema)]
    return SitePage("reference/api.md", "API", "\n".join(lines) + "\n")


def _errors() -> Iterator[str]:
    """Give a row for each error of the host's: its name on the wire, its status, and when it is met."""
    for kind in WaypostError.__subclasses__():
        if kind.__module__ == WaypostError.__module__:
            when = (kind.__doc__ or "").splitlines()[0]
            yield f"| `{kind.__name__}` | {kind.status} | {_text(when)} |"


def _by_tag(openapi: Node) -> Iterator[tuple[str, str, list[tuple[str, str, Node]]]]:
    groups: dict[str, list[tuple[str, str, Node]]] = {}
    for path, operations in openapi.get("paths", {}).items():
        for method, operation in operations.items():
            tag = next(iter(operation.get("tags", [])), _OTHER)
            groups.setdefault(tag, []).append((path, method.upper(), operation))
    summaries = {tag["name"]: tag.get("description", "") for tag in openapi.get("tags", [])}
    for tag in [*summaries, _OTHER]:
        if tag in groups:
            yield tag, summaries.get(tag, "How the server is, and what it offers."), groups[tag]


def _operation(path: str, method: str, operation: Node) -> list[str]:
    # In the table of contents the plugin stands above it already.
    label = escape(f"{method} {_SHARED.sub('', path)}")
    lines = [
        f'### {method} {escape(path)} {{data-toc-label="{label}"}}',
        "",
        _text(operation.get("summary", "")),
    ]
    if "description" in operation:
        lines += ["", _text(operation["description"])]
    if operation.get("security"):
        lines += ["", "Needs a token."]
    if operation.get("parameters"):
        lines += ["", "| Parameter | In | Kind | What it is |", "| --- | --- | --- | --- |"]
        lines += [_parameter(parameter) for parameter in operation["parameters"]]
    if "requestBody" in operation:
        lines += ["", f"Body: {_content(operation['requestBody'])}"]
    lines += ["", "| Status | Answer |", "| --- | --- |"]
    lines += [f"| {status} | {_answer(answer)} |" for status, answer in operation["responses"].items()]
    return [*lines, "", "```sh", _curl(path, method, operation), "```"]


def _parameter(parameter: Node) -> str:
    schema = parameter.get("schema", {})
    told = parameter.get("description") or schema.get("description", "")
    needed = "required" if parameter.get("required") else "optional"
    return f"| `{parameter['name']}` | {parameter['in']} | {_kind(schema)} | {_text(told) or needed} |"


def _answer(answer: Node) -> str:
    content = _content(answer)
    return f"{_text(answer.get('description', ''))} {content}".strip()


def _content(holder: Node) -> str:
    for media_type, media in holder.get("content", {}).items():
        kind = _kind(media.get("schema", {}))
        return kind if media_type == "application/json" else f"{kind} ({media_type})"
    return ""


def _kind(schema: Node) -> str:
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        return f"[{name}](#schema-{name.lower()})"
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return " or ".join(_kind(each) for each in schema[choice])
    kinds = schema.get("type", "any")
    if kinds == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    shown = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
    if "enum" in schema:
        return " or ".join(f"`{each}`" for each in schema["enum"] if each != "")
    return f"{shown} ({schema['format']})" if "format" in schema else shown


def _fields(schema: Node) -> list[str]:
    lines = [_text(schema["description"]), ""] if schema.get("description") else []
    required = schema.get("required", [])
    lines += ["| Field | Kind | What it is |", "| --- | --- | --- |"]
    for name, field in schema.get("properties", {}).items():
        needed = "" if name in required else "may be left out"
        lines.append(f"| `{name}` | {_kind(field)} | {_text(field.get('description', '')) or needed} |")
    return lines


def _curl(path: str, method: str, operation: Node) -> str:
    query = {
        parameter["name"]: "VALUE"
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query" and parameter.get("required")
    }
    address = _BASE + path.replace("{", "$").replace("}", "")
    parts = ["curl"]
    if method != "GET":
        parts.append(f"-X {method}")
    if operation.get("security"):
        parts.append('-H "Authorization: Bearer $TOKEN"')
    if "requestBody" in operation:
        parts.append("-H 'Content-Type: application/json' --data @body.json")
    parts.append(f'"{address}?{urlencode(query)}"' if query else f'"{address}"')
    return " ".join(parts)


def _text(text: str) -> str:
    plain = escape(" ".join(text.split()), quote=False)
    return plain.replace("|", "&#124;").replace("[", "&#91;")
