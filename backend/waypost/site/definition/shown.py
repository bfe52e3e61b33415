"""The definition of an API as its page shows it: headings that the search reads, and everything below them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from waypost.catalog.model import Entity
from waypost.core.markup import plain
from waypost.site.definition.code import code_html, language_of
from waypost.site.definition.model import Make, Operation, Rendered
from waypost.site.definition.reading import read_definition
from waypost.site.definition.values import clean
from waypost.site.html import type_of
from waypost.site.pieces import piece

Pieces = dict[str, Callable[[], str]]


@dataclass(frozen=True, slots=True)
class ShownDefinition:
    """A definition's section of a page: its ``markdown`` with its ``pieces``, and ``text`` as a file beside it."""

    markdown: str
    pieces: Pieces
    file_uri: str
    text: str


def show_definition(entity: Entity) -> ShownDefinition | None:
    """Return how the page of the API *entity* shows its definition; None where it has none."""
    definition = entity.spec.get("definition")
    if not isinstance(definition, str) or not definition.strip():
        return None
    text = clean(definition.replace("\r\n", "\n"))
    lexer, suffix = language_of(type_of(entity), text)
    file_uri = f"{entity.ref.page_uri.removesuffix('.md')}/definition.{suffix}"
    found = read_definition(type_of(entity), text)
    link = f'<p><a href="/{file_uri}" download>The definition as it is written</a></p>\n\n'
    if isinstance(found, str):
        note = Markup('<p class="wp-missing">{}</p>\n\n').format(found) if found else ""
        markdown = f"## Definition\n\n{note}{link}{piece('definition')}\n\n"
        return ShownDefinition(markdown, {"definition": partial(code_html, text, lexer)}, file_uri, text)
    pieces: Pieces = {"api": partial(_framed, found.intro)}
    markdown = "".join(_told(found, link, pieces))
    return ShownDefinition(markdown, pieces, file_uri, text)


def _told(found: Rendered, link: str, pieces: Pieces) -> Iterator[str]:
    """Give the Markdown of a rendered definition, and put what it refers to into *pieces*."""
    yield f"## Definition\n\n<p>{Markup.escape(found.language)}</p>\n\n{link}{piece('api')}\n\n"
    number = 0
    for at, part in enumerate(found.parts):
        level = "###"
        if part.title:
            yield f"### {plain(part.title)}\n\n"
            level = "####"
        pieces[f"part-{at}"] = partial(_framed, part.description)
        yield f"{piece(f'part-{at}')}\n\n"
        for operation in part.operations:
            name = f"operation-{number}"
            number += 1
            pieces[name] = partial(_framed, operation.body, operation.name)
            yield from _operation(operation, level, name)
    if found.left_out:
        yield f"<p>And {found.left_out:,} more operations: see the definition as it is written.</p>\n\n"
    pieces["schemas"] = partial(_schemas, found.schemas)
    yield f"{piece('schemas')}\n\n"


def _operation(operation: Operation, level: str, name: str) -> Iterator[str]:
    verb = operation.verb.split(" ", maxsplit=1)[0].lower()
    shown = f'<span class="wp-verb wp-verb--{Markup.escape(verb)}">{plain(operation.verb)}</span>'
    yield f"{level} {shown} <code>{plain(operation.address)}</code>\n\n"
    if operation.summary:
        yield str(Markup("<p>{}</p>\n\n").format(operation.summary))
    yield f"{piece(name)}\n\n"


def _framed(make: Make, name: str = "") -> str:
    inside = make()
    if not inside and not name:
        return ""
    known = Markup(' id="{}"').format(name) if name else ""
    return str(Markup('<div class="wp-op"{}>{}</div>').format(known, inside))


def _schemas(make: Make) -> str:
    inside = make()
    return (
        str(Markup('<div class="wp-op"><h3 id="schemas">Schemas</h3>{}</div>').format(inside))
        if inside
        else ""
    )
