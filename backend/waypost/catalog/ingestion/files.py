"""Reading the workspace's files that changed, each as reached from its root."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from waypost.catalog import store
from waypost.catalog.ingestion.details import details_of, kept_links, links_of, told_errors
from waypost.catalog.ingestion.drafting import Draft, draft_of
from waypost.catalog.ingestion.reading import SourceFault, Target
from waypost.catalog.ingestion.scanning import Scan
from waypost.catalog.ingestion.sources import Sources, read_file
from waypost.catalog.ingestion.sourcestore import Source
from waypost.catalog.ingestion.spill import Spill
from waypost.catalog.ingestion.tracing import Links, Place, Trace, trace
from waypost.core.plugin import Progress


@dataclass(frozen=True, slots=True)
class FileRead:
    """What was read of one file; ``kept`` are the entities that it can no longer read, with what is wrong."""

    origin: str
    links: Links
    drafts: Sequence[Draft]
    details: dict[str, Any]
    errors: list[dict[str, str]]
    kept: Mapping[str, list[dict[str, str]]]


@dataclass(slots=True)
class FileReading:
    """What is read of the workspace's files. ``known`` are the sources of before, by path."""

    connection: Connection
    sources: Sources
    known: Mapping[str, Source]
    scan: Scan
    progress: Progress
    spill: Spill
    reads: dict[str, FileRead] = field(default_factory=dict)

    def read_changed(self, files: Sequence[str]) -> Trace:
        """Read every file that changed, or that another root leads to now; return how all hang together."""
        while True:
            found = trace(self.sources, files, self._links)
            waiting = [path for path, place in found.places.items() if self._is_due(path, place)]
            before = {path: self._links(path) for path in waiting}
            for path in self.progress.track(waiting, "Reading files", len(waiting)) if waiting else ():
                self.read(path, found.places[path])
            if all(self.reads[path].links == links for path, links in before.items()):
                return found

    def _links(self, path: str) -> Links:
        if path in self.reads:
            return self.reads[path].links
        if not self.scan.is_changed(path):
            return kept_links(self.known[path].details)
        if not self.scan.is_leading(path):
            return Links()
        return self.read(path, None).links

    def _is_due(self, path: str, place: Place) -> bool:
        origin = str(self.sources.location(place.origin))
        if path in self.reads:
            return self.reads[path].origin != origin
        return self.scan.is_changed(path) or self.known[path].origin != origin

    def read(self, path: str, place: Place | None) -> FileRead:
        """Read the file at *path*; without a *place* as if its root were the one of before, or itself."""
        source = self.known.get(path)
        if place is not None:
            origin = self.sources.location(place.origin)
        elif source and source.key == str(self.sources.location(path)):
            origin = source.origin_location
        else:
            origin = self.sources.location(path)
        content = read_file(self.sources, path, origin)
        links = links_of(path, content)
        drafts = [
            drafted._replace(parts=self.spill.put(drafted.parts.load()))
            for drafted in map(draft_of, content.entities)
        ]
        kept = self._kept(path, content.faults, {drafted.ref for drafted in drafts})
        links = Links((*links.targets, *self._kept_targets(path, kept)), links.includes)
        errors = told_errors(path, [fault for fault in content.faults if fault.is_whole])
        details = details_of(content, links) | ({"kept": kept} if kept else {})
        self.reads[path] = FileRead(str(origin), links, drafts, details, errors, kept)
        return self.reads[path]

    def _kept(
        self, path: str, faults: Sequence[SourceFault], refs: set[str]
    ) -> dict[str, list[dict[str, str]]]:
        """Return what the file had and can no longer be read from it, by reference, with what is wrong."""
        source = self.known.get(path)
        if source is None or not faults:
            return {}
        held = {head.ref for head in store.heads_of_sources(self.connection, [source.id])} - refs
        named = {
            ref: told_errors(path, [fault for fault in faults if fault.ref == ref])
            for ref in {fault.ref for fault in faults} & held
        }
        nameless = [fault for fault in faults if fault.is_whole and not fault.ref]
        rest = dict.fromkeys(held - named.keys(), told_errors(path, nameless)) if nameless else {}
        return named | rest

    def _kept_targets(self, path: str, kept: Mapping[str, object]) -> tuple[Target, ...]:
        if not kept:
            return ()
        return tuple(t for t in kept_links(self.known[path].details).targets if t.ref in kept)
