"""JSON schemas as nested lists: names, types, limits, descriptions; what is inside folds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from waypost.site.definition.prose import prose
from waypost.site.definition.refs import Found, Refs, schema_anchor
from waypost.site.definition.schematype import NAMED, limits_of, type_of
from waypost.site.definition.values import Node, items, mapping, text

DEPTH: Final = 6
_PROPERTIES: Final = 80
"""Properties of one object that are listed."""
_CHOICES: Final = (("oneOf", "One of"), ("anyOf", "Any of"))

Row = tuple[str, Any, bool]


@dataclass(slots=True)
class SchemaWriter:
    """Writes schemas of one document, as long as it has rows ``left``: big ones are cut, and say so."""

    refs: Refs
    left: int

    def write(self, schema: Any) -> Markup:
        """Return *schema* whole: its type, what it is, and what is inside."""
        found = self.refs.follow(schema)
        inside = self._inside(found, 0, ())
        head = Markup('<p class="wp-schema__type">{}{}</p>').format(
            type_html(schema, self.refs), _limits(found.node)
        )
        return head + prose(found.node.get("description")) + inside

    def write_inside(self, schema: Any) -> Markup:
        """Return what is inside *schema*: "" where that is nothing."""
        return self._inside(self.refs.follow(schema), 0, ())

    def _inside(self, found: Found, depth: int, seen: tuple[str, ...]) -> Markup:
        if not found.node:
            return Markup("")
        if found.ref and found.ref in seen:
            return Markup('<p class="wp-schema__note">The same again: it holds itself.</p>')
        if found.ref:
            seen = (*seen, found.ref)
        rows = list(self._rows(found.node))
        choices = [
            (words, choice) for key, words in _CHOICES for choice in [items(found.node.get(key))] if choice
        ]
        if rows or choices:
            if depth >= DEPTH or self.left <= 0:
                return Markup('<p class="wp-schema__note">There is more inside: see the definition.</p>')
            parts = [self._list(rows, depth, seen), *(self._choice(*each, depth, seen) for each in choices)]
            return Markup("").join(parts)
        return self._items(found.node, depth, seen)

    def _items(self, node: Node, depth: int, seen: tuple[str, ...]) -> Markup:
        """Return what is inside the items of a list; lists in lists are one."""
        inner = node.get("items")
        if not isinstance(inner, dict) or depth > 2 * DEPTH:
            return Markup("")
        return self._inside(self.refs.follow(inner), depth + 1, seen)

    def _rows(self, node: Node, met: set[int] | None = None) -> Iterator[Row]:
        """Give the properties of the object *node*, those of all parts of an ``allOf`` too, each part once."""
        met = set() if met is None else met
        met.add(id(node))
        required = [name for name in items(node.get("required")) if isinstance(name, str)]
        for name, schema in mapping(node.get("properties")).items():
            yield str(name), schema, name in required
        for name, schema in mapping(node.get("patternProperties")).items():
            yield f"/{name}/", schema, False
        others = node.get("additionalProperties")
        if isinstance(others, dict) and others:
            yield "(any other name)", others, False
        inner = node.get("prefixItems") or node.get("items")
        for at, schema in enumerate(items(inner)):
            yield f"[{at}]", schema, False
        for part in items(node.get("allOf")):
            whole = self.refs.node(part)
            if whole and id(whole) not in met and len(met) < _PROPERTIES:
                yield from self._rows(whole, met)

    def _list(self, rows: list[Row], depth: int, seen: tuple[str, ...]) -> Markup:
        if not rows:
            return Markup("")
        shown: list[Markup] = []
        for row in rows[:_PROPERTIES]:
            if self.left <= 0:
                break
            shown.append(self._row(row, depth, seen))
        left_out = len(rows) - len(shown)
        if left_out:
            shown.append(Markup("<li>and {} more: see the definition</li>").format(left_out))
        return Markup('<ul class="wp-schema">{}</ul>').format(Markup("").join(shown))

    def _row(self, row: Row, depth: int, seen: tuple[str, ...]) -> Markup:
        self.left -= 1
        name, schema, is_required = row
        found = self.refs.follow(schema)
        mark = Markup(' <em class="wp-schema__required">required</em>') if is_required else ""
        head = Markup("<code>{}</code> {}{}{}").format(
            name, type_html(schema, self.refs), mark, _limits(found.node)
        )
        inside = self._inside(found, depth + 1, seen)
        told = prose(mapping(schema).get("description") or found.node.get("description"))
        return Markup("<li>{}{}{}</li>").format(head, told, _folded(inside))

    def _choice(self, words: str, choices: list[Any], depth: int, seen: tuple[str, ...]) -> Markup:
        shown = Markup("").join(
            self._alternative(choice, depth, seen) for choice in choices[:_PROPERTIES] if self.left > 0
        )
        return Markup('<p class="wp-schema__note">{}:</p><ul class="wp-schema">{}</ul>').format(words, shown)

    def _alternative(self, choice: Any, depth: int, seen: tuple[str, ...]) -> Markup:
        self.left -= 1
        found = self.refs.follow(choice)
        title = text(found.node.get("title"))
        head = Markup("{} {}{}").format(title, type_html(choice, self.refs), _limits(found.node))
        return Markup("<li>{}{}</li>").format(head, _folded(self._inside(found, depth + 1, seen)))


def type_html(schema: Any, refs: Refs) -> Markup:
    """Return the type of *schema*, a link where the document has a name for it."""
    told, name = type_of(schema, refs)
    if not name:
        return Markup('<span class="wp-schema__kind">{}</span>').format(told)
    before, _, after = told.partition(NAMED)
    return Markup('<span class="wp-schema__kind">{}<a href="#{}">{}</a>{}</span>').format(
        before, schema_anchor(name), name, after
    )


def _limits(node: Node) -> Markup:
    told = list(limits_of(node))
    return Markup(" <small>{}</small>").format(" · ".join(told)) if told else Markup("")


def _folded(inside: Markup) -> Markup:
    if not inside:
        return inside
    return Markup("<details><summary>What is inside</summary>{}</details>").format(inside)
