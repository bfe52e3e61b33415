"""Presence: which parts that may be absent a rule reads, and whether it asks for them first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from waypost.scorecards.model import AppliesTo
from waypost.scorecards.rules.compiling import Rule
from waypost.scorecards.rules.expression import Node, Path, chain_of

IsOptional = Callable[[Path], bool]
"""Tells whether what a path leads to may be absent where what is above it is there."""

REQUIRED: Final = {
    "component": {"type", "lifecycle", "owner"},
    "api": {"type", "lifecycle", "owner", "definition"},
    "resource": {"type", "owner"},
    "system": {"owner"},
    "domain": {"owner"},
    "group": {"type", "children"},
    "template": {"type", "steps"},
}
"""The keys of ``spec`` that every entity of a kind has."""

ITEMS: Final = "[]"
"""In a path, each item of a list."""

_ALWAYS: Final = frozenset({"kind", "apiVersion", "metadata", "spec", "relations"})
_METADATA: Final = frozenset({"name", "namespace", "labels", "annotations", "tags", "links"})
_OPEN: Final = frozenset({"labels", "annotations"})
_PART = 3
"""So many steps lead from ``entity`` into a part of its metadata."""


@dataclass(frozen=True, slots=True)
class Unguarded:
    """A part that may be absent, read without asking for it.

    ``path`` starts with ``entity`` or ``facts``; ``written`` is the part as the rule names it, in a loop by the loop's name.
    """

    path: Path
    written: Path

    @property
    def text(self) -> str:
        """It as a rule writes it."""
        *above, last = self.written
        return f"{'.'.join(above)}['{last}']" if self._is_key else ".".join(self.written)

    @property
    def guard(self) -> str:
        """What to ask first."""
        *above, last = self.written
        return f"'{last}' in {'.'.join(above)}" if self._is_key else f"has({'.'.join(self.written)})"

    @property
    def _is_key(self) -> bool:
        return not self.path[-1].isidentifier() or self.path[:2] == ("entity", "metadata")


def unguarded(rule: Rule, guards: Iterable[Rule], is_optional: IsOptional) -> Iterator[Unguarded]:
    """Give each part that *rule* reads, that may be absent, and that nothing asks for.

    Whoever asks anywhere in the rule is believed to do so in the right place: what is told is worth mending.

    Args:
        rule: The rule.
        guards: Rules that are true wherever this one matters: when it applies.
        is_optional: Which paths may be absent; a part of a list's items is below ``[]``.
    """
    asked = {path for one in (rule, *guards) for path in _asked(one.tree, {})}
    told: set[Path] = set()
    for read in _reads(rule.tree, {}):
        last = len(read.path) - 1 if read.is_tested else len(read.path)
        for size in range(2, last + 1):
            path = read.path[:size]
            if is_optional(path) and path not in asked and path not in told:
                told.add(path)
                yield Unguarded(path, (*read.name, *path[len(read.path) - len(read.below) :]))
                break


Bound = Mapping[str, Path]
"""What the names of loops stand for."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A place that is read: in full, and as the rule writes it, from a name and what is below that."""

    path: Path
    name: Path
    below: Path
    is_tested: bool


def _reads(node: Node, bound: Bound) -> Iterator[_Read]:
    found = chain_of(node)
    if found is not None:
        whole = bound.get(found.root, (found.root,))
        yield _Read((*whole, *found.path), (found.root,), found.path, found.is_tested)
        return
    for part, names in _parts(node, bound):
        yield from _reads(part, names)


def _parts(node: Node, bound: Bound) -> Iterator[tuple[Node, Bound]]:
    """Give the parts of *node*, with what names stand for inside of each."""
    inner = dict(bound)
    if node.kind == "loop":
        source = chain_of(node.parts[0])
        items: Path = ()
        if source is not None and not source.is_tested:
            items = (*bound.get(source.root, (source.root,)), *source.path, ITEMS)
        inner |= {name: (items if place == 0 and items else (name,)) for place, name in enumerate(node.binds)}
    for place, part in enumerate(node.parts):
        yield part, bound if node.kind == "loop" and place == 0 else inner


def _asked(node: Node, bound: Bound) -> Iterator[Path]:
    if node.kind == "call" and node.name == "@in" and isinstance(node.parts[0].value, str):
        for read in _reads(node.parts[1], bound):
            yield (*read.path, node.parts[0].value)
    found = chain_of(node)
    if found is not None:
        if found.is_tested:
            yield (*bound.get(found.root, (found.root,)), *found.path)
        return
    for part, names in _parts(node, bound):
        yield from _asked(part, names)


def is_optional_in_entity(path: Path, scopes: Iterable[AppliesTo]) -> bool:
    """Tell whether *path*, which starts with ``entity``, may be absent from an entity that all *scopes* fit."""
    if ITEMS in path:
        return False
    if len(path) > 1 and path[1] == "spec":
        return len(path) > _PART or (len(path) == _PART and path[2] not in _sure(scopes))
    if len(path) > 1 and path[1] == "metadata":
        if len(path) == _PART:
            return path[2] not in _METADATA
        return len(path) == _PART + 1 and path[2] in _OPEN
    return len(path) == 2 and path[1] not in _ALWAYS  # noqa: PLR2004 - a key of the entity itself


def _sure(scopes: Iterable[AppliesTo]) -> set[str]:
    """Return which keys of ``spec`` are there wherever all *scopes* fit."""
    sure: set[str] = set()
    for scope in scopes:
        kinds = [REQUIRED.get(kind.lower(), set()) for kind in scope.kinds]
        sure |= set.intersection(*kinds) if kinds else set()
        sure |= {key for key, named in (("type", scope.types), ("lifecycle", scope.lifecycles)) if named}
    return sure
