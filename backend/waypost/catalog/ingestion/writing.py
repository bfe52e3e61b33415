"""One change of the catalog: which source has which entity, and what that makes of everything around it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection

from waypost.catalog import store
from waypost.catalog.ingestion import relationstore
from waypost.catalog.ingestion.drafting import Draft
from waypost.catalog.ingestion.loosening import unheld
from waypost.catalog.ingestion.relationstore import Conflict
from waypost.catalog.ingestion.sourcestore import (
    forget_sources,
    orphans,
    parents_of_sources,
    remove_parents,
    sources_led_to_by,
)
from waypost.catalog.ingestion.stitching import Stitching
from waypost.catalog.store import Head
from waypost.core.database import bump_revision, revision_of

# Where a source stands that is no file of the workspace: it takes no entity from another that has it.
_LAST: Final = 1 << 60


class Claim(NamedTuple):
    """A source that defines an entity; None for the catalog itself."""

    source: int | None
    draft: Draft


@dataclass(frozen=True, slots=True)
class Written:
    """What a change did: how many entities it wrote and removed.

    ``waiting`` are sources that define an entity which nobody has any more: they are to be read again.
    """

    changed: int
    removed: int
    waiting: frozenset[int]


@dataclass(slots=True)
class Writing:
    """What is to change, gathered; ``finish`` resolves and writes all of it, and counts one revision.

    Args:
        ranks: Of two sources that define the same entity, the one with the lower rank has it; a source
            without a rank leaves it to whoever has it.
    """

    connection: Connection
    at: datetime
    ranks: Mapping[int, int] = field(default_factory=dict)
    _puts: dict[int, tuple[Sequence[Draft], frozenset[str]]] = field(default_factory=dict)
    _roots: dict[str, Draft] = field(default_factory=dict)
    _deleted: set[str] = field(default_factory=set)
    _dropped: set[int] = field(default_factory=set)
    _touched: set[str] = field(default_factory=set)
    _moved: set[int] = field(default_factory=set)
    _loose: set[int] = field(default_factory=set)

    def put(self, source: int, drafts: Sequence[Draft], kept: Collection[str] = ()) -> None:
        """Let *source* hold *drafts*, and of what it held before only the entities *kept*."""
        self._puts[source] = drafts, frozenset(kept)

    def put_root(self, drafted: Draft) -> None:
        """Let there be the Location entity *drafted*, which the catalog makes."""
        self._roots[drafted.ref] = drafted
        self._deleted.discard(drafted.ref)

    def delete(self, refs: Iterable[str]) -> None:
        """Let there be no entities *refs*, until their sources are read again."""
        self._deleted.update(refs)
        for ref in self._deleted:
            self._roots.pop(ref, None)

    def drop(self, sources: Iterable[int]) -> None:
        """Let these sources be gone, with all that they hold."""
        self._dropped.update(sources)

    def touch(self, refs: Iterable[str]) -> None:
        """Look again at what is wrong with the entities *refs*."""
        self._touched.update(refs)

    def move(self, sources: Iterable[int]) -> None:
        """Look again at the parents of what *sources* hold."""
        self._moved.update(sources)

    def loosen(self, sources: Iterable[int]) -> None:
        """Something leads to these *sources* no longer: they go, with all below them, unless others hold them."""
        self._loose.update(sources)
        self._moved.update(self._loose)

    def finish(self) -> Written:
        """Write what changed, with everything that follows from it; the caller holds ``lock_entities``."""
        is_first = store.is_without_entities(self.connection)
        resolved = self._resolve(is_first=is_first)
        waiting = self._waiting(resolved.gone)
        revision = revision_of(self.connection, store.REVISION)
        number = revision.number + 1 if revision else 1
        stitching = Stitching(self.connection, number, is_first=is_first)
        stitching.remove(resolved.gone)
        parents = parents_of_sources(
            self.connection,
            self._moved | {c.source for c in resolved.wanted.values() if c.source is not None},
        )
        for ref, claim in resolved.wanted.items():
            stitching.add(
                claim.draft, claim.source, parents.get(claim.source or 0, []), resolved.held.get(ref)
            )
        moved = store.heads_of_sources(self.connection, () if is_first else self._moved)
        stitching.touch(self._touched | {head.ref for head in moved}, parents)
        changes = stitching.write()
        if changes.digest or revision is None:
            before = revision.etag if revision else ""
            etag = hashlib.sha1(f"{before}{changes.digest}".encode(), usedforsecurity=False).hexdigest()
            bump_revision(self.connection, store.REVISION, etag, self.at)
        return Written(changes.written, len(resolved.gone), waiting)

    def _resolve(self, *, is_first: bool) -> _Resolved:
        """Find who has what, and what is gone; sources that only Locations led to which are gone go too."""
        while True:
            resolving = _Resolving(self.connection, self.ranks, self._puts, self._dropped, is_first=is_first)
            resolved = resolving.resolve(self._roots, self._deleted)
            lost = [head.ref for head in resolved.gone if head.ref.startswith("location:")]
            if lost:
                self.loosen(sources_led_to_by(self.connection, lost))
                remove_parents(self.connection, lost)
            owners = {ref: claim.source for ref, claim in resolved.wanted.items()}
            loose, self._loose = self._loose, set()
            new = (orphans(self.connection) | unheld(self.connection, loose, owners)) - self._dropped
            if not new:
                break
            self._dropped |= new
        relationstore.replace_conflicts(self.connection, {*self._puts, *self._dropped}, resolved.conflicts)
        for source in self._dropped:
            self._touched |= relationstore.put_statuses(self.connection, source, {})
        forget_sources(self.connection, self._dropped)
        self._moved -= self._dropped
        return resolved

    def _waiting(self, gone: Iterable[Head]) -> frozenset[int]:
        refs = [head.ref for head in gone]
        found = relationstore.conflicts_over(self.connection, refs) if refs else []
        return frozenset(conflict.source for conflict in found)


@dataclass(frozen=True, slots=True)
class _Resolved:
    """Who has what: ``wanted`` are the entities to write, ``held`` what is kept of them and around them."""

    wanted: dict[str, Claim]
    held: dict[str, Head]
    gone: list[Head]
    conflicts: list[Conflict]


@dataclass(slots=True)
class _Resolving:
    connection: Connection
    ranks: Mapping[int, int]
    puts: Mapping[int, tuple[Sequence[Draft], frozenset[str]]]
    dropped: Collection[int]
    is_first: bool
    wanted: dict[str, Claim] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)

    def resolve(self, roots: Mapping[str, Draft], deleted: Collection[str]) -> _Resolved:
        self.wanted.update((ref, Claim(None, drafted)) for ref, drafted in roots.items())
        puts = {source: put for source, put in self.puts.items() if source not in self.dropped}
        for source in sorted(puts, key=self._rank):
            self._claim(source, *puts[source])
        held = {} if self.is_first else self._held(deleted)
        for ref in [ref for ref in self.wanted if ref in held]:
            self._dispute(ref, held[ref])
        gone = [
            head
            for ref, head in held.items()
            if ref not in self.wanted
            and self.kept.get(ref, -1) != head.source
            and (ref in deleted or head.source in self.puts or head.source in self.dropped)
        ]
        return _Resolved(self.wanted, held, gone, self.conflicts)

    def _rank(self, source: int) -> tuple[int, int]:
        return self.ranks.get(source, _LAST), source

    def _claim(self, source: int, drafts: Sequence[Draft], kept: Collection[str]) -> None:
        for ref in kept:
            if ref not in self.wanted:
                self.kept.setdefault(ref, source)
        for drafted in drafts:
            if drafted.ref in self.wanted or drafted.ref in self.kept:
                self.conflicts.append(Conflict(source, drafted.ref, drafted.line))
            else:
                self.wanted[drafted.ref] = Claim(source, drafted)

    def _held(self, deleted: Collection[str]) -> dict[str, Head]:
        found = {
            head.ref: head for head in store.heads_of_sources(self.connection, {*self.puts, *self.dropped})
        }
        others = [ref for ref in {*self.wanted, *deleted} if ref not in found]
        found.update((head.ref, head) for head in store.heads_of_refs(self.connection, others))
        return found

    def _dispute(self, ref: str, head: Head) -> None:
        """Decide between the source that wants the entity *ref* and another that has it."""
        claim = self.wanted[ref]
        holder = head.source
        if holder is None or holder == claim.source or holder in self.puts or holder in self.dropped:
            return
        if claim.source is None or self._rank(claim.source) < (self.ranks.get(holder, _LAST), -1):
            self.conflicts.append(Conflict(holder, ref, head.line))
        else:
            self.conflicts.append(Conflict(claim.source, ref, claim.draft.line))
            del self.wanted[ref]
