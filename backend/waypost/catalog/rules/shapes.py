"""What each kind of entity must and may have in its ``spec`` (Backstage catalog model)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from waypost.catalog.rules.faults import DocumentFault, Keys, describe
from waypost.catalog.rules.template import TEMPLATE_SPEC, Schema, schema_faults

BACKSTAGE_VERSIONS = frozenset({"backstage.io/v1alpha1", "backstage.io/v1beta1"})
TEMPLATE_VERSION = "scaffolder.backstage.io/v1beta3"
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields that a kind's ``spec`` has: texts and lists of texts, each required or not."""

    required: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    required_lists: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    profile: bool = False
    presence: bool = False


SHAPES: Mapping[str, Shape] = {
    "Component": Shape(
        required=("type", "lifecycle", "owner"),
        texts=("system", "subcomponentOf"),
        lists=("providesApis", "consumesApis", "dependsOn"),
    ),
    "API": Shape(required=("type", "lifecycle", "owner", "definition"), texts=("system",)),
    "Resource": Shape(required=("type", "owner"), texts=("system",), lists=("dependsOn",)),
    "System": Shape(required=("owner",), texts=("domain", "type")),
    "Domain": Shape(required=("owner",), texts=("subdomainOf", "type")),
    "Group": Shape(
        required=("type",), texts=("parent",), required_lists=("children",), lists=("members",), profile=True
    ),
    "User": Shape(required_lists=("memberOf",), profile=True),
    "Location": Shape(texts=("type", "target"), lists=("targets",), presence=True),
}
KINDS = (*SHAPES, "Template")
_PROFILE: Schema = {
    "type": "object",
    "properties": {name: {"type": "string", "minLength": 1} for name in ("displayName", "email", "picture")},
}


def is_recognised(kind: str, api_version: str) -> bool:
    """Tell whether some rule reads entities of *kind* in *api_version*."""
    if kind == "Template":
        return api_version == TEMPLATE_VERSION
    return kind in SHAPES and api_version in BACKSTAGE_VERSIONS


def spec_faults(kind: str, document: Mapping[str, Any]) -> Iterator[DocumentFault]:
    """Find what is wrong with the ``spec`` of a *document* of a recognised *kind*."""
    # That a spec is an object, where there is one, was looked at for all kinds alike.
    spec = document.get("spec")
    if spec is None:
        yield _missing((), "spec")
    elif kind == "Template":
        yield from schema_faults(TEMPLATE_SPEC, spec, ("spec",))
    else:
        yield from _shape_faults(SHAPES[kind], spec)


def _shape_faults(shape: Shape, spec: Mapping[str, Any]) -> Iterator[DocumentFault]:
    for name in (*shape.required, *shape.required_lists):
        if name not in spec:
            yield _missing(("spec",), name)
    for name in (*shape.required, *shape.texts):
        value = spec.get(name, _MISSING)
        if value is not _MISSING and (value.__class__ is not str or not value):
            yield _mistyped(("spec", name), "a text that is not empty", value)
    for name in (*shape.required_lists, *shape.lists):
        if name in spec:
            yield from text_list_faults(("spec", name), spec[name])
    if shape.profile and "profile" in spec:
        yield from schema_faults(_PROFILE, spec["profile"], ("spec", "profile"))
    if shape.presence and spec.get("presence", "required") not in ("required", "optional"):
        yield DocumentFault(("spec", "presence"), "must be 'required' or 'optional'")


def text_list_faults(keys: Keys, value: object) -> Iterator[DocumentFault]:
    """Find what keeps *value* from being a list of texts, none of them empty."""
    if not isinstance(value, list):
        yield _mistyped(keys, "a list of texts", value)
        return
    for at, item in enumerate(value):
        if item.__class__ is not str or not item:
            yield _mistyped((*keys, at), "a text that is not empty", item)


def _missing(keys: Keys, name: str) -> DocumentFault:
    return DocumentFault(keys, f"'{'.'.join(map(str, (*keys, name)))}' is missing", f"Add '{name}'.")


def _mistyped(keys: Keys, wanted: str, value: object) -> DocumentFault:
    found = "empty" if value == "" else describe(value)
    return DocumentFault(keys, f"'{'.'.join(map(str, keys))}' must be {wanted}, but is {found}")
