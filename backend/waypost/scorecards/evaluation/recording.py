"""Evaluates what depends on what changed, and records what that moved: the job behind ``waypost evaluate``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Connection

from waypost.catalog.model import Catalog
from waypost.core.closing import Closing
from waypost.core.plugin import Context, Knowledge
from waypost.facts import service as facts
from waypost.facts.model import FactSources
from waypost.scorecards import store
from waypost.scorecards.documents import scorecard_document
from waypost.scorecards.evaluation.agenda import Agenda, Mark, Sight, read_agenda, read_mark, texts_of
from waypost.scorecards.evaluation.batches import BATCH, Batches, Seen, Watch
from waypost.scorecards.evaluation.definitions import keep_definitions
from waypost.scorecards.evaluation.depends import dependencies_of
from waypost.scorecards.evaluation.differences import Difference, Spoken, spoken_anew
from waypost.scorecards.evaluation.engine import Engine
from waypost.scorecards.evaluation.wanting import Wanting
from waypost.scorecards.exemptions.store import list_exemptions
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
        self._reads = dependencies_of(self._cards)
        self._texts = texts_of(self._catalog)
        self._declared = frozenset(self._sources.declarations)
        self._engine = Engine(self._cards, self._known.exemptions, self._sources)

    def close(self) -> None:
        """End the worker."""
        self._engine.close()

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
        connection, now = context.connection, context.now
        mark = read_mark(store.lock_evaluation(connection))
        before = store.documents_of(connection)
        differences = {
            card.name: Difference(card, self._documents[card.name], before.get(card.name))
            for card in self._cards
        }
        is_other = before.keys() != self._documents.keys() or any(d.is_any for d in differences.values())
        sight = Sight(self._texts, facts.unread_paths(connection, self._sources), self._declared)
        agenda, after = read_agenda(connection, mark, sight, self._spoken(connection, differences), now)
        self._turn_day(connection, mark, now)
        wantings = {
            card.name: Wanting(
                card,
                self._reads[card.name],
                differences[card.name],
                agenda,
                dict(self._sources.source_of),
                now,
            )
            for card in self._cards
        }
        is_whole = is_anew or mark.is_first or is_other
        limit = None if entities is None or is_whole else frozenset(entities)
        self._engine.set_unread(sight.unread)
        batches = Batches(self._catalog, self._engine, wantings, context, is_anew=is_anew, watch=watch)
        chosen = self._chosen(agenda, wantings, limit, is_whole=is_whole)
        with_bar = context.progress.track(list(_batched(chosen)), "Evaluating", -(-len(chosen) // BATCH))
        for batch in with_bar if chosen else ():
            batches.record(batch)
        self._remove(connection, agenda, batches, is_whole=is_whole)
        if limit is None:
            store.put_mark(connection, after.document())
            store.put_digests(connection, agenda.texts, agenda.gone)
            keep_definitions(context, self._known, self._documents, before)
        seen: Seen = batches.seen
        return Tally(seen.checks, len(seen.entities), len(self._cards), seen.changed)

    def _spoken(self, connection: Connection, differences: dict[str, Difference]) -> Spoken:
        others = {name for name, difference in differences.items() if difference.are_terms_other}
        return spoken_anew(list_exemptions(connection), self._known.exemptions, others)

    def _turn_day(self, connection: Connection, mark: Mark, now: datetime) -> None:
        """Close the day of the last evaluation before anything of a new one is written."""
        if mark.day and mark.day < now.astimezone(UTC).date().isoformat():
            close_day(connection, date.fromisoformat(mark.day))

    def _chosen(
        self, agenda: Agenda, wantings: dict[str, Wanting], limit: frozenset[str] | None, *, is_whole: bool
    ) -> list[str]:
        """Return the entities to look at, in order."""
        if not self._cards:
            return []
        known = self._texts.digests.keys()
        if is_whole or any(wanting.is_for_all for wanting in wantings.values()):
            chosen = set(known)
        else:
            chosen = agenda.entities() & known
        return sorted(chosen if limit is None else chosen & limit)

    def _remove(self, connection: Connection, agenda: Agenda, batches: Batches, *, is_whole: bool) -> None:
        """Remove what is kept of scorecards and entities that are gone."""
        if not (agenda.gone or is_whole):
            return
        names, known = self._documents.keys(), self._texts.digests.keys()
        gone = [key for key in store.keys_of(connection) if key[0] not in names or key[1] not in known]
        batches.remove(sorted(gone))


def _batched(refs: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(refs), BATCH):
        yield refs[start : start + BATCH]
