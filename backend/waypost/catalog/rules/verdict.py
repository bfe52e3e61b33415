"""Whether a document is an entity, and what it becomes: Backstage's processing pipeline, step by step."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from waypost.catalog.refs import DEFAULT_NAMESPACE
from waypost.catalog.rules.annotations import (
    LOCATION,
    ORIGIN_LOCATION,
    PUBLIC_FORGES,
    Forges,
    LocationRef,
    location_annotations,
)
from waypost.catalog.rules.envelope import envelope_faults, policy_faults
from waypost.catalog.rules.faults import DocumentFault, RejectedError, describe, is_falsy
from waypost.catalog.rules.relations import Declared, Relation, both_ways, declared, self_ref, sort_lists
from waypost.catalog.rules.shapes import KINDS, is_recognised, spec_faults

ALLOWED_LOCATION_TYPES = ("url",)


@dataclass(frozen=True, slots=True)
class Processed:
    """An accepted entity: the document as the catalog keeps it, and the relations that it declares."""

    document: dict[str, Any]
    declared: tuple[Declared, ...]

    @property
    def relations(self) -> list[Relation]:
        """The relations that it declares, each followed by its reverse."""
        return list(both_ways(self_ref(self.document), self.declared))


def process(
    document: object,
    location: LocationRef,
    origin: LocationRef,
    location_types: Collection[str] = ALLOWED_LOCATION_TYPES,
    *,
    forges: Forges = PUBLIC_FORGES,
) -> Processed:
    """Take *document*, read from *location*, through every step that decides whether it is an entity.

    A Location entity may have the type of *location*, or one of *location_types*.

    Args:
        forges: The hosts where it is known at which address a file is edited.

    Raises:
        RejectedError: It is not; the faults are all those of the step that refused it.
    """
    if not isinstance(document, dict):
        message = f"a document must be an object, but this is {describe(document)}"
        raise RejectedError("parse", [DocumentFault((), message)])
    _refuse("envelope", envelope_faults(document))
    given = document["metadata"].get("annotations")
    if not isinstance(given, dict) and not is_falsy(given):
        message = f"'metadata.annotations' must be an object, but is {describe(given)}"
        raise RejectedError("emit", [DocumentFault(("metadata", "annotations"), message)])
    entity = _prepared(document, given or {}, location_annotations(location, origin, forges))
    _refuse("policy", policy_faults(entity))
    kind, version = entity["kind"], entity["apiVersion"]
    if not is_recognised(kind, version):
        raise RejectedError("unrecognised", [_foreign(kind, version)])
    _refuse("kind", spec_faults(kind, entity))
    if kind == "Location":
        _refuse("other", _location_faults(entity["spec"], location, location_types))
    return Processed(entity, declared(entity))


def _refuse(stage: str, faults: Iterable[DocumentFault]) -> None:
    found = list(faults)
    if found:
        raise RejectedError(stage, found)


def _prepared(document: dict[str, Any], given: dict[str, Any], written: Mapping[str, str]) -> dict[str, Any]:
    forced = {name: written[name] for name in (LOCATION, ORIGIN_LOCATION)}
    metadata = {**document["metadata"], "annotations": {**written, **given, **forced}}
    metadata.setdefault("namespace", DEFAULT_NAMESPACE)
    entity = {**document, "metadata": metadata}
    if isinstance(entity.get("spec"), dict):
        entity["spec"] = sort_lists(entity["spec"])
    return entity


def _foreign(kind: str, version: str) -> DocumentFault:
    near = get_close_matches(kind, KINDS, n=1)
    if kind in KINDS:
        return DocumentFault(("apiVersion",), f"'{version}' is no version of {kind} that is known here")
    fix = f"Did you mean '{near[0]}'?" if near else f"The kinds are {', '.join(KINDS)}."
    return DocumentFault(("kind",), f"unknown kind '{kind}' in '{version}'", fix)


def _location_faults(
    spec: Mapping[str, Any], location: LocationRef, allowed: Collection[str]
) -> Iterable[DocumentFault]:
    kind = spec.get("type", location.type)
    if kind != location.type and kind not in allowed:
        yield DocumentFault(
            ("spec", "type"), f"a location of type '{kind}' cannot be reached from '{location}'"
        )
        return
    for keys, target in location_targets(spec):
        if kind == "file" and target.endswith("/"):
            yield DocumentFault(keys, f"the target '{target}' is a folder", "Name a file.")


def location_targets(spec: Mapping[str, Any]) -> Iterable[tuple[tuple[str | int, ...], str]]:
    """Give the keys and the text of each target of a Location's *spec*."""
    if spec.get("target"):
        yield ("spec", "target"), spec["target"]
    for at, target in enumerate(spec.get("targets") or ()):
        yield ("spec", "targets", at), target
