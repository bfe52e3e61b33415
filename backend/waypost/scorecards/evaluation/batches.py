"""Batches of entities: evaluated, compared with what is kept, and written together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from waypost.catalog.model import Catalog, Entity
from waypost.core.plugin import Context
from waypost.facts import service as facts
from waypost.facts.model import Fact
from waypost.scorecards import store
from waypost.scorecards.evaluation.agenda import standing_of
from waypost.scorecards.evaluation.changes import DATA, NO_CAUSES, RULE, Causes, state_name
from waypost.scorecards.evaluation.differences import tier_moves
from waypost.scorecards.evaluation.engine import Engine, Item
from waypost.scorecards.evaluation.found import Case, Found, View, fits
from waypost.scorecards.evaluation.grades import Graded, Grader
from waypost.scorecards.evaluation.wanting import Want, Wanting
from waypost.scorecards.model import Scorecard
from waypost.scorecards.results import Changed
from waypost.scorecards.store import KeptRow, Key, Writes

BATCH: Final = 250
"""Entities that are evaluated, compared and written together: what bounds the memory."""

Watch = Callable[[Key, Collection[int]], None]


@dataclass(slots=True)
class Seen:
    """What was evaluated so far."""

    checks: int = 0
    changed: int = 0
    entities: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Turn:
    """A scorecard's turn for an entity: what is wanted, what is kept, and where that leads."""

    wanting: Wanting
    entity: Entity
    want: Want
    row: KeptRow | None
    case: Case
    places: frozenset[int] | None = frozenset()
    causes: Causes = NO_CAUSES
    found: Found | None = None

    @property
    def key(self) -> Key:
        """The scorecard and the entity."""
        return (self.wanting.card.name, str(self.entity.ref))


