"""Moves: how an entity's standing in a scorecard differs between the two sides, and which checks are to blame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from waypost.scorecards.evaluation.grading import Ladder, ladder_of
from waypost.scorecards.model import STATE_LETTERS, Check, Scorecard, State
from waypost.scorecards.preview.definitions import deciding
from waypost.scorecards.preview.evaluating import Judged
from waypost.scorecards.preview.model import Blocker, Direction, Move, Row, Stand
from waypost.scorecards.results import MET_LETTERS, STATES, UNKNOWN_LETTERS


@dataclass(frozen=True, slots=True)
class Scale:
    """A scorecard with what adds up its results, made once."""

    card: Scorecard
    ladder: Ladder
    ids: tuple[str, ...]
    ranks: dict[str, int]

    @classmethod
    def of(cls, card: Scorecard) -> Scale:
        """Return the scale of *card*."""
        return cls(card, ladder_of(card), tuple(check.id for check in card.checks), {"": -1, **card.rank})


@dataclass(frozen=True, slots=True)
class Graded:
    """An entity in a scorecard on one side: what its checks came to, and where it stands."""

    scale: Scale
    judged: Judged
    stand: Stand = field(compare=False)

    @classmethod
    def of(cls, scale: Scale, judged: Judged, owner: str) -> Graded:
        """Return where an entity stands, without the grace that a level of before would have."""
        ladder, target = scale.ladder, scale.card.target(judged.tier)
        level = ladder.level(judged.letters, (), "")
        meets = None if target is None else scale.ranks[level] >= scale.ranks[target.level]
        return cls(scale, judged, Stand(judged.tier, owner, level, ladder.score(judged.letters), meets))


def direction_of(before: tuple[Scale, str], after: tuple[Scale, str]) -> Direction:
    """Return where an entity goes that had the level of *before* and has the level of *after*.

    Where one of the two scorecards has both levels its order counts, elsewhere the place of each in its own. Two
    orders that contradict each other tell nothing.
    """
    (old, was), (new, level) = before, after
    if was == level:
        return Direction.STAYS
    steps = {
        (ranks[level] > ranks[was]) - (ranks[level] < ranks[was])
        for ranks in (old.ranks, new.ranks)
        if was in ranks and level in ranks
    }
    if not steps:
        steps = {(new.ranks[level] > old.ranks[was]) - (new.ranks[level] < old.ranks[was])}
    step = steps.pop() if len(steps) == 1 else 0
    return Direction.RISES if step > 0 else Direction.FALLS if step < 0 else Direction.STAYS


def blockers(graded: Graded, level: str) -> Iterator[tuple[str, str]]:
    """Give the check and letter of all that keeps an entity from *level*; one that there is not is the highest."""
    ladder = graded.scale.ladder
    top = ladder.rank.get(level, len(ladder.levels))
    for check, letter, rank in zip(graded.scale.ids, graded.judged.letters, ladder.ranks, strict=True):
        if letter not in MET_LETTERS and 0 <= rank <= top:
            yield check, letter


def row_of(entity: str, before: Graded | None, after: Graded | None) -> Row:
    """Return how *entity* stands on both sides of a scorecard."""
    if before is None or after is None:
        direction = Direction.JOINS if before is None else Direction.LEAVES
        return Row(entity, before.stand if before else None, after.stand if after else None, direction)
    had, has = before.stand, after.stand
    direction = direction_of((before.scale, had.level), (after.scale, has.level))
    moves = tuple(moves_of(before, after)) if _differ(before, after) else ()
    if direction is Direction.STAYS:
        return Row(entity, had, has, direction, moves)
    side, level = (after, had.level) if direction is Direction.FALLS else (before, has.level)
    found = list(blockers(side, level))
    because = tuple(
        Blocker(check, STATES[letter].value, side.judged.outcome(check).message) for check, letter in found
    )
    is_graced = direction is Direction.FALLS and {letter for _, letter in found} <= UNKNOWN_LETTERS
    return Row(entity, had, has, direction, moves, because, is_graced=is_graced and bool(found))


def _differ(before: Graded, after: Graded) -> bool:
    return before.judged.letters != after.judged.letters or before.scale.ids != after.scale.ids


def moves_of(before: Graded, after: Graded) -> Iterator[Move]:
    """Give each check that comes to another state, those of the later scorecard first."""
    earlier = dict(zip(before.scale.ids, before.judged.letters, strict=True))
    for place, (name, letter) in enumerate(zip(after.scale.ids, after.judged.letters, strict=True)):
        was = earlier.pop(name, "")
        if was != letter:
            because = _cause(before.scale, after.scale.card.checks[place], {was, letter})
            state = STATES[was].value if was else ""
            message = after.judged.outcome(name).message
            yield Move(name, state, STATES[letter].value, because, message)
    for name, letter in earlier.items():
        yield Move(name, STATES[letter].value, "", "rule", before.judged.outcome(name).message)


def _cause(before: Scale, new: Check, letters: set[str]) -> str:
    old = before.card.checks[before.ids.index(new.id)] if new.id in before.ids else None
    if old is None or deciding(old) != deciding(new):
        return "rule"
    return "exemption" if STATE_LETTERS[State.EXEMPT] in letters else "data"


def would_fall(graded: Graded, check: str, would: State) -> bool:
    """Tell whether an entity would have a lower level if the upcoming *check* were in the state that it would have."""
    place = graded.scale.ids.index(check)
    letters = graded.judged.letters
    then = Judged(graded.judged.tier, letters[:place] + STATE_LETTERS[would] + letters[place + 1 :], ())
    level = Graded.of(graded.scale, then, graded.stand.owner).stand.level
    return direction_of((graded.scale, graded.stand.level), (graded.scale, level)) is Direction.FALLS
