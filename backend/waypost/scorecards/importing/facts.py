"""Facts of Tech Insights: which of ours they become, of what type, or which part of the catalog says the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from waypost.scorecards.importing.operands import KINDS, TEXT, Operand, UnsupportedError, constant

_OWNER = "has(entity.spec.owner) && entity.spec.owner != ''"
_ANNOTATION = "'{0}' in entity.metadata.annotations && entity.metadata.annotations['{0}'] != ''"
BUILT_IN: Final[Mapping[tuple[str, str], str]] = {
    (
        "entityMetadataFactRetriever",
        "hasTitle",
    ): "(has(entity.metadata.title) && entity.metadata.title != '')",
    ("entityMetadataFactRetriever", "hasDescription"): (
        "(has(entity.metadata.description) && entity.metadata.description != '')"
    ),
    ("entityMetadataFactRetriever", "hasTags"): "(size(entity.metadata.tags) > 0)",
    ("entityOwnershipFactRetriever", "hasOwner"): f"({_OWNER})",
    (
        "entityOwnershipFactRetriever",
        "hasGroupOwner",
    ): f"({_OWNER} && !entity.spec.owner.startsWith('user:'))",
    ("techdocsFactRetriever", "hasAnnotationBackstageIoTechdocsRef"): (
        f"({_ANNOTATION.format('backstage.io/techdocs-ref')})"
    ),
    ("techdocsFactRetriever", "hasAnnotationBackstageIoTechdocsEntity"): (
        f"({_ANNOTATION.format('backstage.io/techdocs-entity')})"
    ),
}
"""What the retrievers that come with Tech Insights look at is in the catalog: nobody has to push it."""

_TYPES: Final = {"float": "number", "datetime": "timestamp", "set": "list"}
"""Names of types that are others here."""
_ORDERED: Final = ("lessThan", "greaterThan")
_LISTS: Final = ("contains", "doesNotContain")
_SAME: Final = ("equal", "notEqual", "in", "notIn")


@dataclass(slots=True)
class FactTypes:
    """What is known of facts: their types by retriever and name, and the retrievers in their order.

    ``needed`` is filled with the path and type of each fact that was asked for.
    """

    declared: Mapping[tuple[str, str], str] = field(default_factory=dict)
    descriptions: Mapping[tuple[str, str], str] = field(default_factory=dict)
    guessed: Mapping[tuple[str, str], str] = field(default_factory=dict)
    needed: dict[str, tuple[str, str]] = field(default_factory=dict)
    _owners: dict[str, tuple[str, str]] = field(default_factory=dict)

    def find(self, name: str, params: Mapping[str, Any], retrievers: list[str]) -> Operand:
        """Return what the fact called *name* is here.

        Raises:
            UnsupportedError: Which retriever gives it, or its type, cannot be told.
        """
        retriever = self._retriever(name, params, retrievers)
        built_in = BUILT_IN.get((retriever, name))
        if built_in:
            return Operand(built_in, "boolean")
        found = self.declared.get((retriever, name)) or self.guessed.get((retriever, name), "")
        if found not in KINDS:
            told = f"nothing tells the type of fact '{name}'; name the answer of /fact-schemas as well"
            raise UnsupportedError(told)
        path = f"{_word(retriever)}.{_word(name)}"
        owner = self._owners.setdefault(path, (retriever, name))
        if owner != (retriever, name):
            raise UnsupportedError(f"facts '{owner[1]}' and '{name}' would both be {path}")
        self.needed[path] = (_TYPES.get(found, found), self.descriptions.get((retriever, name), ""))
        return Operand(f"facts.{path}", KINDS[found])

    def _retriever(self, name: str, params: Mapping[str, Any], retrievers: list[str]) -> str:
        if unknown := sorted(params.keys() - {"factRetrieverId"}):
            raise UnsupportedError(
                f"fact '{name}' has params that only its retriever knows: {', '.join(unknown)}"
            )
        if "factRetrieverId" in params:
            return str(params["factRetrieverId"])
        known = [one for one in retrievers if (one, name) in self.declared or (one, name) in BUILT_IN]
        if len(retrievers) == 1 or known:
            # Facts of several are merged, the later over the earlier.
            return (known or retrievers)[-1]
        told = f"nothing tells which of {', '.join(retrievers) or 'no retrievers'} gives fact '{name}'"
        raise UnsupportedError(told)


def guess_types(uses: Iterable[tuple[tuple[str, str], str]]) -> dict[tuple[str, str], str]:
    """Return the type of each fact that its *uses* agree on; facts that they do not agree on are left out."""
    found: dict[tuple[str, str], set[str]] = {}
    for fact, kind in uses:
        if kind:
            found.setdefault(fact, set()).add(kind)
    return {fact: kinds.pop() for fact, kinds in found.items() if len(kinds) == 1}


def uses_in(conditions: Any, retrievers: list[str]) -> Iterator[tuple[tuple[str, str], str]]:
    """Give each use of a fact in *conditions*, with the type that it speaks for, "" for none."""
    if not isinstance(conditions, Mapping):
        return
    for group in ("any", "all", "not"):
        parts = conditions.get(group)
        for part in parts if isinstance(parts, list) else [parts]:
            yield from uses_in(part, retrievers)
    if "fact" in conditions:
        params = conditions.get("params")
        named = params.get("factRetrieverId") if isinstance(params, Mapping) else None
        for retriever in [str(named)] if named else retrievers:
            yield (retriever, str(conditions["fact"])), _use(conditions)


def _use(condition: Mapping[str, Any]) -> str:
    operator, value = str(condition.get("operator", "")), condition.get("value")
    if condition.get("path"):
        return "object"
    decorators, _, plain = operator.rpartition(":")
    if plain in _LISTS or "Fact" in decorators:
        return "list"
    is_known = plain in _SAME or plain.startswith(_ORDERED)
    if not is_known or "swap" in decorators or isinstance(value, Mapping):
        return ""
    values = (
        value if isinstance(value, list) and (plain in {"in", "notIn"} or "Value" in decorators) else [value]
    )
    kinds = {constant(one).kind for one in values}
    if plain.startswith(_ORDERED) and kinds == {TEXT}:
        return ""
    return kinds.pop() if len(kinds) == 1 and kinds <= {"number", "string", "boolean"} else ""


def _word(name: str) -> str:
    """Return *name* as a word of a fact's path."""
    parts = [part for part in re.split(r"[^A-Za-z0-9]+", name) if part]
    joined = "".join(part[0].upper() + part[1:] for part in parts)
    word = joined[:1].lower() + joined[1:]
    return word if word[:1].isalpha() else f"n{word}"
