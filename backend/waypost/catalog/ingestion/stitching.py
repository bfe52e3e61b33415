"""Stitching: entities written with the relations that they and others declare; only those that changed."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import Connection

from waypost.catalog import store
from waypost.catalog.ingestion import relationstore
from waypost.catalog.ingestion.drafting import Draft, serve_again, serve_draft, status_items
from waypost.catalog.rules.relations import REVERSES, Declared
from waypost.catalog.store import Head, ServedEntity, Whole
from waypost.catalog.tables import catalog_entity, catalog_relation
from waypost.core.bulk import insert_rows, kept, update_rows


@dataclass(frozen=True, slots=True)
class Changes:
    """How many entities were written, and a hash of all that changed; "" where nothing did."""

    written: int
    digest: str


@dataclass(slots=True)
class _Added:
    draft: Draft
    number: int
    source: int | None
    parents: Sequence[str]


@dataclass(slots=True)
class Stitching:
    """Gathers what is removed, new and changed, and writes it as the revision *number*."""

    connection: Connection
    number: int
    is_first: bool
    _new: dict[str, _Added] = field(default_factory=dict)
    _changed: dict[str, _Added] = field(default_factory=dict)
    _touched: set[str] = field(default_factory=set)
    _parents: Mapping[int, Sequence[str]] = field(default_factory=dict)
    _sources: dict[str, int | None] = field(default_factory=dict)
    _lines: dict[int, int] = field(default_factory=dict)
    _top: int = 0
    _digest: Any = None
    _written: int = 0

    def __post_init__(self) -> None:
        self._top = store.highest_id(self.connection)

    def remove(self, gone: Sequence[Head]) -> None:
        """Remove the entities *gone*."""
        numbers = [head.id for head in gone]
        for relations in relationstore.relations_from(self.connection, numbers).values():
            self._touched.update(kept(target) for _, target in relations)
        relationstore.remove_relations(self.connection, numbers)
        store.remove_entities(self.connection, gone, self.number)
        for head in gone:
            self._note(head.uid, "")

    def add(self, drafted: Draft, source: int | None, parents: Sequence[str], held: Head | None) -> None:
        """Let *source* have *drafted*, of which *held* is kept so far."""
        if held is None:
            self._top += 1
            self._new[drafted.ref] = _Added(drafted, self._top, source, parents)
            return
        if held.digest != drafted.digest:
            self._changed[drafted.ref] = _Added(drafted, held.id, source, parents)
            return
        if held.source != source:
            self._touched.add(drafted.ref)
            self._sources[drafted.ref] = source
        if held.line != drafted.line:
            self._lines[held.id] = drafted.line

    def touch(self, refs: Iterable[str], parents: Mapping[int, Sequence[str]]) -> None:
        """Look again at the entities *refs*; sources that are in *parents* have these and no others."""
        self._touched.update(refs)
        self._parents = parents

    def write(self) -> Changes:
        """Write all that changed."""
        if self.is_first:
            incoming = self._all_incoming()
            # Before the rows are copied: PostgreSQL answers no questions meanwhile.
            statuses = relationstore.statuses_of(self.connection, self._new)
            insert_rows(self.connection, catalog_entity, self._new_rows(incoming, statuses))
        else:
            self._write_changes()
        store.move_lines(self.connection, self._lines)
        if self._digest is None:
            return Changes(0, "")
        store.forget_removed(self.connection, (added.draft.uid for added in self._new.values()), self.number)
        return Changes(self._written, self._digest.hexdigest())

    def _all_incoming(self) -> dict[str, list[Declared]]:
        """Write every relation of a catalog that was empty; return what each entity has from others."""
        rows = (
            row
            for added in self._new.values()
            for row in relationstore.relation_rows(added.number, added.draft.relations)
        )
        insert_rows(self.connection, catalog_relation, rows)
        incoming: defaultdict[str, list[Declared]] = defaultdict(list)
        for ref, added in self._new.items():
            for kind, target in added.draft.relations:
                incoming[target].append((REVERSES[kind], ref))
        return incoming

    def _write_changes(self) -> None:
        self._write_relations()
        added = {**self._new, **self._changed}
        others = {whole.head.ref: whole for whole in self._others(added)}
        incoming = self._incoming([*added, *others])
        statuses = relationstore.statuses_of(self.connection, [*added, *others])
        update_rows(self.connection, catalog_entity, self._changed_rows(incoming, statuses))
        update_rows(self.connection, catalog_entity, self._other_rows(others, incoming, statuses))
        insert_rows(self.connection, catalog_entity, self._new_rows(incoming, statuses))

    def _write_relations(self) -> None:
        """Replace what changed entities declare, and note whom that concerns."""
        changed = {added.number: added for added in self._changed.values()}
        before = relationstore.relations_from(self.connection, changed)
        rows: list[tuple[int, str, str]] = []
        replaced: list[int] = []
        for number, added in changed.items():
            old, new = set(before.get(number, ())), {(k, kept(t)) for k, t in added.draft.relations}
            if old != new:
                self._touched.update(target for _, target in old ^ new)
                replaced.append(number)
                rows += relationstore.relation_rows(number, added.draft.relations)
        for added in self._new.values():
            self._touched.update(kept(target) for _, target in added.draft.relations)
            rows += relationstore.relation_rows(added.number, added.draft.relations)
        relationstore.remove_relations(self.connection, replaced)
        insert_rows(self.connection, catalog_relation, rows)

    def _others(self, added: Mapping[str, _Added]) -> Iterator[Whole]:
        return store.wholes_of_refs(self.connection, (ref for ref in self._touched if ref not in added))

    def _incoming(self, refs: Sequence[str]) -> dict[str, list[Declared]]:
        found = relationstore.relations_to(self.connection, refs)
        # Those of new entities are no rows yet that could be joined.
        for ref, added in self._new.items():
            for kind, target in added.draft.relations:
                found.setdefault(target, []).append((REVERSES[kind], ref))
        return found

    def _new_rows(
        self, incoming: Mapping[str, list[Declared]], statuses: Mapping[str, list[dict[str, str]]]
    ) -> Iterator[tuple[Any, ...]]:
        for _, added in sorted(self._new.items(), key=lambda item: item[1].draft.uid):
            yield self._added_row(added, incoming, statuses)

    def _changed_rows(
        self, incoming: Mapping[str, list[Declared]], statuses: Mapping[str, list[dict[str, str]]]
    ) -> Iterator[tuple[Any, ...]]:
        for added in self._changed.values():
            yield self._added_row(added, incoming, statuses)

    def _added_row(
        self,
        added: _Added,
        incoming: Mapping[str, list[Declared]],
        statuses: Mapping[str, list[dict[str, str]]],
    ) -> tuple[Any, ...]:
        drafted = added.draft
        relations = {*drafted.relations, *incoming.get(drafted.ref, ())}
        served = serve_draft(drafted, relations, status_items(statuses.get(drafted.ref, ())))
        head = Head(added.number, drafted.ref, drafted.uid, drafted.digest, added.source, drafted.line)
        return self._row(head, added.parents, served)

    def _other_rows(
        self,
        others: Mapping[str, Whole],
        incoming: Mapping[str, list[Declared]],
        statuses: Mapping[str, list[dict[str, str]]],
    ) -> Iterator[tuple[Any, ...]]:
        declared = relationstore.relations_from(self.connection, [whole.head.id for whole in others.values()])
        for ref, whole in others.items():
            head = whole.head
            if ref in self._sources:
                head = head._replace(source=self._sources[ref])
            relations = {*declared.get(head.id, ()), *incoming.get(ref, ())}
            served = serve_again(head.digest, whole.served, relations, status_items(statuses.get(ref, ())))
            parents = self._parents.get(head.source or 0, whole.parents)
            if served is not whole.served or parents != whole.parents or head is not whole.head:
                yield self._row(head, parents, served)

    def _row(self, head: Head, parents: Sequence[str], served: ServedEntity) -> tuple[Any, ...]:
        """Return the row of an entity, as the columns stand in the table."""
        self._written += 1
        self._note(head.uid, served.etag)
        return (
            head.id,
            head.ref,
            head.uid,
            kept(served.etag),
            head.digest,
            head.source,
            head.line,
            orjson.dumps(parents).decode(),
            served.body,
            served.search,
            self.number,
        )

    def _note(self, uid: str, etag: str) -> None:
        if self._digest is None:
            self._digest = hashlib.sha1(usedforsecurity=False)
        self._digest.update(f"{self.number}{uid}{etag}".encode("utf-8", "replace"))
