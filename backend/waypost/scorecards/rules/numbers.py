"""Numbers in rules: which are whole and which decimal, as far as that can be told before a rule is run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from waypost.scorecards.rules.compiling import Rule
from waypost.scorecards.rules.expression import Node, Reference, references, walk

KindOf = Callable[[Reference], str]
"""Gives ``integer`` or ``number`` (decimal) for what is read at a place, "" where nobody knows."""

ARITHMETIC: Final = frozenset({"_*_", "_/_", "_+_", "_-_", "_%_"})
_WHOLE: Final = frozenset(
    {
        "size", "int", "getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear",
        "getHours", "getMinutes", "getSeconds", "getMilliseconds",
    }
)  # fmt: skip
_CHOICE, _NEGATIVE, _INDEX = "_?_:_", "-_", "_[_]"


def mixed_arithmetic(rule: Rule, kind_of: KindOf) -> Iterator[str]:
    """Give a sentence for each sum of a whole number and a decimal one, which CEL refuses."""
    for node in walk(rule.tree):
        if node.kind == "call" and node.name in ARITHMETIC:
            kinds = {number_kind(part, kind_of) for part in node.parts}
            if kinds == {"integer", "number"}:
                operator = node.name.strip("_")
                yield f"'{operator}' has a whole number on one side and a decimal on the other"


def number_kind(node: Node, kind_of: KindOf) -> str:
    """Return whether *node* gives an ``integer`` or a ``number``, "" where that cannot be told."""
    if node.kind == "const":
        return {int: "integer", float: "number"}.get(type(node.value), "")
    if node.kind == "select" or (node.kind == "call" and node.name == _INDEX):
        found = next(references(node), None)
        return kind_of(found) if found and not found.is_tested else ""
    return _call_kind(node, kind_of) if node.kind == "call" else ""


def _call_kind(node: Node, kind_of: KindOf) -> str:
    if node.name in _WHOLE:
        return "integer"
    if node.name == "double":
        return "number"
    if node.name not in ARITHMETIC | {_CHOICE, _NEGATIVE}:
        return ""
    parts = node.parts[1:] if node.name == _CHOICE else node.parts
    # What has one kind on one side can only be of that kind on the other.
    kinds = {number_kind(part, kind_of) for part in parts} - {""}
    return kinds.pop() if len(kinds) == 1 else ""
