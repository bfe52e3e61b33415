"""What a change does to scorecards, as plain values: standings on both sides, moves of checks, and what is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from statistics import median

from waypost.scorecards.campaigns.standing import Counted
from waypost.scorecards.model import Lifecycle, Scorecard


class Direction(StrEnum):
    """Where an entity goes in a scorecard."""

    RISES = "rises"
    FALLS = "falls"
    JOINS = "joins"
    LEAVES = "leaves"
    STAYS = "stays"


@dataclass(frozen=True, slots=True)
class Stand:
    """Where an entity stands in a scorecard on one side; ``level`` is "" below the lowest."""

    tier: str
    owner: str
    level: str
    score: float | None
    meets_target: bool | None


@dataclass(frozen=True, slots=True)
class Move:
    """A check that comes to another state for an entity; "" where it is not asked.

    ``because`` says what moves it: ``rule``, ``exemption`` or ``data`` (facts, or the entity itself).
    """

    check: str
    was: str
    state: str
    because: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Blocker:
    """A check that costs an entity its level, or no longer does: its state where it stands in the way, and why."""

    check: str
    state: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """An entity in a scorecard before and after; None where the scorecard does not apply to it.

    ``because`` are the checks that cost the level, or no longer do. ``is_graced`` says that only missing data costs it,
    so that the level is kept for a time.
    """

    entity: str
    before: Stand | None
    after: Stand | None
    direction: Direction
    moves: tuple[Move, ...] = ()
    because: tuple[Blocker, ...] = ()
    is_graced: bool = False

    @property
    def at(self) -> Stand:
        """Where it stands after the change, or stood before where it is gone."""
        stand = self.after or self.before
        assert stand is not None  # noqa: S101 - a row without a side is never made
        return stand

    @property
    def target_move(self) -> str:
        """``meets`` or ``misses`` where that is new, else ""."""
        was = self.before.meets_target if self.before else None
        now = self.after.meets_target if self.after else None
        if now is True and was is not True:
            return "meets"
        return "misses" if now is False and was is not False else ""


@dataclass(frozen=True, slots=True)
class Sum:
    """What one side of some rows adds up to."""

    entities: int
    levels: Mapping[str, int]
    met: int
    targeted: int
    scored: int
    median_score: float | None


def sum_of(stands: Iterable[Stand]) -> Sum:
    """Return what *stands* add up to; the median is of those that have a score."""
    known = list(stands)
    scores = [stand.score for stand in known if stand.score is not None]
    return Sum(
        entities=len(known),
        levels=Counter(stand.level for stand in known),
        met=sum(stand.meets_target is True for stand in known),
        targeted=sum(stand.meets_target is not None for stand in known),
        scored=len(scores),
        median_score=median(scores) if scores else None,
    )


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A check that begins to count on a day to come: what it would be then, and how many entities it would cost a level.

    ``would`` counts the states of the entities that it is asked of; ``failing`` are some that would not meet it.
    """

    check: str
    on: date
    would: Mapping[str, int]
    falls: int
    failing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edit:
    """What differs in a scorecard itself, as a line in which code stands between backticks; of which check, if of one."""

    text: str
    check: str = ""


@dataclass(frozen=True, slots=True)
class CardPreview:
    """What the change does to one scorecard. ``before`` or ``after`` is None where it is new or gone.

    ``edits`` says what differs in the scorecard itself. ``states`` counts, for each check, the states before and after.
    ``uncompared`` are the checks that could not be compared, with the fact sources that are not at hand.
    """

    before: Scorecard | None
    after: Scorecard | None
    rows: tuple[Row, ...]
    edits: tuple[Edit, ...] = ()
    states: Mapping[str, tuple[Mapping[str, int], Mapping[str, int]]] = field(default_factory=dict)
    upcoming: tuple[Upcoming, ...] = ()
    uncompared: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def card(self) -> Scorecard:
        """The scorecard after the change, or before where it is gone."""
        card = self.after or self.before
        assert card is not None  # noqa: S101 - a preview without a side is never made
        return card

    @property
    def reaches_teams(self) -> bool:
        """Whether teams see it, before or after."""
        return any(
            card is not None and card.lifecycle in (Lifecycle.ACTIVE, Lifecycle.DEPRECATED)
            for card in (self.before, self.after)
        )

    def going(self, *directions: Direction) -> list[Row]:
        """Return the rows that go in one of *directions*."""
        return [row for row in self.rows if row.direction in directions]

    @property
    def moved(self) -> list[Row]:
        """The rows in which anything moves."""
        return [
            row for row in self.rows if row.moves or row.direction is not Direction.STAYS or row.target_move
        ]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        same = (self.before is None) == (self.after is None)
        return same and not (self.edits or self.moved or self.upcoming)


class Use(StrEnum):
    """What an exemption does on one side."""

    ABSENT = "absent"
    WAITS = "waits"
    ENDED = "ended"
    NOTHING = "nothing"
    UNUSED = "unused"
    NEEDED = "needed"


@dataclass(frozen=True, slots=True)
class Covers:
    """What an exemption does on one side: of ``places`` checks of entities that it covers now, how many need it."""

    use: Use
    needed: int = 0
    places: int = 0


@dataclass(frozen=True, slots=True)
class ExemptionMove:
    """An exemption that does another thing after the change."""

    name: str
    scorecard: str
    before: Covers
    after: Covers


@dataclass(frozen=True, slots=True)
class CampaignMove:
    """A campaign that is new, gone or another, or whose entities are elsewhere in it.

    ``before`` and ``after`` are None where there is no campaign, or nobody here can tell who is in it.
    """

    name: str
    is_new: bool
    is_gone: bool
    edits: tuple[str, ...]
    before: Counted | None
    after: Counted | None


@dataclass(frozen=True, slots=True)
class Broken:
    """A definition that cannot be read on one side (``before`` or ``after``), with the place and the reason."""

    kind: str
    name: str
    side: str
    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Absent:
    """A fact source whose facts are not at hand, why, and how many checks could not be compared without them."""

    source: str
    reason: str
    checks: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change does to every scorecard."""

    revision: str
    at: datetime
    cards: tuple[CardPreview, ...] = ()
    exemptions: tuple[ExemptionMove, ...] = ()
    campaigns: tuple[CampaignMove, ...] = ()
    broken: tuple[Broken, ...] = ()
    absent: tuple[Absent, ...] = ()
    sources: tuple[str, ...] = ()
    facts_from: str = ""
    facts_fault: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether the change does nothing that is known of."""
        told = self.exemptions or self.campaigns or self.broken or self.sources
        return not told and all(card.is_empty for card in self.cards)
