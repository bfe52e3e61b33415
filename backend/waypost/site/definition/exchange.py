"""What goes to and fro: parameters, bodies by media type, responses, examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup

from waypost.site.definition.prose import prose
from waypost.site.definition.refs import schema_name
from waypost.site.definition.schema import SchemaWriter, type_html
from waypost.site.definition.schematype import limits_of
from waypost.site.definition.values import Node, block, dumped, items, mapping, text

_EXAMPLE: Final = 4_000
"""Characters of an example that are shown."""
_EXAMPLES: Final = 5
_PARAMETERS: Final = 100
_MEDIA: Final = 8


def parameters_html(parameters: Sequence[Node], writer: SchemaWriter) -> Markup:
    """Return *parameters* as a table; "" for none."""
    cells = [_parameter(each, writer) for each in parameters[:_PARAMETERS]]
    if not cells:
        return Markup("")
    heads = ["Parameter", "In", "Type", "Meaning"]
    if not any(row[-1] for row in cells):
        heads.pop()
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(name) for name in heads)
    rows = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(Markup("<td>{}</td>").format(cell) for cell in row[: len(heads)])
        )
        for row in cells
    )
    return Markup(
        '<table class="wp-table wp-parameters" aria-label="Parameters"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
    ).format(head, rows)


def body_html(body: Any, writer: SchemaWriter) -> Markup:
    """Return the body that an operation takes; "" where it takes none."""
    node = writer.refs.node(body)
    content = content_html(node.get("content"), writer)
    told = prose(node.get("description"))
    if not content and not told:
        return Markup("")
    mark = "" if node.get("required") is True else Markup(" <small>may be left out</small>")
    return Markup('<p class="wp-op__head">Body{}</p>{}{}').format(mark, told, content)


def responses_html(responses: Any, writer: SchemaWriter) -> Markup:
    """Return the answers of an operation by their status, each with what it holds."""
    rows = Markup("").join(
        _response(str(code), response, writer)
        for code, response in mapping(responses).items()
        if not str(code).startswith("x-")
    )
    return (
        Markup('<p class="wp-op__head">Answers</p><ul class="wp-answers">{}</ul>').format(rows)
        if rows
        else rows
    )


def content_html(content: Any, writer: SchemaWriter, *, fold_named: bool = True) -> Markup:
    """Return what a body holds, by media type: its schema, and examples.

    Args:
        fold_named: Whether a schema that has a name is unfolded here, too.
    """
    found = list(mapping(content).items())[:_MEDIA]
    return Markup("").join(
        _medium(str(media), mapping(each), writer, fold_named=fold_named) for media, each in found
    )


def examples_html(holder: Node, writer: SchemaWriter) -> Markup:
    """Return the examples that *holder* gives, in any of the ways that there are; "" for none."""
    found = list(_examples(holder, writer))[:_EXAMPLES]
    return Markup("").join(
        Markup("<details><summary>Example{}</summary>{}</details>").format(
            f": {name}" if name else "", block(told)
        )
        for name, told in found
        if told
    )


def example_text(value: Any) -> str:
    """Return an example as it would be sent: a text as it is, all else as JSON."""
    if isinstance(value, str):
        return value if len(value) <= _EXAMPLE else f"{value[:_EXAMPLE].rstrip()} …"
    return dumped(value, limit=_EXAMPLE)


def _parameter(parameter: Node, writer: SchemaWriter) -> tuple[Markup, str, Markup, Markup]:
    """Return the cells of a parameter's row: name, place, type, meaning."""
    content = next(iter(mapping(parameter.get("content")).values()), None)
    schema = parameter.get("schema", mapping(content).get("schema", {}))
    node = writer.refs.node(schema)
    limits = " · ".join(limits_of(node))
    mark = (
        Markup(' <em class="wp-schema__required">required</em>') if parameter.get("required") is True else ""
    )
    name = Markup("<code>{}</code>{}").format(text(parameter.get("name")), mark)
    kind = type_html(schema, writer.refs)
    if limits:
        kind += Markup(" <small>{}</small>").format(limits)
    told = prose(parameter.get("description") or node.get("description"))
    if parameter.get("deprecated") is True:
        told = Markup("<p>Deprecated.</p>") + told
    example = next((told for _, told in _examples(parameter, writer)), "")
    if example:
        told += Markup("<p>For example <code>{}</code></p>").format(" ".join(example[:200].split()))
    return name, text(parameter.get("in")), kind, told


def _response(code: str, response: Any, writer: SchemaWriter) -> Markup:
    found = writer.refs.follow(response)
    node = found.node
    # What an error holds is the same for most operations: where it has a name, that says enough.
    content = content_html(node.get("content"), writer, fold_named=code[:1] not in ("4", "5"))
    heads = ", ".join(str(name) for name in mapping(node.get("headers")))
    told = prose(node.get("description") or (f"See {found.missing}" if found.missing else ""))
    headers = Markup("<p><small>Headers: {}</small></p>").format(heads) if heads else ""
    kind = code[:1] if code[:1] in "12345" else "x"
    return Markup('<li><b class="wp-code wp-code--{}">{}</b><div>{}{}{}</div></li>').format(
        kind, code, told, headers, content
    )


def _medium(media: str, node: Node, writer: SchemaWriter, *, fold_named: bool) -> Markup:
    schema = node.get("schema")
    is_told = schema is None or (not fold_named and bool(schema_name(writer.refs.follow(schema).ref)))
    head = Markup('<p class="wp-media"><code>{}</code> {}</p>').format(
        media, type_html(schema, writer.refs) if schema is not None else ""
    )
    inside = Markup("") if is_told else writer.write_inside(schema)
    if inside:
        inside = Markup("<details><summary>What is inside</summary>{}</details>").format(inside)
    return head + inside + examples_html(node, writer)


def _examples(holder: Node, writer: SchemaWriter) -> Iterator[tuple[str, str]]:
    if "example" in holder:
        yield "", example_text(holder["example"])
    examples = holder.get("examples")
    for name, each in examples.items() if isinstance(examples, Mapping) else ():
        node = writer.refs.node(each)
        yield (
            (text(node.get("summary")) or str(name)),
            (example_text(node["value"]) if "value" in node else text(node.get("externalValue"))),
        )
    for each in items(examples):
        yield "", example_text(each)
    schema = writer.refs.node(holder.get("schema"))
    if "example" not in holder and not examples:
        if "example" in schema:
            yield "", example_text(schema["example"])
        for each in items(schema.get("examples"))[:1]:
            yield "", example_text(each)
