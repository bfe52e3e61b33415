"""The type of a schema in words, and the limits that it sets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from waypost.site.definition.refs import Refs, schema_name
from waypost.site.definition.values import Node, items, mapping, scalar, text

NAMED: Final = "\0"
"""Where in the words of a type the name of a schema goes; no text of a document has it."""

_NESTED: Final = 4
_VALUES: Final = 30
_TOLD: Final = (
    ("minLength", "at least {} characters"),
    ("maxLength", "at most {} characters"),
    ("minimum", "at least {}"),
    ("maximum", "at most {}"),
    ("multipleOf", "a multiple of {}"),
    ("minItems", "at least {} items"),
    ("maxItems", "at most {} items"),
    ("minProperties", "at least {} keys"),
    ("maxProperties", "at most {} keys"),
    ("pattern", "pattern {}"),
    ("contentMediaType", "{}"),
)
_FLAGS: Final = (
    ("uniqueItems", "each once"),
    ("readOnly", "only in answers"),
    ("writeOnly", "only in requests"),
    ("deprecated", "deprecated"),
)


def type_of(schema: Any, refs: Refs, nested: int = 0) -> tuple[str, str]:
    """Return the type of *schema* in words, and the document's name for what stands at ``NAMED`` in them."""
    if isinstance(schema, bool):
        return ("anything" if schema else "nothing"), ""
    found = refs.follow(schema)
    if found.missing:
        return f"see {text(found.missing)}", ""
    name = schema_name(found.ref)
    if name:
        return NAMED, name
    node = found.node
    if nested < _NESTED and "array" in _kinds(node) and isinstance(node.get("items"), dict | bool):
        told, name = type_of(node["items"], refs, nested + 1)
        return f"list of {told}", name
    return _plain(node), ""


def limits_of(node: Node) -> Iterator[str]:
    """Give what *node* asks of a value beyond its type, each as a few words."""
    if "const" in node:
        yield f"always {scalar(node['const'])}"
    values = items(node.get("enum"))
    if values:
        more = f", and {len(values) - _VALUES} more" if len(values) > _VALUES else ""
        yield "one of " + ", ".join(map(scalar, values[:_VALUES])) + more
    for key, words in _TOLD:
        if text(node.get(key)) and not isinstance(node[key], bool):
            yield words.format(text(node[key]))
    yield from _bounds(node)
    for key, words in _FLAGS:
        if node.get(key) is True:
            yield words
    if "default" in node:
        yield f"{scalar(node['default'])} if left out"


def _bounds(node: Node) -> Iterator[str]:
    """Tell exclusive bounds: numbers since JSON Schema 6, marks of the other bounds before."""
    for key, words in (("exclusiveMinimum", "more than {}"), ("exclusiveMaximum", "less than {}")):
        value = node.get(key)
        if value is True:
            yield "bound not included"
        elif value is not False and text(value):
            yield words.format(text(value))


def _plain(node: Node) -> str:
    kinds = _kinds(node)
    if node.get("nullable") is True and "null" not in kinds:
        kinds.append("null")
    told = " or ".join("list" if kind == "array" else kind for kind in kinds) or _guessed(node)
    shape = text(node.get("format"))
    return f"{told} ({shape})" if shape else told


def _kinds(node: Node) -> list[str]:
    kind = node.get("type")
    return (
        [text(each) for each in kind if text(each)]
        if isinstance(kind, list)
        else [text(kind)]
        if text(kind)
        else []
    )


def _guessed(node: Node) -> str:
    if mapping(node.get("properties")) or node.get("allOf"):
        return "object"
    if node.get("oneOf") or node.get("anyOf"):
        return "one of several"
    return "" if node.get("enum") or "const" in node else "anything"
