"""Reads the workspace's catalog files into entities, their relations, and Waypost's own definitions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import partial
from typing import Any

from waypost.catalog.annotations import EDIT_URL, REJECTED_URL, VIEW_URL, LocationRef, is_script
from waypost.catalog.faults import DocumentFault, Keys, RejectedError
from waypost.catalog.garbage import collection_paused
from waypost.catalog.model import DEFAULT_NAMESPACE, Catalog, Definition, Entity, EntityRef
from waypost.catalog.placeholders import fill_placeholders
from waypost.catalog.relations import Relation, self_ref, stitch, unsorted_keys
from waypost.catalog.search import clashing_keys
from waypost.catalog.sources import Sources, is_own, resolve
from waypost.catalog.verdict import location_targets, process
from waypost.core.errors import InputError, NotFoundError, Problem
from waypost.core.plugin import Knowledge, Loaded
from waypost.core.settings import WORKSPACE_URL, Settings
from waypost.core.workspace import Workspace
from waypost.core.yamlfile import YamlDocument, parse_yaml

OWN_API_VERSION = "waypost.dev/v1alpha1"
OWN_KINDS = ("Exemption", "FactSource", "Scorecard")
# A Location in the workspace may name files beside it, whatever address the workspace has on the web.
LOCATION_TYPES = ("url", "file")


def load_catalog(workspace: Workspace, knowledge: Knowledge) -> Loaded[Catalog]:
    """Load every YAML file below ``catalog/``. What is wrong in one place hides nothing elsewhere."""
    url = knowledge[Settings][WORKSPACE_URL] if Settings in knowledge else ""
    return read_catalog(workspace, url)


def read_catalog(workspace: Workspace, url: str = "") -> Loaded[Catalog]:
    """Load the catalog of *workspace*.

    Where the web address of its files is given as *url*, entities say that they come from there.
    """
    with collection_paused():
        return _read(Sources(workspace, url))


def _read(sources: Sources) -> Loaded[Catalog]:
    sources.read()
    reading = _Reading(sources)
    for path in sources.roots():
        reading.add_root(path)
    problems = [problem for file in sources.files.values() for problem in file.problems]
    included = sources.included()
    kept = [problem for problem in (*problems, *reading.problems) if problem.path not in included]
    return Loaded(reading.catalog(), kept)


@dataclass(slots=True)
class _Reading:
    """What was found so far, while files are read."""

    sources: Sources
    entities: dict[str, Entity] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    found_in: dict[str, list[str]] = field(default_factory=dict)

    def catalog(self) -> Catalog:
        """Return all that was found, with relations in place."""
        stitched = stitch(self.relations)
        entities = {
            ref: replace(entity, document=_stitched(entity.document, stitched.get(ref, [])))
            for ref, entity in sorted(self.entities.items())
        }
        return Catalog(entities, tuple(self.definitions))

    def add_root(self, path: str) -> None:
        """Read the file *path*, which a Location that Waypost makes leads to."""
        origin = self._location(path)
        digest = hashlib.sha1(str(origin).encode(), usedforsecurity=False).hexdigest()
        ref = EntityRef("location", DEFAULT_NAMESPACE, f"generated-{digest}")
        document = {
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Location",
            "metadata": {"name": ref.name, "namespace": DEFAULT_NAMESPACE},
            "spec": {"type": origin.type, "target": origin.target},
        }
        self.add_file(path, str(ref), origin)
        if self.found_in[path]:
            self.entities[str(ref)] = Entity(ref, process(document, origin, origin).document)

    def add_file(self, path: str, parent: str, origin: LocationRef) -> None:
        """Read the file *path*, or, when that was done, only note that *parent* leads to it too."""
        if path in self.found_in:
            for ref in self.found_in[path]:
                entity = self.entities[ref]
                if parent not in entity.parents:
                    self.entities[ref] = replace(entity, parents=(*entity.parents, parent))
            return
        self.found_in[path] = []
        for document in self.sources.file(path).documents:
            self._add_document(path, document, parent, origin)

    def _add_document(self, path: str, document: YamlDocument, parent: str, origin: LocationRef) -> None:
        if is_own(document.value):
            self._add_definition(path, document)
            return
        try:
            value = self._filled(path, document.value)
            processed = process(value, self._location(path), origin, LOCATION_TYPES)
        except RejectedError as error:
            self._tell(path, document, f"catalog/{_RULES[error.stage]}", error.document_faults)
            return
        clashes = clashing_keys(processed.document)
        if clashes:
            told = DocumentFault((), f"keys differ only in case: {', '.join(clashes)}", "Keep one spelling.")
            self._tell(path, document, "catalog/case-clash", [told])
            return
        ref = self_ref(processed.document)
        if str(ref) in self.entities:
            first = self.entities[str(ref)]
            told = DocumentFault(
                ("metadata", "name"), f"'{ref}' is already defined in {first.path}:{first.line}"
            )
            self._tell(path, document, "catalog/duplicate", [told])
            return
        entity = Entity(ref, processed.document, path, document.line, (parent,), partial(_line_of, document))
        self.entities[str(ref)] = entity
        self.relations += processed.relations
        self.found_in[path].append(str(ref))
        if ref.kind == "location":
            self._follow(entity, document, origin)

    def _follow(self, entity: Entity, document: YamlDocument, origin: LocationRef) -> None:
        is_required = entity.spec.get("presence", "required") == "required"
        for keys, target in location_targets(entity.spec):
            paths = self.sources.targets(entity.path, target)
            if paths is not None and not paths and is_required:
                told = DocumentFault(keys, f"the target '{target}' does not exist in this workspace")
                self._tell(entity.path, document, "catalog/missing-target", [told])
            for path in paths or ():
                self.add_file(path, str(entity.ref), origin)

    def _add_definition(self, path: str, document: YamlDocument) -> None:
        faults = list(_definition_faults(document.value))
        self._tell(path, document, "catalog/definition", faults)
        if not faults:
            value = document.value
            self.definitions.append(
                Definition(
                    value["apiVersion"],
                    value["kind"],
                    value["metadata"]["name"],
                    value,
                    path,
                    document.line,
                    document.line_of,
                )
            )

    def _filled(self, path: str, value: Any) -> Any:
        if not self.sources.file(path).may_hold_placeholders:
            return value
        return fill_placeholders(value, partial(_fill, self.sources, path))

    def _location(self, path: str) -> LocationRef:
        if self.sources.url:
            return LocationRef("url", self.sources.url + path)
        return LocationRef("file", self.sources.base + path)

    def _tell(self, path: str, document: YamlDocument, rule: str, faults: Iterable[DocumentFault]) -> None:
        for fault in faults:
            line = _line_of(document, *fault.keys)
            self.problems.append(Problem(path, line, rule, fault.message, fault.fix))


_RULES = {
    "parse": "envelope",
    "envelope": "envelope",
    "emit": "envelope",
    "preprocess": "placeholder",
    "policy": "format",
    "unrecognised": "unknown-kind",
    "kind": "spec",
    "other": "location",
    "postprocess": "reference",
}


def _line_of(document: YamlDocument, *keys: str | int) -> int:
    """Return the line of what *keys* lead to in the entity that *document* became."""
    if not keys:
        return document.line
    spec = document.value.get("spec") if isinstance(document.value, dict) else None
    return document.line_of(*unsorted_keys(spec, keys))


def _stitched(document: Mapping[str, Any], relations: list[dict[str, str]]) -> dict[str, Any]:
    """Return the entity as it is served: with its relations, and without addresses that run scripts."""
    metadata = document["metadata"]
    notes = metadata["annotations"]
    scripts = {
        name: REJECTED_URL for name in (VIEW_URL, EDIT_URL) if name in notes and is_script(notes[name])
    }
    if scripts:
        metadata = {**metadata, "annotations": {**notes, **scripts}}
    return {**document, "metadata": metadata, "relations": relations}


def _definition_faults(value: dict[str, Any]) -> Iterable[DocumentFault]:
    if value["apiVersion"] != OWN_API_VERSION:
        yield DocumentFault(
            ("apiVersion",), f"unknown version '{value['apiVersion']}'", f"Write {OWN_API_VERSION}."
        )
    kind = value.get("kind")
    if kind not in OWN_KINDS:
        near = get_close_matches(str(kind), OWN_KINDS, n=1)
        hint = f"Did you mean '{near[0]}'?" if near else f"The kinds are {', '.join(OWN_KINDS)}."
        yield DocumentFault(("kind",), f"unknown kind '{kind}'", hint)
    metadata = value.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    if not isinstance(name, str) or not name:
        yield DocumentFault(("metadata",), "'metadata.name' must be a text that is not empty", "Add 'name'.")


def _fill(  # noqa: PLR0917 - what placeholders hand over, behind where they stand
    sources: Sources, path: str, name: str, target: Any, keys: Keys
) -> Any:
    """Return what the placeholder *name* takes in from the file *target*."""
    if not isinstance(target, str):
        raise RejectedError("preprocess", [DocumentFault(keys, f"'{name}' must name a file")])
    try:
        text = sources.workspace.read_text(resolve(path, target))
    except (NotFoundError, InputError) as error:
        raise RejectedError("preprocess", [DocumentFault(keys, f"'{name}': {error}")]) from error
    if name == "$text":
        return text
    if name == "$json":
        try:
            return json.loads(text)
        except ValueError as error:
            raise RejectedError(
                "preprocess", [DocumentFault(keys, f"'{target}' is not JSON: {error}")]
            ) from error
    documents, faults = parse_yaml(text)
    if faults or len(documents) != 1:
        found = faults[0].message if faults else f"it holds {len(documents)} documents, not one"
        raise RejectedError("preprocess", [DocumentFault(keys, f"'{target}' cannot be taken in: {found}")])
    return documents[0].value
