"""From the workspace's files to the database: only files that changed are read, only what they change is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from waypost.catalog import store
from waypost.catalog.ingestion import relationstore, sourcestore
from waypost.catalog.ingestion.details import missing_error
from waypost.catalog.ingestion.drafting import draft
from waypost.catalog.ingestion.files import FileRead, FileReading
from waypost.catalog.ingestion.generated import generated_document, generated_ref
from waypost.catalog.ingestion.leading import lead_elsewhere
from waypost.catalog.ingestion.reading import Target
from waypost.catalog.ingestion.scanning import Scan
from waypost.catalog.ingestion.sources import Sources
from waypost.catalog.ingestion.sourcestore import Source
from waypost.catalog.ingestion.spill import Spill
from waypost.catalog.ingestion.tracing import Place, Trace
from waypost.catalog.ingestion.writing import Writing, Written
from waypost.catalog.model import EntityRef, is_generated
from waypost.core.plugin import Progress

WORKSPACE = "workspace"


@dataclass(frozen=True, slots=True)
class Ingested:
    """What reading the workspace did to the catalog: how many entities there are, were written, and removed."""

    entities: int
    written: int
    removed: int


def ingest_workspace(connection: Connection, sources: Sources, at: datetime, progress: Progress) -> Ingested:
    """Bring the entities of the workspace's files up to date; the caller holds ``store.lock_entities``."""
    with closing(Spill()) as spill:
        written = _Ingesting(connection, sources, at, progress, spill).run()
    return Ingested(store.count_entities(connection), *written)


