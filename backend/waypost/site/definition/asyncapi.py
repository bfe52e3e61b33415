"""AsyncAPI 2 and 3 as operations by channel: what the described application sends and receives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from markupsafe import Markup

from waypost.site.definition import exchange, shared
from waypost.site.definition.model import Operation, Part, Rendered
from waypost.site.definition.prose import prose
from waypost.site.definition.refs import Refs
from waypost.site.definition.schema import SchemaWriter
from waypost.site.definition.values import Node, anchor, block, dumped, items, mapping, text

LIMIT: Final = 200
_MESSAGES: Final = 30
_EXAMPLE: Final = 4_000
_TOLD: Final = ("summary", "description", "parameters")
# AsyncAPI 2 names what others do with a channel; what the application does is the other way round.
_OLD: Final = {"publish": "RECEIVE", "subscribe": "SEND"}
_JSON: Final = ("", "application/vnd.aai.asyncapi", "application/schema", "application/vnd.oai.openapi")


@dataclass(frozen=True, slots=True)
class _Found:
    """An operation on a channel. ``key`` tells the channel from others with the same address."""

    key: str
    verb: str
    channel: Node
    operation: Node
    messages: list[Any]
    name: str

    @property
    def address(self) -> str:
        return text(self.channel.get("address")) or self.key


def render_asyncapi(document: Node) -> Rendered:
    """Return the AsyncAPI *document* as it is shown."""
    refs = Refs(document)
    version = text(document.get("asyncapi"))
    found = list(_old(document, refs) if version.startswith(("1.", "2.")) else _new(document, refs))
    shown = found[:LIMIT]
    rows = shared.rows_each(len(shown))
    components = mapping(document.get("components"))
    return Rendered(
        language=f"AsyncAPI {version}".strip(),
        intro=partial(_intro, document, refs),
        parts=tuple(_parts(shown, refs, rows)),
        schemas=partial(shared.schemas_html, mapping(components.get("schemas")), refs),
        left_out=len(found) - len(shown),
    )


def _old(document: Node, refs: Refs) -> Iterator[_Found]:
    """Give the operations of AsyncAPI 2, which stand inside their channels."""
    for key, value in mapping(document.get("channels")).items():
        channel = refs.node(value)
        known = False
        for word, verb in _OLD.items():
            operation = refs.node(channel.get(word))
            if operation:
                known = True
                message = refs.node(operation.get("message"))
                messages = items(message.get("oneOf")) or ([operation["message"]] if message else [])
                yield _Found(str(key), verb, channel, operation, messages, text(operation.get("operationId")))
        if not known:
            yield _Found(str(key), "CHANNEL", channel, {}, [], "")


def _new(document: Node, refs: Refs) -> Iterator[_Found]:
    """Give the operations of AsyncAPI 3, which refer to their channels; then the channels without any."""
    channels = {str(key): refs.node(value) for key, value in mapping(document.get("channels")).items()}
    used = set()
    for name, value in mapping(document.get("operations")).items():
        operation = refs.node(value)
        channel = refs.node(operation.get("channel"))
        key = next((key for key, known in channels.items() if known is channel), str(name))
        used.add(key)
        messages = items(operation.get("messages")) or _of_channel(channel, refs)
        yield _Found(
            key, text(operation.get("action")).upper() or "OPERATION", channel, operation, messages, str(name)
        )
    for key, channel in channels.items():
        if key not in used:
            yield _Found(key, "CHANNEL", channel, {}, _of_channel(channel, refs), "")


def _of_channel(channel: Node, refs: Refs) -> list[Any]:
    """Return the messages of *channel*; one without a name of its own is called as the channel calls it."""
    messages = mapping(channel.get("messages")).items()
    return [{"name": str(key), **node} for key, value in messages if (node := refs.node(value))]


def _parts(found: list[_Found], refs: Refs, rows: int) -> Iterator[Part]:
    by_channel: dict[str, list[_Found]] = {}
    for each in found:
        by_channel.setdefault(each.key, []).append(each)
    for key, group in by_channel.items():
        channel = group[0].channel
        # What is told of the channel would otherwise stand without a word of what it is about.
        own = group[0].address if any(channel.get(name) for name in _TOLD) else ""
        title = text(channel.get("title")) or (key if key != group[0].address else own)
        yield Part(
            title,
            partial(_channel_html, channel, refs, rows),
            tuple(_operation(each, refs, rows) for each in group),
        )


def _operation(found: _Found, refs: Refs, rows: int) -> Operation:
    return Operation(
        verb=found.verb,
        address=found.address,
        summary=text(found.operation.get("summary") or found.operation.get("title")),
        body=partial(_body, found, refs, rows),
        name=anchor("operation", found.name) if found.name else "",
    )


def _channel_html(channel: Node, refs: Refs, rows: int) -> Markup:
    summary = text(channel.get("summary"))
    parameters: list[Node] = [
        {"name": str(name), "in": "address", "schema": _parameter_schema(node), **node}
        for name, value in mapping(channel.get("parameters")).items()
        for node in [refs.node(value)]
    ]
    shown = exchange.parameters_html(parameters, shared.writer(refs, rows))
    return Markup("{}{}{}").format(
        Markup("<p>{}</p>").format(summary) if summary else "", prose(channel.get("description")), shown
    )


def _parameter_schema(parameter: Node) -> Node:
    """Return the schema of a parameter: AsyncAPI 3 writes what matters of it on the parameter itself."""
    values = {key: parameter[key] for key in ("enum", "default", "examples") if key in parameter}
    return mapping(parameter.get("schema")) or {"type": "string", **values}


def _body(found: _Found, refs: Refs, rows: int) -> Markup:
    budget = max(rows // max(len(found.messages), 1), 10)
    reply = refs.node(found.operation.get("reply"))
    answers = items(reply.get("messages")) or _of_channel(refs.node(reply.get("channel")), refs)
    parts = [
        Markup('<p class="wp-op__needs">{}</p>').format(_WORDS[found.verb]) if found.verb in _WORDS else "",
        prose(found.operation.get("description")),
        _messages("Message", found.messages, refs, budget),
        _messages("Answered with", answers, refs, budget) if reply else "",
        _bindings({**mapping(found.channel.get("bindings")), **mapping(found.operation.get("bindings"))}),
    ]
    return Markup("").join(parts)


_WORDS: Final = {"SEND": "The application sends this.", "RECEIVE": "The application receives this."}


def _messages(title: str, messages: list[Any], refs: Refs, rows: int) -> Markup:
    shown = Markup("").join(_message(each, refs, rows) for each in messages[:_MESSAGES])
    if not shown:
        return shown
    head = title if len(messages) == 1 or title != "Message" else "One of these messages"
    more = f"and {len(messages) - _MESSAGES} more" if len(messages) > _MESSAGES else ""
    return Markup('<p class="wp-op__head">{}</p>{}{}').format(head, shown, more)


def _message(message: Any, refs: Refs, rows: int) -> Markup:
    found = refs.follow(message)
    node = {**_traits(found.node, refs), **found.node}
    if not node:
        return Markup("<p>See {}</p>").format(found.missing) if found.missing else Markup("")
    name = text(node.get("title")) or text(node.get("name")) or found.ref.rpartition("/")[2]
    summary, kind = text(node.get("summary")), text(node.get("contentType"))
    budget = shared.writer(refs, rows)
    parts = [
        Markup('<p class="wp-message"><b>{}</b> <small>{}</small></p>').format(name, kind)
        if name or kind
        else "",
        Markup("<p>{}</p>").format(summary) if summary else "",
        prose(node.get("description")),
        _schema("Headers", node.get("headers"), budget),
        _schema("Payload", node.get("payload"), budget, text(node.get("schemaFormat"))),
        _examples(node),
    ]
    return Markup('<div class="wp-box">{}</div>').format(Markup("").join(parts))


def _traits(message: Node, refs: Refs) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for trait in items(message.get("traits")):
        merged |= refs.node(trait)
    return merged


def _schema(title: str, schema: Any, writer: SchemaWriter, form: str = "") -> Markup:
    """Return headers or payload; what is written in another schema language is shown as it stands."""
    if schema is None:
        return Markup("")
    node = writer.refs.node(schema)
    if "schemaFormat" in node:
        form, schema = text(node["schemaFormat"]), node.get("schema")
    head = Markup('<p class="wp-op__head">{}</p>').format(title)
    if not form.startswith(_JSON[1:]) and form:
        shown = schema if isinstance(schema, str) else dumped(schema, limit=_EXAMPLE)
        return head + Markup("<p><small>{}</small></p>").format(form) + block(shown[:_EXAMPLE])
    return head + writer.write(schema)


def _examples(message: Node) -> Markup:
    parts = []
    for each in map(mapping, items(message.get("examples"))[:5]):
        name = text(each.get("summary")) or text(each.get("name"))
        told = dumped(each.get("payload", each), limit=_EXAMPLE)
        parts.append(
            Markup("<details><summary>Example{}</summary>{}</details>").format(
                f": {name}" if name else "", block(told)
            )
        )
    return Markup("").join(parts)


def _bindings(bindings: Node) -> Markup:
    if not bindings:
        return Markup("")
    told = block(dumped(bindings, limit=_EXAMPLE))
    return Markup("<details><summary>Bindings: {}</summary>{}</details>").format(
        ", ".join(map(str, bindings)), told
    )


def _intro(document: Node, refs: Refs) -> Markup:
    info = mapping(document.get("info"))
    schemes = mapping(mapping(document.get("components")).get("securitySchemes"))
    parts = [
        shared.info_html(info),
        prose(info.get("description")),
        shared.servers_html(list(_servers(document, refs))),
        shared.schemes_html(schemes, refs),
    ]
    return Markup("").join(parts)


def _servers(document: Node, refs: Refs) -> Iterator[tuple[str, Any]]:
    for server in map(refs.node, mapping(document.get("servers")).values()):
        protocol = text(server.get("protocol"))
        place = text(server.get("url")) or text(server.get("host")) + text(server.get("pathname"))
        if place:
            url = place if "://" in place or not protocol else f"{protocol}://{place}"
            yield url, server.get("description")
