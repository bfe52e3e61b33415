"""Reading one source: from its text to entities, their relations, and where it leads. Pure: no file, no database."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import partial
from typing import Any, NamedTuple

from waypost.catalog.model import OWN_API_PREFIX, LineOf
from waypost.catalog.rules.annotations import PUBLIC_FORGES, Forges, LocationRef
from waypost.catalog.rules.faults import DocumentFault, RejectedError
from waypost.catalog.rules.placeholders import NAMES, fill_placeholders, filler, placeholders
from waypost.catalog.rules.relations import Declared, self_ref, unsorted_keys
from waypost.catalog.rules.search import Leaf, clashing_keys, leaves_of
from waypost.catalog.rules.verdict import ALLOWED_LOCATION_TYPES, location_targets, process
from waypost.core.yamlfile import YamlDocument, parse_yaml

OWN_API_VERSION = "waypost.dev/v1alpha1"
OWN_KINDS = ("Campaign", "Exemption", "FactSource", "Scorecard")
# A step that refuses a document: what its problems are called, and whether they are the source's, not the entity's.
STAGES: Mapping[str, tuple[str, bool]] = {
    "parse": ("catalog/envelope", True),
    "envelope": ("catalog/envelope", True),
    "emit": ("catalog/envelope", True),
    "preprocess": ("catalog/placeholder", False),
    "policy": ("catalog/format", False),
    "unrecognised": ("catalog/unknown-kind", False),
    "kind": ("catalog/spec", False),
    "other": ("catalog/location", False),
    "postprocess": ("catalog/reference", False),
}

ReadText = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Emitted:
    """One entity that a source holds, without what the catalog adds: relations there and back, uid, etag, status.

    ``leaves`` are what its search rows are made of.
    """

    ref: str
    document: dict[str, Any]
    relations: tuple[Declared, ...]
    line: int
    lines: LineOf = field(compare=False, repr=False)
    leaves: list[Leaf] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Defined:
    """One document of Waypost's own kinds."""

    document: dict[str, Any]
    line: int
    lines: LineOf = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class SourceFault:
    """One thing wrong in a source.

    ``ref`` names the entity whose document it is, "" where that cannot be told. ``is_whole`` tells a fault of
    the source itself (broken YAML, a document that is no entity at all) from one of an entity. ``cause`` is why
    the document ``value`` was rejected, where a step of processing did.
    """

    line: int
    rule: str
    message: str
    fix: str = ""
    column: int = 0
    ref: str = ""
    is_whole: bool = False
    cause: RejectedError | None = field(default=None, compare=False, repr=False)
    value: Any = field(default=None, compare=False, repr=False)


class Target(NamedTuple):
    """What a Location entity leads to: the entity's reference, and type and target as they are written."""

    ref: str
    type: str
    target: str
    is_required: bool
    line: int


@dataclass(frozen=True, slots=True)
class SourceContent:
    """All that a source holds. ``includes`` are the targets that its placeholders take in, as written."""

    entities: tuple[Emitted, ...] = ()
    definitions: tuple[Defined, ...] = ()
    faults: tuple[SourceFault, ...] = ()
    targets: tuple[Target, ...] = ()
    includes: tuple[str, ...] = ()


def read_source(
    text: str | bytes,
    location: LocationRef,
    origin: LocationRef,
    *,
    location_types: Collection[str] = ALLOWED_LOCATION_TYPES,
    fill: ReadText | None = None,
    forges: Forges = PUBLIC_FORGES,
) -> SourceContent:
    """Return what the *text* of the source at *location*, reached from *origin*, holds.

    What is wrong in one document hides no other; whether the source counts at all is for the caller to say.

    Args:
        location_types: Which types a Location entity may have beside that of *location*.
        fill: Returns the text of what a placeholder names, as written; its ``WaypostError`` becomes a fault.
            Without it placeholders stay as they are.
        forges: The hosts where it is known at which address a file is edited.
    """
    documents, faults = parse_yaml(text)
    reading = _Reading(
        location, origin, location_types, fill if _may_hold_placeholders(text) else None, forges
    )
    for fault in faults:
        told = SourceFault(fault.line, "catalog/yaml", fault.message, column=fault.column, is_whole=True)
        reading.faults.append(told)
    for document in documents:
        reading.take(document)
    return reading.content()


