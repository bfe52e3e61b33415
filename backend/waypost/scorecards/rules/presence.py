"""Presence: which parts that may be absent a rule reads, and whether it asks for them first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from waypost.scorecards.model import AppliesTo
from waypost.scorecards.rules.compiling import Rule
from waypost.scorecards.rules.expression import Node, Path, references, walk

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

_ALWAYS: Final = frozenset({"kind", "apiVersion", "metadata", "spec", "relations"})
_METADATA: Final = frozenset({"name", "namespace", "labels", "annotations", "tags", "links"})
_OPEN: Final = frozenset({"labels", "annotations"})
_PART = 3
"""So many steps lead from ``entity`` into a part of its metadata."""


@dataclass(frozen=True, slots=True)
class Unguarded:
    """A part that may be absent, read without asking for it: ``path`` starts with ``entity`` or ``facts``."""

    path: Path

    @property
    def text(self) -> str:
        """It as a rule writes it."""
        *above, last = self.path
        return f"{'.'.join(above)}['{last}']" if self._is_key else ".".join(self.path)

    @property
    def guard(self) -> str:
        """What to ask first."""
        *above, last = self.path
        return f"'{last}' in {'.'.join(above)}" if self._is_key else f"has({'.'.join(self.path)})"

    @property
    def _is_key(self) -> bool:
        return not self.path[-1].isidentifier() or self.path[:2] == ("entity", "metadata")


def unguarded(rule: Rule, guards: Iterable[Rule], is_optional: IsOptional) -> Iterator[Unguarded]:
    """Give each part that *rule* reads, that may be absent, and that nothing asks for.

    Whoever asks anywhere in the rule is believed to do so in the right place: what is told is worth mending.

    Args:
        rule: The rule.
        guards: Rules that are true wherever this one matters: when it applies.
        is_optional: Which paths may be absent.
    """
    asked = {path for one in (rule, *guards) for path in _asked(rule=one)}
    told: set[Path] = set()
    for reference in rule.references:
        whole = (reference.root, *reference.path)
        last = len(whole) - 1 if reference.is_tested else len(whole)
        for size in range(2, last + 1):
            path = whole[:size]
            if is_optional(path) and path not in asked and path not in told:
                told.add(path)
                yield Unguarded(path)
                break


def _asked(rule: Rule) -> Iterator[Path]:
    for reference in rule.references:
        if reference.is_tested:
            yield (reference.root, *reference.path)
    for node in walk(rule.tree):
        if node.kind == "call" and node.name == "@in" and isinstance(node.parts[0].value, str):
            yield from ((*above, node.parts[0].value) for above in _path(node.parts[1]))


def _path(node: Node) -> Iterator[Path]:
    if node.kind == "select":
        yield from ((found.root, *found.path) for found in references(node))


def is_optional_in_entity(path: Path, scopes: Iterable[AppliesTo]) -> bool:
    """Tell whether *path*, which starts with ``entity``, may be absent from an entity that all *scopes* fit."""
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
