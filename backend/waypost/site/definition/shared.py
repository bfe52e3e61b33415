"""What definitions of every language have: who is behind them, servers, security, schemas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from markupsafe import Markup

from waypost.core.markup import terms
from waypost.site.definition.prose import prose
from waypost.site.definition.refs import Refs, schema_anchor
from waypost.site.definition.schema import SchemaWriter, type_html
from waypost.site.definition.values import Node, items, mapping, text

ROWS: Final = 6_000
"""Properties that a page shows in all its operations together, and as many again in its schemas."""
_LEAST: Final = 25
_MOST: Final = 400
_SCHEMAS: Final = 300
_SERVERS: Final = 40


def rows_each(count: int) -> int:
    """Return how many properties each of *count* operations or schemas may show."""
    return min(max(ROWS // max(count, 1), _LEAST), _MOST)


def writer(refs: Refs, rows: int) -> SchemaWriter:
    """Return what writes schemas, with room for *rows* properties."""
    return SchemaWriter(refs, rows)


def listed(title: str, told: Sequence[str]) -> Markup:
    """Return *told* as a list under the line *title*; "" for nothing."""
    if not told:
        return Markup("")
    rows = Markup("").join(Markup("<li>{}</li>").format(each) for each in told)
    return Markup('<p class="wp-op__head">{}</p><ul>{}</ul>').format(title, rows)


def info_html(info: Node) -> Markup:
    """Return title, version, licence and contact of a definition."""
    contact, licence = mapping(info.get("contact")), mapping(info.get("license"))
    rows = (
        ("Title", text(info.get("title"))),
        ("Version", text(info.get("version"))),
        ("Contact", _named(contact, text(contact.get("email")))),
        ("Licence", _named(licence, text(licence.get("identifier")))),
        ("Terms", link_html(text(info.get("termsOfService")), "Terms of service")),
    )
    return terms((name, value) for name, value in rows if value)


def link_html(url: str, words: str) -> Markup | str:
    """Return a link to *url*, its *words* alone where a browser should not follow it; "" for no address."""
    if not url:
        return ""
    try:
        is_web = urlsplit(url).scheme in ("http", "https")
    except ValueError:
        is_web = False
    return Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(url, words) if is_web else words


def servers_html(servers: Sequence[tuple[str, Any]]) -> Markup:
    """Return addresses and what each is."""
    rows = Markup("").join(
        Markup("<li><code>{}</code>{}</li>").format(url, prose(description))
        for url, description in servers[:_SERVERS]
    )
    return (
        Markup('<p class="wp-op__head">Servers</p><ul class="wp-servers">{}</ul>').format(rows)
        if rows
        else rows
    )


def schemes_html(schemes: Node, refs: Refs) -> Markup:
    """Return by what ways a caller proves who it is."""
    found = [(str(name), refs.node(scheme)) for name, scheme in schemes.items()]
    rows = Markup("").join(
        Markup('<li id="{}"><code>{}</code> {}{}</li>').format(
            schema_anchor(f"security-{name}"), name, _scheme_words(scheme), prose(scheme.get("description"))
        )
        for name, scheme in found
    )
    return (
        Markup('<p class="wp-op__head">Security</p><ul class="wp-servers">{}</ul>').format(rows)
        if rows
        else rows
    )


def security_html(security: object, document: Node, refs: Refs) -> Markup:
    """Return what a caller of one operation needs; "" where that is nothing."""
    ways = [" and ".join(_needs(way)) for way in map(mapping, items(security))]
    del document, refs
    told = " or ".join(way or "nothing" for way in ways)
    return Markup('<p class="wp-op__needs">Needs {}.</p>').format(told) if any(ways) else Markup("")


def schemas_html(schemas: Node, refs: Refs) -> Markup:
    """Return the document's own schemas by name, each folded."""
    rows = rows_each(len(schemas))
    shown = Markup("").join(
        _schema(str(name), each, refs, rows) for name, each in list(schemas.items())[:_SCHEMAS]
    )
    if len(schemas) > _SCHEMAS:
        shown += Markup("<p>and {} more: see the definition.</p>").format(len(schemas) - _SCHEMAS)
    return shown


def _schema(name: str, schema: Any, refs: Refs, rows: int) -> Markup:
    return Markup(
        '<details class="wp-named" id="{}"><summary><code>{}</code> {}</summary>{}</details>'
    ).format(schema_anchor(name), name, type_html(schema, refs), SchemaWriter(refs, rows).write(schema))


def _named(node: Node, other: str) -> Markup | str:
    name = text(node.get("name")) or other or text(node.get("url"))
    address = text(node.get("url"))
    return link_html(address, name) or (f"{name} ({other})" if other and other != name else name)


def _needs(way: Node) -> Iterator[str]:
    for name, scopes in way.items():
        asked = ", ".join(text(scope) for scope in items(scopes))
        yield f"{name} ({asked})" if asked else str(name)


def _scheme_words(scheme: Node) -> str:
    kind = text(scheme.get("type"))
    told: Iterable[str] = (
        kind,
        text(scheme.get("scheme")),
        text(scheme.get("bearerFormat")),
        f"in {text(scheme.get('in'))}" if text(scheme.get("in")) else "",
        text(scheme.get("name")),
        text(scheme.get("openIdConnectUrl")),
    )
    return " · ".join(each for each in told if each)
