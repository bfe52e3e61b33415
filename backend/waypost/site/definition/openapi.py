"""OpenAPI 3 and Swagger 2 as operations by tag."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from markupsafe import Markup

from waypost.site.definition import exchange, shared
from waypost.site.definition.model import Operation, Part, Rendered
from waypost.site.definition.prose import prose
from waypost.site.definition.refs import Refs
from waypost.site.definition.swagger import modernised
from waypost.site.definition.values import Node, anchor, items, mapping, text

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
LIMIT: Final = 200
"""Operations that a page shows."""

_Found = tuple[str, str, Node, Node]


def render_openapi(document: Node) -> Rendered:
    """Return the OpenAPI or Swagger *document* as it is shown."""
    is_old = "swagger" in document
    refs = Refs(document)
    whole = modernised(document) if is_old else document
    found = list(_operations(whole, refs))
    shown = found[:LIMIT]
    rows = shared.rows_each(len(shown))
    name, version = ("Swagger", document.get("swagger")) if is_old else ("OpenAPI", document.get("openapi"))
    return Rendered(
        language=f"{name} {text(version)}".strip(),
        intro=partial(_intro, whole, refs),
        parts=tuple(_parts(whole, shown, refs, rows)),
        schemas=partial(shared.schemas_html, mapping(mapping(whole.get("components")).get("schemas")), refs),
        left_out=len(found) - len(shown),
    )


def _operations(document: Node, refs: Refs) -> Iterator[_Found]:
    """Give verb, path, operation and path item of each, webhooks last."""
    for key in ("paths", "webhooks"):
        for path, item in mapping(document.get(key)).items():
            node = refs.node(item)
            for method, operation in node.items():
                if str(method).lower() in METHODS and isinstance(operation, dict):
                    verb = str(method).upper() + (" webhook" if key == "webhooks" else "")
                    yield verb, text(path), operation, node


def _parts(document: Node, found: list[_Found], refs: Refs, rows: int) -> Iterator[Part]:
    described = {
        text(tag.get("name")): tag.get("description") for tag in map(mapping, items(document.get("tags")))
    }
    by_tag: dict[str, list[_Found]] = {name: [] for name in described}
    for each in found:
        tags = items(each[2].get("tags"))
        by_tag.setdefault(text(tags[0]) if tags else "", []).append(each)
    for tag, operations in by_tag.items():
        if operations:
            yield Part(
                tag,
                partial(prose, described.get(tag)),
                tuple(_operation(each, document, refs, rows) for each in operations),
            )


def _operation(found: _Found, document: Node, refs: Refs, rows: int) -> Operation:
    verb, path, operation, item = found
    name = text(operation.get("operationId"))
    return Operation(
        verb=verb,
        address=path or "/",
        summary=text(operation.get("summary") or item.get("summary")),
        body=partial(_body, operation, item, document, refs, rows=rows),
        name=anchor("operation", name) if name else "",
    )


def _body(operation: Node, item: Node, document: Node, refs: Refs, *, rows: int) -> Markup:
    budget = shared.writer(refs, rows)
    security = operation.get("security", document.get("security"))
    own = [refs.node(each) for each in items(operation.get("parameters"))]
    named = {(text(each.get("name")), text(each.get("in"))) for each in own}
    above = [refs.node(each) for each in items(item.get("parameters"))]
    own += [each for each in above if (text(each.get("name")), text(each.get("in"))) not in named]
    deprecated = (
        Markup('<p class="wp-missing">Deprecated.</p>') if operation.get("deprecated") is True else ""
    )
    parts: list[str | Markup] = [
        deprecated,
        prose(operation.get("description")),
        shared.security_html(security, document, refs),
        exchange.parameters_html(own, budget),
        exchange.body_html(operation.get("requestBody"), budget),
        exchange.responses_html(operation.get("responses"), budget),
        _callbacks(operation, refs),
    ]
    return Markup("").join(parts)


def _callbacks(operation: Node, refs: Refs) -> Markup:
    """Tell what the server calls back, by name and address: the caller has to offer it."""
    found = [
        f"{name}: {str(method).upper()} {text(address)}"
        for name, callback in mapping(operation.get("callbacks")).items()
        for address, item in refs.node(callback).items()
        for method in refs.node(item)
        if str(method).lower() in METHODS
    ]
    return shared.listed("Calls back", found[:50])


def _intro(document: Node, refs: Refs) -> Markup:
    info = mapping(document.get("info"))
    return Markup("").join(
        (
            shared.info_html(info),
            prose(info.get("description")),
            shared.servers_html(_servers(document)),
            shared.schemes_html(_schemes(document), refs),
        )
    )


def _servers(document: Node) -> list[tuple[str, Any]]:
    found = [mapping(server) for server in items(document.get("servers"))]
    return [
        (text(server.get("url")), server.get("description")) for server in found if text(server.get("url"))
    ]


def _schemes(document: Node) -> Node:
    return mapping(mapping(document.get("components")).get("securitySchemes"))
