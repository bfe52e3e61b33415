"""Moves: how an entity's standing in a scorecard differs between the two sides, and which checks are to blame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from waypost.scorecards.evaluation.grading import Outcome, grade
from waypost.scorecards.model import MET, UNKNOWN, Check, Scorecard, State
from waypost.scorecards.preview.definitions import deciding
from waypost.scorecards.preview.evaluating import Judged
from waypost.scorecards.preview.model import Blocker, Direction, Move, Row, Stand


@dataclass(frozen=True, slots=True)
class Graded:
    """An entity in a scorecard on one side: what its checks came to, and where it stands."""

    card: Scorecard
    judged: Judged
    stand: Stand


def stand_of(card: Scorecard, judged: Judged, owner: str, now: datetime) -> Stand:
    """Return what *judged* adds up to, without the grace that a level of before would have."""
    found = grade(card, judged.tier, judged.outcomes, now=now, had_level="")
    return Stand(judged.tier, owner, found.level, found.score, found.meets_target)


def direction_of(before: tuple[Scorecard, str], after: tuple[Scorecard, str]) -> Direction:
    """Return where an entity goes that had the level of *before* and has the level of *after*.

    Where one of the two scorecards has both levels its order counts, elsewhere the place of each in its own. Two
    orders that contradict each other tell nothing.
    """
    (old, was), (new, level) = before, after
    steps = {
        (rank[level] > rank[was]) - (rank[level] < rank[was])
        for rank in (_ranks(old), _ranks(new))
        if was in rank and level in rank
    }
    if not steps:
        places = _ranks(old)[was], _ranks(new)[level]
        steps = {(places[1] > places[0]) - (places[1] < places[0])}
    if len(steps) > 1:
        return Direction.STAYS
    step = steps.pop()
    return Direction.RISES if step > 0 else Direction.FALLS if step < 0 else Direction.STAYS


def _ranks(card: Scorecard) -> dict[str, int]:
    return {"": -1, **card.rank}


def blockers(card: Scorecard, outcomes: tuple[Outcome, ...], level: str) -> tuple[Outcome, ...]:
    """Return the outcomes that keep an entity from *level*; a level that *card* has not is taken for its highest."""
    top = card.rank.get(level, len(card.levels))
    levels = {check.id: card.rank[check.level] for check in card.checks if check.level}
    return tuple(
        outcome
        for outcome in outcomes
        if outcome.state not in MET and levels.get(outcome.check, top + 1) <= top
    )


def row_of(
    entity: str,
    before: Graded | None,
    after: Graded | None,
) -> Row:
    """Return how *entity* stands on both sides of a scorecard."""
    if before is None or after is None:
        direction = Direction.JOINS if before is None else Direction.LEAVES
        return Row(entity, before.stand if before else None, after.stand if after else None, direction)
    old, had, new, has = before.card, before.stand, after.card, after.stand
    direction = direction_of((old, had.level), (new, has.level))
    moves = tuple(moves_of(before, after))
    found: tuple[Outcome, ...] = ()
    if direction is Direction.FALLS:
        found = blockers(new, after.judged.outcomes, had.level)
    elif direction is Direction.RISES:
        found = blockers(old, before.judged.outcomes, has.level)
    return Row(
        entity,
        had,
        has,
        direction,
        moves,
        tuple(Blocker(outcome.check, outcome.state.value, outcome.message) for outcome in found),
        is_graced=direction is Direction.FALLS
        and bool(found)
        and all(outcome.state in UNKNOWN for outcome in found),
    )


def moves_of(before: Graded, after: Graded) -> Iterator[Move]:
    """Give each check that comes to another state, those of the later scorecard first."""
    earlier = {outcome.check: outcome for outcome in before.judged.outcomes}
    rules = {check.id: check for check in before.card.checks}
    for check, outcome in zip(after.card.checks, after.judged.outcomes, strict=True):
        known = earlier.pop(check.id, None)
        if known is None or known.state is not outcome.state:
            because = _cause(rules.get(check.id), check, known, outcome)
            state = known.state.value if known else ""
            yield Move(check.id, state, outcome.state.value, because, outcome.message)
    for name, outcome in earlier.items():
        yield Move(name, outcome.state.value, "", "rule", outcome.message)


def _cause(old: Check | None, new: Check, was: Outcome | None, now: Outcome) -> str:
    if old is None or was is None or deciding(old) != deciding(new):
        return "rule"
    return "exemption" if State.EXEMPT in {was.state, now.state} else "data"


def would_fall(graded: Graded, check: str, now: datetime) -> bool:
    """Tell whether an entity would have a lower level if the upcoming *check* counted already."""
    card, judged, stand = graded.card, graded.judged, graded.stand
    outcomes = tuple(
        replace(outcome, state=outcome.would) if outcome.check == check and outcome.would else outcome
        for outcome in judged.outcomes
    )
    then = stand_of(card, Judged(judged.tier, outcomes), stand.owner, now)
    return direction_of((card, stand.level), (card, then.level)) is Direction.FALLS
