"""What is to be evaluated again of one entity for one scorecard, by what changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from waypost.facts.model import FactSource
from waypost.scorecards.evaluation.agenda import STALE, Agenda
from waypost.scorecards.evaluation.depends import Dependencies
from waypost.scorecards.evaluation.differences import Difference
from waypost.scorecards.evaluation.settling import due_places, places_in
from waypost.scorecards.model import Scorecard
from waypost.scorecards.sheets import read_sheet
from waypost.scorecards.store import KeptRow


@dataclass(frozen=True, slots=True)
class Want:
    """What to evaluate: whether the scorecard applies, and the checks at some places, None for all.

    ``data`` are the places of checks whose data changed, None for all. ``is_regraded`` tells to add up again.
    """

    scope: bool
    places: frozenset[int] | None
    data: frozenset[int] | None
    is_regraded: bool = True


NEW: Final = Want(scope=True, places=None, data=None)
_NONE: Final = frozenset[int]()


@dataclass(frozen=True, slots=True)
class Wanting:
    """A scorecard, what it reads, how it differs from the one before, and what changed of what it reads."""

    card: Scorecard
    reads: Dependencies
    difference: Difference
    agenda: Agenda
    sources: Mapping[str, FactSource]
    now: datetime

    @property
    def is_for_all(self) -> bool:
        """Whether every entity has to be looked at."""
        agenda, reads = self.agenda, self.reads
        return (
            self.difference.is_any
            or (agenda.is_new_day and bool(reads.on_day or reads.scope.now))
            or bool(reads.on_paths(agenda.everywhere))
            or reads.is_scope_on(agenda.everywhere)
        )

    def find(self, ref: str, row: KeptRow | None) -> Want | None:
        """Return what to evaluate for the entity *ref*, of which *row* is kept; None for nothing."""
        if self.agenda.is_first:
            return NEW
        is_other = ref in self.agenda.texts
        scope = self._is_scope_wanted(ref, is_other=is_other)
        if row is None:
            return NEW if scope or is_other or not self.card.applies_to.when else None
        data = self._data(ref, is_other=is_other)
        places = data | self.difference.told(row.kept.standing.tier) | self._spoken(ref)
        if self.agenda.is_new_day:
            places |= self.reads.on_day
        is_due = row.due_at is not None and row.due_at <= self.now
        if is_due or ref in self.agenda.stale:
            places |= self._by_time(ref, row, is_due=is_due)
        if not scope and row.fault:
            places = self.difference.told(row.kept.standing.tier)
        if not (scope or places or is_due or is_other or self.difference.is_regraded):
            return None
        return Want(scope, places, data)

    def _is_scope_wanted(self, ref: str, *, is_other: bool) -> bool:
        reads, agenda = self.reads, self.agenda
        return (
            self.difference.is_new
            or self.difference.is_rescoped
            or (is_other and reads.scope.entity)
            or (agenda.is_new_day and reads.scope.now)
            or reads.is_scope_on(agenda.paths.get(ref, ()))
            or reads.is_scope_on(agenda.everywhere)
        )

    def _data(self, ref: str, *, is_other: bool) -> frozenset[int]:
        reads, agenda = self.reads, self.agenda
        found = reads.on_entity if is_other else _NONE
        if paths := agenda.paths.get(ref):
            found |= reads.on_paths(paths)
        if agenda.everywhere:
            found |= reads.on_paths(agenda.everywhere)
        return found

    def _spoken(self, ref: str) -> frozenset[int]:
        named = self.agenda.spoken.get(ref, {}).get(self.card.name, ())
        return self.places_of(named) if named else _NONE

    def places_of(self, named: Collection[str]) -> frozenset[int]:
        """Return the places of the checks *named*."""
        return frozenset(place for place, check in enumerate(self.card.checks) if check.id in named)

    def _by_time(self, ref: str, row: KeptRow, *, is_due: bool) -> frozenset[int]:
        """Return the places of checks that are due, or were stale and may be no more."""
        sheet = read_sheet(row.states, row.details)
        found = set(due_places(sheet, self.now)) if is_due else set()
        if ref in self.agenda.stale:
            found |= {place for place in places_in(sheet, STALE) if self._is_fresher(ref, place)}
        order = self.difference.order
        return self.places_of([order[place] for place in found])

    def _is_fresher(self, ref: str, place: int) -> bool:
        ages = self.agenda.ages
        if ref in ages.entities:
            return True
        checks = {check.id: check for check in self.card.checks}
        check = checks.get(self.difference.order[place])
        read = (self.sources.get(path) for path in check.max_age) if check else ()
        return any(source is not None and source.name in ages.sources for source in read)
