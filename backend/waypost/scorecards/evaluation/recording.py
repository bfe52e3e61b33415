"""Evaluates what depends on what changed, and records what that moved: the job behind ``waypost evaluate``."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection

from waypost.catalog.model import Catalog
from waypost.core.bulk import chunks
from waypost.core.closing import Closing
from waypost.core.plugin import Context, Knowledge
from waypost.core.revisions import revision_numbers
from waypost.facts import changes as facts_changes
from waypost.facts import service as facts
from waypost.facts.model import FactSources
from waypost.scorecards import store
from waypost.scorecards.documents import scorecard_document
from waypost.scorecards.evaluation.agenda import Agenda, Mark, Sight, read_agenda, read_mark, texts_of
from waypost.scorecards.evaluation.batches import BATCH, Batches, Watch
from waypost.scorecards.evaluation.definitions import CATALOG_REVISION, Definitions, lacks_definitions
from waypost.scorecards.evaluation.depends import dependencies_of
from waypost.scorecards.evaluation.differences import Difference, Spoken, spoken_anew
from waypost.scorecards.evaluation.engine import Engine
from waypost.scorecards.evaluation.wanting import Wanting
from waypost.scorecards.exemptions.model import Exemption
from waypost.scorecards.exemptions.store import are_same, list_exemptions, put_exemptions
from waypost.scorecards.model import Scorecards
from waypost.scorecards.reading.trend import close_day


@dataclass(frozen=True, slots=True)
class Tally:
    """How much was evaluated, and how many states of checks that changed."""

    checks: int
    entities: int
    scorecards: int
    changed: int

    def __str__(self) -> str:
        return (
            f"Evaluated {self.checks} checks of {self.entities} entities "
            f"by {self.scorecards} scorecards; {self.changed} changed."
        )


def evaluate(context: Context, entities: Collection[str] | None = None, *, is_anew: bool = False) -> str:
    """Evaluate what depends on what changed since the last time, and write what that moved.

    All of it happens in the caller's transaction. The same facts, rules and time give the same results, whatever the
    order of files, and whatever was evaluated before.

    Args:
        context: What to evaluate, and when.
        entities: References to limit it to; None for every entity. Where rules changed, every one is evaluated.
        is_anew: Evaluate everything, whether it changed or not.
    """
    with Evaluation(context.knowledge) as evaluation:
        return str(evaluation.run(context, entities, is_anew=is_anew))


@dataclass(frozen=True, slots=True)
class _State:
    """What an evaluation begins from: how far the last one had seen, and what changed since."""

    mark: Mark
    after: Mark
    agenda: Agenda
    wantings: Mapping[str, Wanting]
    catalog: int | None
    is_same: bool
    are_exemptions_same: bool
    is_other: bool
    held: frozenset[str]


class Evaluation(Closing):
    """Evaluates one state of the catalog and the rules again and again, as facts change and time goes on.

    It keeps what it read and compiled, and has a worker process: close it.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self._known = knowledge[Scorecards]
        self._cards = sorted(self._known.scorecards, key=lambda card: card.name)
        self._sources = knowledge[FactSources]
        self._catalog = knowledge[Catalog]
        self._documents = {card.name: scorecard_document(card) for card in self._cards}
        self._exemptions = sorted(self._known.exemptions, key=lambda one: one.name)
        self._kept = Definitions(self._known, self._documents)
        self._lacks = lacks_definitions(knowledge)
        self._same: dict[str, Difference] = {}
        self._reads = dependencies_of(self._cards)
        self._texts = texts_of(self._catalog)
        self._declared = frozenset(self._sources.declarations)
        self._by = ""
        self._unread = frozenset[str]()
        self._engine = Engine(self._cards, self._known.exemptions, self._sources)

    def close(self) -> None:
        """End the worker."""
        self._engine.close()

    def is_current(self, connection: Connection) -> bool:
        """Tell whether the last evaluation was of the catalog, the rules and the exemptions that this one has."""
        mark = read_mark(store.read_mark(connection))
        if mark.by and mark.by == self._by:
            return True
        return (
            mark.catalog == self._texts.whole
            and store.documents_of(connection) == self._documents
            and list_exemptions(connection) == self._exemptions
        )

    def run(
        self,
        context: Context,
        entities: Collection[str] | None = None,
        *,
        is_anew: bool = False,
        watch: Watch | None = None,
    ) -> Tally:
        """Evaluate what changed, in the transaction of *context*.

        Args:
            context: The connection, the time, and what shows progress.
            entities: As of ``evaluate``.
            is_anew: As of ``evaluate``.
            watch: Is told of each scorecard, entity and the places of the checks that are evaluated.
        """
        self._engine.forgive()
        state = self._look(context)
        is_whole = is_anew or state.mark.is_first or state.is_other
        limit = None if entities is None or is_whole else frozenset(entities)
        self._turn_day(context, state.mark)
        batches = Batches(self._catalog, self._engine, state.wantings, context, is_anew=is_anew, watch=watch)
        chosen = self._chosen(state, limit, is_whole=is_whole)
        if chosen:
            parts = list(chunks(chosen, BATCH))
            for batch in context.progress.track(parts, "Evaluating", len(parts)):
                batches.record(batch)
        self._remove(context.connection, state, batches, is_whole=is_whole)
        if limit is None:
            self._note(context, state)
        seen = batches.seen
        return Tally(seen.checks, len(seen.entities), len(self._cards), seen.changed)

    def _look(self, context: Context) -> _State:
        """Find out what changed since the last evaluation. Nobody else evaluates from here to the transaction's end."""
        connection, now = context.connection, context.now
        mark = read_mark(store.lock_evaluation(connection))
        revisions = revision_numbers(connection, facts_changes.REVISION, facts_changes.AGES, CATALOG_REVISION)
        # Where nobody else evaluated since, all that is kept is as this left it.
        is_own = bool(mark.by) and mark.by == self._by
        stored = self._documents if is_own and not self._lacks else store.documents_of(connection)
        held = stored.keys() - self._documents.keys() if self._lacks else frozenset[str]()
        before = {name: document for name, document in stored.items() if name not in held}
        exemptions = self._exemptions if is_own else list_exemptions(connection)
        differences = self._find_differences(before)
        if not is_own or revisions[facts_changes.REVISION] != mark.facts:
            self._unread = facts.unread_paths(connection, self._sources)
            self._engine.set_unread(self._unread)
        self._by = uuid4().hex
        sight = Sight(
            self._texts,
            self._unread,
            self._declared,
            self._spoken(exemptions, differences),
            revisions,
            self._by,
        )
        agenda, after = read_agenda(connection, mark, sight, now)
        sources = self._sources.source_of
        wantings = {
            card.name: Wanting(card, self._reads[card.name], differences[card.name], agenda, sources, now)
            for card in self._cards
        }
        return _State(
            mark, after, agenda, wantings, revisions[CATALOG_REVISION] or None,
            is_same=is_own or before == self._documents, are_exemptions_same=is_own or are_same(exemptions, self._exemptions),
            held=frozenset(held), is_other=before.keys() != self._documents.keys() or any(d.is_any for d in differences.values()),
        )  # fmt: skip

    def _note(self, context: Context, state: _State) -> None:
        """Keep how far this evaluation has seen, and what was evaluated."""
        connection, agenda = context.connection, state.agenda
        store.put_mark(connection, state.after.document())
        if agenda.texts or agenda.gone:
            store.put_digests(connection, agenda.texts, agenda.gone)
        if not state.are_exemptions_same:
            put_exemptions(connection, self._known.exemptions)
        self._kept.keep(context, state.catalog, is_same=state.is_same, held=state.held)

    def _find_differences(self, before: dict[str, dict[str, Any]]) -> dict[str, Difference]:
        """Return how each scorecard differs from what was evaluated *before*; most often in nothing, as last time."""
        if before == self._documents and self._same:
            return self._same
        found = {
            card.name: Difference(card, self._documents[card.name], before.get(card.name))
            for card in self._cards
        }
        if before == self._documents:
            self._same = found
        return found

    def _spoken(self, before: Sequence[Exemption], differences: dict[str, Difference]) -> Spoken:
        others = {name for name, difference in differences.items() if difference.are_terms_other}
        if not others and before == self._exemptions:
            return {}
        return spoken_anew(before, self._exemptions, others)

    def _turn_day(self, context: Context, mark: Mark) -> None:
        """Close the day of the last evaluation before anything of a new one is written."""
        if mark.day and mark.day < context.now.astimezone(UTC).date().isoformat():
            close_day(context.connection, date.fromisoformat(mark.day))

    def _chosen(self, state: _State, limit: frozenset[str] | None, *, is_whole: bool) -> list[str]:
        """Return the entities to look at, in order."""
        if not self._cards:
            return []
        known = self._texts.digests.keys()
        if is_whole or any(wanting.is_for_all for wanting in state.wantings.values()):
            chosen = set(known)
        else:
            chosen = state.agenda.entities() & known
        return sorted(chosen if limit is None else chosen & limit)

    def _remove(self, connection: Connection, state: _State, batches: Batches, *, is_whole: bool) -> None:
        """Remove what is kept of scorecards and entities that are gone."""
        if not (state.agenda.gone or is_whole):
            return
        names, known = self._documents.keys() | state.held, self._texts.digests.keys()
        gone = [key for key in store.keys_of(connection) if key[0] not in names or key[1] not in known]
        batches.remove(sorted(gone))
