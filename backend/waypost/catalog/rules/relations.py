"""The relations that an entity's ``spec`` declares, and those that it gets back from what others declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from waypost.catalog.refs import DEFAULT_NAMESPACE, ref_text
from waypost.catalog.rules.faults import DocumentFault, Keys, RejectedError, is_falsy
from waypost.core.errors import InputError


class Relation(NamedTuple):
    """One arrow between two entities, named by their references."""

    source: str
    type: str
    target: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of ``spec`` that holds references: what relations each gives, there and back."""

    name: str
    default_kind: str | None
    forward: str
    reverse: str


_OWNER = Field("owner", "Group", "ownedBy", "ownerOf")
_SYSTEM = Field("system", "System", "partOf", "hasPart")
_DEPENDS = Field("dependsOn", None, "dependsOn", "dependencyOf")
_DEPENDENCY = Field("dependencyOf", None, "dependencyOf", "dependsOn")
FIELDS: Mapping[str, tuple[Field, ...]] = {
    "Component": (
        _OWNER,
        Field("subcomponentOf", "Component", "partOf", "hasPart"),
        Field("providesApis", "API", "providesApi", "apiProvidedBy"),
        Field("consumesApis", "API", "consumesApi", "apiConsumedBy"),
        _DEPENDS,
        _DEPENDENCY,
        _SYSTEM,
    ),
    "API": (_OWNER, _SYSTEM),
    "Resource": (_OWNER, _DEPENDS, _DEPENDENCY, _SYSTEM),
    "User": (Field("memberOf", "Group", "memberOf", "hasMember"),),
    "Group": (
        Field("parent", "Group", "childOf", "parentOf"),
        Field("children", "Group", "parentOf", "childOf"),
        Field("members", "User", "hasMember", "memberOf"),
    ),
    "System": (_OWNER, Field("domain", "Domain", "partOf", "hasPart")),
    "Domain": (_OWNER, Field("subdomainOf", "Domain", "partOf", "hasPart")),
    "Template": (_OWNER,),
}
SORTED_LISTS = (
    "providesApis",
    "consumesApis",
    "dependsOn",
    "dependencyOf",
    "memberOf",
    "children",
    "members",
)


Declared = tuple[str, str]
"""A relation as the one who declares it has it: its type, and the reference of what it leads to."""
REVERSES: Mapping[str, str] = {field.forward: field.reverse for fields in FIELDS.values() for field in fields}
"""The type that a declared relation has on its way back."""


def self_ref(document: Mapping[str, Any]) -> str:
    """Return the reference of the entity *document*."""
    metadata = document["metadata"]
    namespace = metadata.get("namespace") or DEFAULT_NAMESPACE
    return f"{document['kind'].lower()}:{namespace.lower()}/{metadata['name'].lower()}"


def targets_of(document: Mapping[str, Any], field: Field) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Give the keys and the value of each reference that *field* of the ``spec`` holds."""
    value = (document.get("spec") or {}).get(field.name)
    if is_falsy(value):
        return
    if not isinstance(value, list):
        yield ("spec", field.name), value
        return
    for at, item in enumerate(value):
        yield ("spec", field.name, at), item


def declared(document: Mapping[str, Any]) -> tuple[Declared, ...]:
    """Return the relations that *document* declares, in the order of its fields.

    Raises:
        RejectedError: A reference cannot be read.
    """
    namespace = document["metadata"].get("namespace") or DEFAULT_NAMESPACE
    found: list[Declared] = []
    for field in FIELDS.get(document["kind"], ()):
        for keys, value in targets_of(document, field):
            try:
                found.append((field.forward, ref_text(value, field.default_kind, namespace)))
            except InputError as error:
                path = ".".join(map(str, keys))
                fault = DocumentFault(keys, f"'{path}': {error}", "Write <kind>:<namespace>/<name>.")
                raise RejectedError("postprocess", [fault]) from error
    return tuple(found)


def both_ways(source: str, relations: tuple[Declared, ...]) -> Iterator[Relation]:
    """Give each of the *relations* that the entity *source* declares, and its reverse."""
    for kind, target in relations:
        yield Relation(source, kind, target)
        yield Relation(target, REVERSES[kind], source)


def sort_lists(spec: dict[str, Any]) -> dict[str, Any]:
    """Return *spec* with its lists of references sorted as JavaScript sorts texts."""
    changed = {}
    for name in SORTED_LISTS:
        value = spec.get(name)
        if value and isinstance(value, list) and all(item.__class__ is str for item in value):
            changed[name] = sorted(value, key=_code_units)
    return {**spec, **changed} if changed else spec


def unsorted_keys(spec: object, keys: Keys) -> Keys:
    """Return where in the *spec* that its author wrote stands what *keys* lead to after sorting."""
    names = keys[1:3]
    value = spec.get(names[0]) if isinstance(spec, dict) and len(names) > 1 else None
    if (
        keys[:1] != ("spec",)
        or names[:1] == ()
        or names[0] not in SORTED_LISTS
        or not isinstance(value, list)
    ):
        return keys
    if not isinstance(names[1], int) or not all(item.__class__ is str for item in value):
        return keys
    written = value.index(sorted(value, key=_code_units)[names[1]])
    return (*keys[:2], written, *keys[3:])


def _code_units(text: str) -> bytes:
    return text.encode("utf-16-be", "surrogatepass")
