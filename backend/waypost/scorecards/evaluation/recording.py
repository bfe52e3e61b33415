"""Evaluates the whole estate and records what changed: the job behind ``waypost evaluate``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson
from sqlalchemy import Connection

from waypost.catalog.model import Catalog, Entity
from waypost.core.database import bump_revision, revision_of
from waypost.core.plugin import Context
from waypost.facts import service as facts
from waypost.facts.model import FactSources
from waypost.scorecards import store
from waypost.scorecards.documents import scorecard_document
from waypost.scorecards.evaluation import changes
from waypost.scorecards.evaluation.changes import KeptGrade, Standing
from waypost.scorecards.evaluation.engine import Engine, Evaluated, Subject
from waypost.scorecards.evaluation.grading import Outcome
from waypost.scorecards.evaluation.sheets import sheet_of
from waypost.scorecards.exemptions.store import put_exemptions
from waypost.scorecards.model import Scorecards
from waypost.scorecards.store import Key, Writes
from waypost.scorecards.tables import REVISION

CATALOG_REVISION: Final = "catalog"

BATCH = 250
"""Entities that are evaluated, compared and written together: what bounds the memory."""


def evaluate(context: Context) -> str:
    """Evaluate every scorecard for every entity, and write what changed, in the caller's transaction.

    The same facts, rules and time give the same results, whatever the order of files.
    """
    knowledge, connection = context.knowledge, context.connection
    known, sources = knowledge[Scorecards], knowledge[FactSources]
    entities = knowledge[Catalog].written if known.scorecards else ()
    recorder = _Recorder(connection, knowledge[Catalog], context.now)
    unread = facts.unread_paths(connection, sources)
    batches = [entities[start : start + BATCH] for start in range(0, len(entities), BATCH)]
    with Engine(known.scorecards, known.exemptions, sources, unread) as engine:
        for batch in context.progress.track(batches, "Evaluating", len(batches)):
            recorder.record(batch, engine.evaluate(_subjects(connection, batch), context.now))
    store.remove_others(connection, recorder.kept, context.now)
    _put_definitions(context, known)
    store.put_basis(connection, {"rules": recorder.digests})
    return (
        f"Evaluated {recorder.checks} checks of {len(recorder.entities)} entities "
        f"by {len(known.scorecards)} scorecards; {recorder.changed} changed."
    )


def _subjects(connection: Connection, entities: Sequence[Entity]) -> list[Subject]:
    known = facts.latest(connection, [str(entity.ref) for entity in entities])
    return [Subject(str(e.ref), e.document, known.get(str(e.ref), {})) for e in entities]


def _put_definitions(context: Context, known: Scorecards) -> None:
    """Keep the definitions with the time of this evaluation, which is a new revision."""
    catalog = revision_of(context.connection, CATALOG_REVISION)
    rows = [
        {
            "name": card.name,
            "lifecycle": card.lifecycle.value,
            "document": scorecard_document(card),
            "evaluated_at": context.now,
            "revision": catalog.number if catalog else None,
        }
        for card in known.scorecards
    ]
    store.put_definitions(context.connection, rows)
    put_exemptions(context.connection, known.exemptions)
    etag = hashlib.sha256(orjson.dumps([[r["document"] for r in rows], context.now])).hexdigest()[:32]
    bump_revision(context.connection, REVISION, etag, context.now)


@dataclass(frozen=True, slots=True)
class _Before:
    """An entity, and what was kept of it until now for one scorecard."""

    entity: Entity
    results: Mapping[str, Outcome]
    grade: KeptGrade | None


class _Recorder:
    """Compares what was evaluated with what is kept, and writes what differs."""

    def __init__(self, connection: Connection, catalog: Catalog, now: datetime) -> None:
        self._connection = connection
        self._catalog = catalog
        self._now = now
        self._digests = store.read_basis(connection, "rules")
        self._changed: dict[tuple[str, str], frozenset[str]] = {}
        self.digests: dict[str, dict[str, dict[str, str]]] = {}
        self.kept: set[Key] = set()
        self.entities: set[str] = set()
        self.checks = 0
        self.changed = 0

    def record(self, entities: Sequence[Entity], evaluated: Iterable[Evaluated]) -> None:
        """Write what is new in *evaluated*, which is all about *entities*."""
        refs = [str(entity.ref) for entity in entities]
        results = store.results_of(self._connection, refs)
        grades = store.grades_of(self._connection, refs)
        by_ref = dict(zip(refs, entities, strict=True))
        writes = Writes()
        for one in evaluated:
            key = (one.scorecard.name, one.subject.ref)
            known = _Before(by_ref[one.subject.ref], results.get(key, {}), grades.get(key))
            self._gather(one, known, writes)
        store.write(self._connection, writes)

    def _gather(self, one: Evaluated, known: _Before, writes: Writes) -> None:
        key, now = (one.scorecard.name, one.subject.ref), self._now
        after = changes.settle(one.outcomes, before=known.results, now=now)
        moves = changes.find_moves(after, known.results, self._changed_rules(one))
        standing = standing_of(self._catalog, known.entity, one.tier)
        grade = changes.find_grade(one.scorecard, standing, after, before=known.grade, now=now)
        moved = changes.find_change(grade, known.grade, moves, now)
        if grade != known.grade or after != list(known.results.values()):
            writes.add_grade(key, grade, sheet_of(after, now), due_at=None, basis="")
        if moved:
            writes.add_change(key, moved)
        self.kept.add(key)
        self.entities.add(one.subject.ref)
        self.checks += len(after)
        self.changed += len(moves)

    def _changed_rules(self, one: Evaluated) -> frozenset[str]:
        key = (one.scorecard.name, one.tier)
        if key not in self._changed:
            card, tier = one.scorecard, one.tier
            digests = {check.id: card.digest(check, tier) for check in card.checks}
            before = self._digests.get(card.name, {}).get(tier, digests)
            self._changed[key] = frozenset(
                check for check, digest in digests.items() if before.get(check) != digest
            )
            self.digests.setdefault(card.name, {})[tier] = digests
        return self._changed[key]


def standing_of(catalog: Catalog, entity: Entity, tier: str) -> Standing:
    """Return where *entity* belongs; its domain is that of its system where it names none itself."""
    systems = [ref for ref in entity.relations("partOf") if ref.kind == "system"]
    system = catalog.find(systems[0]) if systems else None
    parts = [*entity.relations("partOf"), *(system.relations("partOf") if system else ())]
    domains = [ref for ref in parts if ref.kind == "domain"]
    return Standing(
        tier,
        str(entity.owner) if entity.owner else "",
        str(systems[0]) if systems else "",
        str(domains[0]) if domains else "",
    )
