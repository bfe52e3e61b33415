"""Reads the workspace's catalog files into entities, their relations, and Waypost's own definitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from waypost.catalog.ingestion.details import conflict_problem, fault_problem, links_of, missing_problem
from waypost.catalog.ingestion.generated import generated_document, generated_ref
from waypost.catalog.ingestion.reading import SourceContent
from waypost.catalog.ingestion.sources import Sources, read_file
from waypost.catalog.ingestion.tracing import Links, Trace, trace
from waypost.catalog.model import Catalog, Definition, Entity, EntityRef
from waypost.catalog.rules.annotations import ORIGIN_LOCATION, without_scripts
from waypost.catalog.rules.relations import REVERSES, both_ways, declared
from waypost.core.errors import Problem
from waypost.core.garbage import collection_paused
from waypost.core.plugin import Loaded
from waypost.core.workspace import Workspace


def read_catalog(
    workspace: Workspace, url: str = "", others: Mapping[str, Entity] | None = None
) -> Loaded[Catalog]:
    """Load the catalog of *workspace* from its files alone.

    Where the web address of its files is given as *url*, entities say that they come from there.

    Args:
        others: Entities from elsewhere, with the relations that they have; what the files define comes before.
    """
    with collection_paused():
        reading = _Reading(Sources(workspace, url), others or {})
        found = trace(reading.sources, reading.sources.files(), reading.links)
        catalog = reading.catalog(found)
        return Loaded(catalog, sorted(reading.problems(found)))


@dataclass(slots=True)
class _Reading:
    """The files as they were read, each as if it were a root."""

    sources: Sources
    others: Mapping[str, Entity]
    contents: dict[str, SourceContent] = field(default_factory=dict)
    entities: dict[str, Entity] = field(default_factory=dict)
    conflicts: list[Problem] = field(default_factory=list)

    def links(self, path: str) -> Links:
        content = self.contents[path] = read_file(self.sources, path, self.sources.location(path))
        return links_of(path, content)

    def catalog(self, found: Trace) -> Catalog:
        """Return all that was found, with relations in place."""
        relations: dict[str, set[tuple[str, str]]] = {}
        for path in found.places:
            self._add(path, found, relations)
        for ref, other in self.others.items():
            self._add_other(ref, other, relations)
        entities = {
            ref: Entity(
                entity.ref,
                _stitched(entity.document, relations.get(ref, set())),
                entity.path,
                entity.line,
                entity.parents,
                entity.lines,
            )
            for ref, entity in sorted(self.entities.items())
        }
        definitions = (one for path in found.places for one in definitions_of(path, self.contents[path]))
        return Catalog(entities, tuple(definitions))

    def _add(self, path: str, found: Trace, relations: dict[str, set[tuple[str, str]]]) -> None:
        place, content = found.places[path], self.contents[path]
        origin = self.sources.location(place.origin)
        if place.is_root and content.entities:
            made = generated_ref(origin)
            self.entities.setdefault(made, Entity(EntityRef.parse(made), generated_document(made, origin)))
        for emitted in content.entities:
            first = self.entities.get(emitted.ref)
            if first is not None:
                winner = f"{first.path}:{first.line}"
                self.conflicts.append(conflict_problem(path, emitted.line, emitted.ref, winner))
                continue
            emitted.document["metadata"]["annotations"][ORIGIN_LOCATION] = str(origin)
            ref = EntityRef.parse(emitted.ref)
            self.entities[emitted.ref] = Entity(
                ref, emitted.document, path, emitted.line, place.parents, emitted.lines
            )
            for relation in both_ways(emitted.ref, emitted.relations):
                relations.setdefault(relation.source, set()).add((relation.type, relation.target))

    def _add_other(self, ref: str, other: Entity, relations: dict[str, set[tuple[str, str]]]) -> None:
        """Add what the entity *ref* from elsewhere says of itself; what others said of it, files may have changed."""
        if ref in self.entities:
            return
        self.entities[ref] = other
        for kind, target in declared(other.document):
            relations.setdefault(ref, set()).add((kind, target))
            relations.setdefault(target, set()).add((REVERSES[kind], ref))

    def problems(self, found: Trace) -> Iterator[Problem]:
        """Give what is wrong in the files that hold entities; ``catalog`` was called before."""
        for path in found.places:
            for fault in self.contents[path].faults:
                yield fault_problem(path, fault)
        yield from self.conflicts
        for path, targets in found.missing.items():
            for target in targets:
                yield missing_problem(path, target)


def definitions_of(path: str, content: SourceContent) -> Iterator[Definition]:
    """Give the definitions of Waypost's own kinds in the *content* of the file at *path*."""
    for defined in content.definitions:
        yield Definition.of(defined.document, path, defined.line, defined.lines)


def _stitched(document: Mapping[str, Any], relations: set[tuple[str, str]]) -> dict[str, Any]:
    """Return the entity as it is served: with its relations, and without addresses that run scripts."""
    served = [{"type": kind, "targetRef": target} for kind, target in sorted(relations)]
    return {**without_scripts(document), "relations": served}