@dataclass(slots=True)
class _Ingesting:
    connection: Connection
    sources: Sources
    at: datetime
    progress: Progress
    spill: Spill
    known: dict[str, Source] = field(init=False)
    scan: Scan = field(init=False)
    reading: FileReading = field(init=False)
    numbers: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known = sourcestore.workspace_sources(self.connection)
        self.scan = Scan(self.sources, self.known, self.at)
        self.reading = FileReading(
            self.connection, self.sources, self.known, self.scan, self.progress, self.spill
        )

    def run(self) -> tuple[int, int]:
        """Read and write; return how many entities were written and removed."""
        files = self.sources.files()
        found = self.reading.read_changed(files)
        self._number(found)
        written = removed = 0
        anew = self._disputed(found)
        is_first = True
        while is_first or anew:
            for path in anew:
                self.reading.read(path, found.places[path])
            done = self._write(found, self.reading.reads if is_first else anew, is_first=is_first)
            written, removed = written + done.changed, removed + done.removed
            anew = [path for path in found.places if self.numbers[path] in done.waiting]
            outside = done.waiting - set(self.numbers.values())
            sourcestore.read_anew(self.connection, outside)
            sourcestore.set_due(self.connection, outside, self.at)
            is_first = False
        return written, removed

    def _number(self, found: Trace) -> None:
        self._adopt([path for path in found.places if path not in self.known])
        top = sourcestore.highest_source(self.connection)
        for path in found.places:
            source = self.known.get(path)
            top += source is None
            self.numbers[path] = source.id if source else top

    def _adopt(self, paths: Sequence[str]) -> None:
        """Take over what was read by its web address so far and is now a file of the workspace at one of *paths*."""
        locations = {self.sources.location(path): path for path in paths} if self.sources.url else {}
        for location, source in sourcestore.sources_by_key(self.connection, locations).items():
            if not source.path:
                path = locations[location]
                self.known[path] = replace(source, path=path, details={}, stamp="")
                sourcestore.leave_alone(self.connection, source.id)

    def _disputed(self, found: Trace) -> list[str]:
        """Return the files that define an entity which another has, but should not any more."""
        paths = {number: path for path, number in self.numbers.items()}
        conflicts = [c for c in relationstore.list_conflicts(self.connection) if c.source in paths]
        refs = {conflict.ref for conflict in conflicts}
        holders = {head.ref: head.source for head in store.heads_of_refs(self.connection, refs)}
        anew: list[str] = []
        for conflict in conflicts:
            path, holder = paths[conflict.source], paths.get(holders.get(conflict.ref) or 0)
            beats = holder is None or found.places[path].rank < found.places[holder].rank
            if beats and path not in self.reading.reads:
                anew.append(path)
        return list(dict.fromkeys(anew))

    def _write(
        self, found: Trace, paths: Sequence[str] | Mapping[str, FileRead], *, is_first: bool
    ) -> Written:
        ranks = {self.numbers[path]: place.rank for path, place in found.places.items()}
        writing = Writing(self.connection, self.at, ranks)
        for path in paths:
            if path in found.places:
                read = self.reading.reads[path]
                writing.put(self.numbers[path], read.drafts, read.kept)
                self._put_root(writing, path, found.places[path])
        if is_first:
            self._place(writing, found)
        else:
            self._put_sources(found, list(paths))
        return writing.finish()

    def _put_root(self, writing: Writing, path: str, place: Place) -> None:
        location = self.sources.location(path)
        ref = generated_ref(location)
        read = self.reading.reads[path]
        if place.is_root and (read.drafts or read.kept):
            writing.put_root(draft(ref, generated_document(ref, location)))
        elif path in self.known and self.known[path].roots == {WORKSPACE}:
            writing.delete([ref])
        if path in self.known and self.known[path].location != location:
            writing.delete([generated_ref(self.known[path].location)])

    def _place(self, writing: Writing, found: Trace) -> None:
        """Write the sources: new, changed and gone, what leads to each, and what is wrong in it."""
        self._put_sources(found, list(found.places))
        self._remove_sources(writing, found)
        moved = self._put_parents(found)
        writing.move(moved)
        for path, place in found.places.items():
            writing.touch(self._put_statuses(path, place, found.missing.get(path, [])))
        origins = {
            ref: str(self.sources.location(found.places[path].origin)) for ref, path in found.owners.items()
        }
        led = lead_elsewhere(
            self.connection, found.elsewhere, origins, numbers=set(self.numbers.values()), at=self.at
        )
        writing.move(led.new)
        writing.loosen(led.stale)

    def _put_sources(self, found: Trace, paths: Sequence[str]) -> None:
        rows = (self._source(path, found.places[path], found.missing.get(path, [])) for path in paths)
        changed = [row for row in rows if row != self.known.get(row.path)]
        sourcestore.put_sources(self.connection, changed, self.at)

    def _source(self, path: str, place: Place, missing: Sequence[Target]) -> Source:
        """Return the source of the file at *path* as it is now."""
        source, read = self.known.get(path), self.reading.reads.get(path)
        stamp = self.scan.stamps[path]
        if read is None:
            assert source is not None  # noqa: S101 - what was never read was read now
            details = dict(source.details)
            digest, error, failures = source.digest, source.error, source.failures
        else:
            details = dict(read.details)
            digest = self.scan.digest(path, read.links.includes)
            stamp = self.scan.stamp(path, read.links.includes)
            error = read.errors or None
            failures = (source.failures + 1 if source else 1) if error else 0
        details.pop("missing", None)
        if missing:
            details["missing"] = [list(target) for target in missing]
        roots = (source.roots if source else frozenset()) | {WORKSPACE}
        origin = str(self.sources.location(place.origin))
        return Source(
            self.numbers[path],
            str(self.sources.location(path)),
            path,
            " ".join(sorted(roots)),
            digest,
            stamp,
            origin,
            details,
            error,
            failures,
        )

    def _remove_sources(self, writing: Writing, found: Trace) -> None:
        """Drop the files that are gone; what somebody registered by its web address is read from there."""
        before = sourcestore.all_parents(self.connection) if self.known.keys() - found.places.keys() else {}
        for path, source in self.known.items():
            if path in found.places:
                continue
            others, refs = source.roots - {WORKSPACE}, set(before.get(source.id, ()))
            outside = self._led_to_from_outside(source, refs)
            if others or outside:
                left = replace(source, path="", root=" ".join(sorted(others)), digest="", stamp="")
                sourcestore.put_sources(self.connection, [left], self.at)
                sourcestore.set_due(self.connection, [source.id], self.at)
                sourcestore.take_parents(self.connection, [(source.id, ref) for ref in refs - outside])
                writing.delete({generated_ref(source.location)} - outside)
                writing.loosen([source.id])
            else:
                writing.drop([source.id])
                writing.delete([generated_ref(source.location)])

    def _put_parents(self, found: Trace) -> set[int]:
        """Write which Location entities lead to each file; return the sources that this changes."""
        before = sourcestore.all_parents(self.connection)
        put: list[tuple[int, str, bool]] = []
        take: list[tuple[int, str]] = []
        for path, place in found.places.items():
            number = self.numbers[path]
            old, new = set(before.get(number, ())), set(place.parents)
            put += ((number, ref, True) for ref in new - old)
            stale = old - new
            if stale and path in self.known:
                stale -= self._led_to_from_outside(self.known[path], stale)
            take += ((number, ref) for ref in stale)
        sourcestore.put_parents(self.connection, put)
        sourcestore.take_parents(self.connection, take)
        return {number for number, _, _ in put} | {number for number, _ in take}

    def _led_to_from_outside(self, source: Source, refs: Iterable[str]) -> set[str]:
        """Return those of the Locations *refs* that lead to *source* though no file of the workspace holds them."""
        inside = {None, *self.numbers.values(), *(known.id for known in self.known.values())}
        found = {head.ref for head in store.heads_of_refs(self.connection, refs) if head.source not in inside}
        if source.roots - {WORKSPACE}:
            found.update(ref for ref in refs if is_generated(EntityRef.parse(ref)))
        return found

    def _put_statuses(self, path: str, place: Place, missing: Sequence[Target]) -> set[str]:
        source, read = self.known.get(path), self.reading.reads.get(path)
        errors = list((read.errors if read else source and source.error) or ())
        kept = read.kept if read else self._kept_before(source)
        had = source is not None and (
            source.error or source.details.get("missing") or source.details.get("kept")
        )
        if not (errors or kept or missing or had):
            return set()
        items: dict[str, list[dict[str, str]]] = {ref: list(told) for ref, told in kept.items()}
        for target in missing:
            items.setdefault(target.ref, []).append(missing_error(target))
        for ref in place.parents:
            items.setdefault(ref, []).extend(errors)
        return relationstore.put_statuses(self.connection, self.numbers[path], items)

    def _kept_before(self, source: Source | None) -> Mapping[str, list[dict[str, str]]]:
        return source.details.get("kept", {}) if source else {}
