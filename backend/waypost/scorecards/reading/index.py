"""The index of one scorecard's grades in memory: who stands where, as sets of places, and every check's states."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from pyroaring import BitMap
from sqlalchemy import Connection, select

from waypost.scorecards.model import STATE_LETTERS
from waypost.scorecards.reading.rollups import NO_LEVEL, Graded, RollUp, roll_up, roll_up_by
from waypost.scorecards.tables import scorecards_grade

STATES: Final[Mapping[str, str]] = {letter: state.value for state, letter in STATE_LETTERS.items()}
LETTERS: Final[Mapping[str, str]] = {state.value: letter for state, letter in STATE_LETTERS.items()}

FIELDS: Final = ("owner", "system", "domain", "tier", "level")
"""What entities can be told apart by."""

_COLUMNS: Final = tuple(
    scorecards_grade.c[name]
    for name in (
        "entity", "level", "score", "meets_target", "tier", "owner", "system", "domain",
        "evaluated", "applicable", "score_without_exemptions", "target_level", "target_by", "since", "states",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """What the index knows of one entity: all but what its checks say."""

    entity: str
    graded: Graded
    score_without_exemptions: float | None
    target_level: str
    target_by: Any
    since: Any
    states: str


@dataclass(frozen=True)
class CardIndex:
    """Every grade of one scorecard at one revision, by entity; never changed.

    ``places`` are those in ``rows``. What is asked for is worked out once, and kept as long as the index.
    """

    document: Mapping[str, Any]
    rows: Sequence[Row]
    _sets: dict[tuple[str, str], dict[str, BitMap]] = field(default_factory=dict)
    _made: dict[object, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The scorecard's name."""
        found: str = self.document["name"]
        return found

    @cached_property
    def checks(self) -> Mapping[str, int]:
        """The place of each check in ``states``."""
        return {check["id"]: place for place, check in enumerate(self.document["checks"])}

    @cached_property
    def levels(self) -> Sequence[str]:
        """The names of the levels, the lowest first."""
        return [level["name"] for level in self.document["levels"]]

    @cached_property
    def entities(self) -> Sequence[str]:
        """The references of the entities, in order."""
        return [row.entity for row in self.rows]

    @cached_property
    def everyone(self) -> BitMap:
        """The places of all entities."""
        return BitMap(range(len(self.rows)))

    def by(self, name: str) -> Mapping[str, BitMap]:
        """Return who has which value of the field *name*."""
        return self._grouped(("field", name), lambda row: getattr(row.graded, name))

    def meeting(self) -> Mapping[str, BitMap]:
        """Return who meets the target (``True``), who does not, and who has none (``None``)."""
        return self._grouped(("target", ""), lambda row: str(row.graded.meets_target))

    def of_check(self, check: str) -> Mapping[str, BitMap]:
        """Return who is in which state of *check*, by its letter."""
        place = self.checks[check]
        return self._grouped(("check", check), lambda row: row.states[place : place + 1])

    def of_state(self, letter: str) -> BitMap:
        """Return who has any check in the state of *letter*."""
        held = self._grouped(("state", letter), lambda row: "yes" if letter in row.states else "no")
        return held.get("yes", BitMap())

    def _grouped(self, key: tuple[str, str], value: Callable[[Row], str]) -> dict[str, BitMap]:
        found = self._sets.get(key)
        if found is None:
            groups: defaultdict[str, list[int]] = defaultdict(list)
            for place, row in enumerate(self.rows):
                groups[value(row)].append(place)
            found = self._sets[key] = {name: BitMap(places) for name, places in groups.items()}
        return found

    def place_of(self, entity: str) -> int | None:
        """Return the place of *entity*, None where it is not graded."""
        place = self.place_behind(entity) - 1
        return place if place >= 0 and self.entities[place] == entity else None

    def place_behind(self, entity: str) -> int:
        """Return the first place behind *entity*, whether that is there or not."""
        return bisect_right(self.entities, entity)

    def graded(self) -> Sequence[Graded]:
        """Return the grade of each entity."""
        return [row.graded for row in self.rows]

    def once(self, key: object, make: Callable[[CardIndex], Any]) -> Any:
        """Return what *make* makes of this index; it is made with the first call, and kept with the index."""
        if key not in self._made:
            self._made[key] = make(self)
        return self._made[key]

    def whole(self) -> RollUp:
        """Return what all grades say together."""
        found: RollUp = self.once("whole", lambda index: roll_up(index.levels, index.graded()))
        return found

    def parts(self, by: str) -> Mapping[str, RollUp]:
        """Return what the grades of each value of the field *by* say together."""
        found: Mapping[str, RollUp] = self.once(
            ("parts", by),
            lambda index: roll_up_by(index.levels, index.graded(), lambda grade: str(getattr(grade, by))),
        )
        return found


def level_name(level: str) -> str:
    """Return how *level* is called in answers and queries: that there is none has a name as well."""
    return level or NO_LEVEL


def build_index(
    connection: Connection, document: Mapping[str, Any], entities: Collection[str] | None = None
) -> CardIndex:
    """Read the grades of the scorecard *document*. One query, of narrow columns only.

    Args:
        connection: The database.
        document: The definition, with when and at which revision it was evaluated.
        entities: Read no others; at most 500 of them, None for all.
    """
    columns = scorecards_grade.c
    query = select(*_COLUMNS).where(columns.scorecard == document["name"]).order_by(columns.entity)
    if entities is not None:
        query = query.where(columns.entity.in_(entities))
    # Databases sort by their own collation, cursors by code points.
    rows = sorted(_rows(connection.execute(query)), key=lambda row: row.entity)
    return CardIndex(document, rows)


def _rows(found: Iterable[Any]) -> Iterable[Row]:
    shared: dict[str, str] = {}
    for entity, level, score, meets, *standing, evaluated, applicable, bare, goal, by, since, states in found:
        tier, owner, system, domain = (shared.setdefault(text, text) for text in standing)
        grade = Graded(
            shared.setdefault(level, level), score, meets, tier, owner, system, domain, evaluated, applicable
        )
        yield Row(
            entity, grade, bare, shared.setdefault(goal, goal), by, since, shared.setdefault(states, states)
        )