@dataclass(slots=True)
class _Reading:
    """What was found so far in one source."""

    location: LocationRef
    origin: LocationRef
    location_types: Collection[str]
    fill: ReadText | None
    forges: Forges = PUBLIC_FORGES
    entities: dict[str, Emitted] = field(default_factory=dict)
    definitions: list[Defined] = field(default_factory=list)
    faults: list[SourceFault] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    includes: list[str] = field(default_factory=list)

    def content(self) -> SourceContent:
        return SourceContent(
            tuple(self.entities.values()),
            tuple(self.definitions),
            tuple(self.faults),
            tuple(self.targets),
            tuple(dict.fromkeys(self.includes)),
        )

    def take(self, document: YamlDocument) -> None:
        """Add what *document* is: an entity, a definition of Waypost's own, or a fault."""
        value = document.value
        if self.fill is not None:
            found = (target for _, _, target in placeholders(value) if isinstance(target, str))
            self.includes += found
        if is_own(value):
            faults = list(_definition_faults(value))
            self._tell(document, ("catalog/definition", False), faults)
            if not faults:
                self.definitions.append(Defined(value, document.line, document.line_of))
            return
        try:
            if self.fill is not None:
                value = fill_placeholders(value, filler(self.fill))
            processed = process(value, self.location, self.origin, self.location_types, forges=self.forges)
        except RejectedError as error:
            self._tell(document, STAGES[error.stage], error.document_faults, cause=error)
            return
        self._add(document, processed.document, processed.declared)

    def _add(self, document: YamlDocument, entity: dict[str, Any], relations: tuple[Declared, ...]) -> None:
        leaves = leaves_of(entity)
        clashes = clashing_keys(leaves)
        if clashes:
            told = DocumentFault((), f"keys differ only in case: {', '.join(clashes)}", "Keep one spelling.")
            self._tell(document, ("catalog/case-clash", False), [told])
            return
        ref = self_ref(entity)
        if ref in self.entities:
            told = DocumentFault(
                ("metadata", "name"), f"'{ref}' is already defined in line {self.entities[ref].line}"
            )
            self._tell(document, ("catalog/duplicate", False), [told], is_named=False)
            return
        lines = partial(line_in, document)
        self.entities[ref] = Emitted(ref, entity, relations, document.line, lines, leaves)
        if entity["kind"] == "Location":
            self._follow(ref, entity["spec"], lines)

    def _follow(self, ref: str, spec: Mapping[str, Any], lines: LineOf) -> None:
        kind = spec.get("type", self.location.type)
        is_required = spec.get("presence", "required") == "required"
        for keys, target in location_targets(spec):
            self.targets.append(Target(ref, kind, target, is_required, lines(*keys)))

    def _tell(
        self,
        document: YamlDocument,
        stage: tuple[str, bool],
        faults: Iterable[DocumentFault],
        *,
        is_named: bool = True,
        cause: RejectedError | None = None,
    ) -> None:
        rule, is_whole = stage
        ref = _ref_of(document.value) if is_named else ""
        for fault in faults:
            line = line_in(document, *fault.keys)
            told = SourceFault(line, rule, fault.message, fault.fix, 0, ref, is_whole, cause, document.value)
            self.faults.append(told)


def is_own(document: Any) -> bool:
    """Tell whether *document* is of one of Waypost's own kinds."""
    version = document.get("apiVersion") if isinstance(document, dict) else None
    return isinstance(version, str) and version.startswith(OWN_API_PREFIX)


def _may_hold_placeholders(text: str | bytes) -> bool:
    """Tell whether *text* names a placeholder, or has a dollar sign in hiding."""
    shown = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return any(name in shown for name in NAMES) or ("\\" in shown and "24" in shown)


def _ref_of(value: Any) -> str:
    """Return the reference of the entity that *value* would be, "" where it cannot be told."""
    metadata = value.get("metadata") if isinstance(value, dict) else None
    if not isinstance(metadata, dict):
        return ""
    parts = value.get("kind"), metadata.get("namespace") or "default", metadata.get("name")
    kind, namespace, name = (part.lower() if isinstance(part, str) else "" for part in parts)
    return f"{kind}:{namespace}/{name}" if kind and namespace and name else ""


def line_in(document: YamlDocument, *keys: str | int) -> int:
    """Return the line of what *keys* lead to in the entity that *document* became."""
    if not keys:
        return document.line
    spec = document.value.get("spec") if isinstance(document.value, dict) else None
    return document.line_of(*unsorted_keys(spec, keys))


def _definition_faults(value: dict[str, Any]) -> Iterator[DocumentFault]:
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