class Batches:
    """Evaluates entities batch by batch, and writes what differs from what is kept."""

    def __init__(
        self,
        catalog: Catalog,
        engine: Engine,
        wantings: Mapping[str, Wanting],
        context: Context,
        *,
        is_anew: bool,
        watch: Watch | None,
    ) -> None:
        self._catalog = catalog
        self._engine = engine
        self._wantings = wantings
        self._connection = context.connection
        self._now = context.now
        self._is_anew = is_anew
        self._watch = watch
        self._graders = {name: Grader(wanting.card, wanting.difference) for name, wanting in wantings.items()}
        self.seen = Seen()

    def record(self, refs: Sequence[str]) -> None:
        """Evaluate what is wanted of *refs*, and write what that moved."""
        rows = store.rows_of(self._connection, refs)
        writes = Writes()
        turns = [turn for ref in refs for turn in self._turns(ref, rows, writes)]
        needing = {turn.key[1] for turn in turns if turn.want.places != frozenset() or turn.want.scope}
        known = facts.latest(self._connection, needing) if needing else {}
        views = _Views(self._engine, known)
        turns = self._scoped(turns, views, writes)
        for turn in turns:
            self._settle_scope(turn, views)
        self._judge([turn for turn in turns if turn.places != frozenset()], views)
        for turn in turns:
            self._gather(turn, writes)
        store.write(self._connection, writes)

    def _turns(self, ref: str, rows: Mapping[Key, KeptRow], writes: Writes) -> Iterable[_Turn]:
        entity = self._catalog.entities[ref]
        for name, wanting in self._wantings.items():
            row = rows.get((name, ref))
            if not fits(wanting.card.applies_to, entity.document):
                self._end((name, ref), row, writes)
                continue
            want = wanting.find(ref, row)
            if self._is_anew:
                data = want.data if want else frozenset()
                want = Want(scope=True, places=None, data=data)
            if want is not None:
                case = Case(wanting.card, row.kept.standing.tier, row.fault) if row else Case(wanting.card)
                yield _Turn(wanting, entity, want, row, case)

    def _scoped(self, turns: list[_Turn], views: _Views, writes: Writes) -> list[_Turn]:
        """Return those of *turns* whose scorecard applies, each with its tier."""
        grouped: dict[str, list[_Turn]] = {}
        for turn in turns:
            if turn.want.scope:
                grouped.setdefault(turn.key[1], []).append(turn)
        asked: list[tuple[View, Sequence[Scorecard]]] = [
            (views.of(own[0].entity), [turn.wanting.card for turn in own]) for own in grouped.values()
        ]
        found = self._engine.scopes(asked, self._now) if asked else []
        ended = set()
        for own, cases in zip(grouped.values(), found, strict=True):
            by_name = {case.card.name: case for case in cases}
            for turn in own:
                case = by_name.get(turn.wanting.card.name)
                if case is None:
                    ended.add(turn.key)
                    self._end(turn.key, turn.row, writes)
                else:
                    turn.case = case
        return [turn for turn in turns if turn.key not in ended]

    def _settle_scope(self, turn: _Turn, views: _Views) -> None:
        """Decide which checks are evaluated, now that the tier is known, and what may move each."""
        wanting, row, want = turn.wanting, turn.row, turn.want
        difference, tier = wanting.difference, turn.case.tier
        whole = frozenset(range(len(wanting.card.checks)))
        scope = RULE if difference.is_new or difference.is_rescoped else DATA
        data = whole if want.data is None else want.data
        places = want.places
        if row is None:
            turn.places, turn.causes = None, Causes(difference.decided(tier), data, scope)
            return
        moved = frozenset[int]()
        if row.kept.standing.tier != tier:
            document = {"checks": difference.document["checks"]}
            moved = tier_moves(document, row.kept.standing.tier, tier)
            exempt = {check for one in views.of(turn.entity).exemptions for check in one.checks}
            moved |= wanting.places_of(exempt) if exempt else frozenset()
        if want.scope and (turn.case.fault or row.fault):
            places = None
        turn.places = None if places is None else places | moved
        rule = difference.decided(tier) | (moved if scope == RULE else frozenset())
        turn.causes = Causes(rule, data | moved, scope)

    def _judge(self, turns: Sequence[_Turn], views: _Views) -> None:
        items = [
            Item(
                views.of(turn.entity), turn.case, None if turn.places is None else tuple(sorted(turn.places))
            )
            for turn in turns
        ]
        for turn, found in zip(turns, self._engine.judge(items, self._now), strict=True):
            turn.found = found
            self.seen.checks += len(found.keys)
            self.seen.entities.add(turn.key[1])
            if self._watch:
                self._watch(turn.key, [int(key) for key in found.keys])

    def _gather(self, turn: _Turn, writes: Writes) -> None:
        standing = standing_of(self._catalog, turn.entity, turn.case.tier)
        graded = self._graders[turn.key[0]].grade(
            Graded(turn.row, turn.found, standing, turn.causes), self._now
        )
        if graded is None:
            return
        writes.add_grade(turn.key, graded.kept, graded.sheet, graded.due_at)
        if graded.change is not None:
            writes.add_change(turn.key, graded.change)
            self.seen.changed += len(graded.change.moves)

    def remove(self, keys: Iterable[Key]) -> None:
        """Remove what is kept of *keys*, whose scorecard or entity is gone."""
        keys, writes = list(keys), Writes()
        rows = store.rows_of(self._connection, {ref for _, ref in keys})
        for key in keys:
            self._end(key, rows[key], writes)
        store.write(self._connection, writes)

    def _end(self, key: Key, row: KeptRow | None, writes: Writes) -> None:
        """Remove *row*: the history says that each check and the level ended."""
        if row is None:
            return
        wanting = self._wantings.get(key[0])
        because = RULE if wanting is None or wanting.difference.is_rescoped else DATA
        checks = wanting.difference.order if wanting else store.checks_of(self._connection).get(key[0], [])
        moves = [
            (check, state_name(letter), "", because)
            for check, letter in zip(checks, row.states, strict=False)
        ]
        writes.removed.append(key)
        writes.add_change(key, Changed(self._now, "", row.kept.grade.level, None, because, moves))
        self.seen.changed += len(moves)


class _Views:
    """The entities of a batch as rules see them, each made once."""

    def __init__(self, engine: Engine, known: Mapping[str, Mapping[str, Fact]]) -> None:
        self._engine = engine
        self._known = known
        self._views: dict[str, View] = {}

    def of(self, entity: Entity) -> View:
        """Return *entity* with its facts."""
        ref = str(entity.ref)
        if ref not in self._views:
            self._views[ref] = self._engine.view(ref, entity.document, self._known.get(ref, {}))
        return self._views[ref]
