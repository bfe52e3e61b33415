"""Definitions that are shown as they are written: GraphQL, Protocol Buffers, and what cannot be read."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers import get_lexer_by_name

LIMIT: Final = 60_000
"""Characters that a page shows; the file beside it has them all."""

# What a type of API is called by Pygments, and as a file.
_LANGUAGES: Final = {
    "graphql": ("graphql", "graphql"),
    "grpc": ("protobuf", "proto"),
    "proto": ("protobuf", "proto"),
    "protobuf": ("protobuf", "proto"),
    "trpc": ("typescript", "ts"),
    "typescript": ("typescript", "ts"),
    "crd": ("yaml", "yaml"),
    "openapi": ("yaml", "yaml"),
    "asyncapi": ("yaml", "yaml"),
    "yaml": ("yaml", "yaml"),
    "json": ("json", "json"),
    "avro": ("json", "json"),
    "jsonschema": ("json", "json"),
    "wsdl": ("xml", "xml"),
    "soap": ("xml", "xml"),
    "xml": ("xml", "xml"),
}


def language_of(kind: str, definition: str) -> tuple[str, str]:
    """Return what the language of a *definition* of the type *kind* is called, and its files' suffix."""
    lexer, suffix = _LANGUAGES.get(kind.lower(), ("text", "txt"))
    starts_as_json = definition.lstrip()[:1] in ("{", "[")
    return ("json", "json") if suffix == "yaml" and starts_as_json else (lexer, suffix)


def code_html(definition: str, lexer: str) -> Markup:
    """Return *definition* as a block of code, coloured by the lexer so called."""
    shown = definition[:LIMIT]
    formatter = HtmlFormatter(cssclass="highlight", wrapcode=True)
    # The library escapes what it colours.
    html = Markup(highlight(shown, get_lexer_by_name(lexer, stripnl=False), formatter))  # noqa: S704
    if len(definition) > LIMIT:
        html += Markup("<p>The first {:,} of {:,} characters.</p>").format(LIMIT, len(definition))
    return html
