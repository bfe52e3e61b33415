"""Changes: what an evaluation moved, and whether the rule, the data, an exemption or time did. No database here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from waypost.scorecards.evaluation.differences import Difference
from waypost.scorecards.evaluation.grading import Ladder
from waypost.scorecards.evaluation.settling import NEW, Times
from waypost.scorecards.model import STATE_LETTERS, State
from waypost.scorecards.results import STATES, Changed, Grade, KeptGrade, Move
from waypost.scorecards.sheets import Sheet

DATA, RULE, EXEMPTION, TIME = "data", "rule", "exemption", "time"
CAUSES: Final = (RULE, EXEMPTION, DATA, TIME)
"""In this order a cause is told where several are to blame."""

_EXEMPT, _ABSENT = STATE_LETTERS[State.EXEMPT], STATE_LETTERS[State.NOT_APPLICABLE]


_NAMES: Final = {letter: state.value for letter, state in STATES.items()} | {NEW: ""}


@dataclass(frozen=True, slots=True)
class Causes:
    """What is different since the last evaluation, by the places of the checks that it may have moved.

    ``scope`` is what made the scorecard apply, or apply in another tier.
    """

    rule: frozenset[int] = frozenset()
    data: frozenset[int] = frozenset()
    scope: str = DATA

    def of(self, place: int, was: str, letter: str) -> str:
        """Return what moved the check at *place*: its rule first, for a new rule makes the rest incomparable."""
        if place in self.rule:
            return RULE
        if was == NEW:
            return self.scope
        if _EXEMPT in {was, letter}:
            return EXEMPTION
        return DATA if place in self.data else TIME


NO_CAUSES: Final = Causes()


@dataclass(frozen=True, slots=True)
class Step:
    """A sheet before and after an evaluation; ``before`` is in the order of checks of ``after``, None for none.

    ``gone`` are the letters of the checks that the scorecard has no more, by their id.
    """

    before: Sheet | None
    after: Sheet
    gone: Mapping[str, str]

    def moved(self) -> list[tuple[int, str, str]]:
        """Return the place, the letter before and the letter after of each check whose state is another."""
        before = self.before.states if self.before else NEW * len(self.after.states)
        if before == self.after.states:
            return []
        pairs = enumerate(zip(before, self.after.states, strict=True))
        return [(place, was, letter) for place, (was, letter) in pairs if was != letter]


def state_name(letter: str) -> str:
    """Return the name of the state of *letter*, "" for none."""
    return _NAMES[letter]


def find_moves(step: Step, causes: Causes, checks: Sequence[str]) -> list[Move]:
    """Return a move for each check whose state is another, also for those that are gone."""
    moves = [
        (checks[place], state_name(was), state_name(letter), causes.of(place, was, letter))
        for place, was, letter in step.moved()
    ]
    return moves + [(check, state_name(letter), "", RULE) for check, letter in step.gone.items()]


def first_cause(found: Sequence[str]) -> str:
    """Return the one of *found* that comes first; time where there is none."""
    return next((cause for cause in CAUSES if cause in found), TIME)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is needed to tell what moved a level: it is tried without each cause."""

    step: Step
    causes: Causes
    difference: Difference
    times: Times
    had_level: str
    at: datetime

    def cause(self, level: str) -> str:
        """Return what moved the level from the one that was had to *level*.

        It is the cause without which the level were another; where there are several causes each of which alone
        would have done it, the first that would.
        """
        present = [cause for cause in CAUSES if self._is_there(cause)]
        decisive = [cause for cause in present if self._level({cause}) != level]
        if decisive:
            return decisive[0]
        alone = [
            c for c in present if self._level({other for other in present if other != c}) != self.had_level
        ]
        return (alone or present or [TIME])[0]

    def _is_there(self, cause: str) -> bool:
        if cause == RULE and (self.difference.ladder != self.difference.was_ladder or self.step.gone):
            return True
        if cause == TIME and self.times.over:
            return True
        moved = self.step.moved()
        return any(self.causes.of(place, was, letter) == cause for place, was, letter in moved)

    def _level(self, undone: set[str]) -> str:
        """Return the level as it were if all of the causes *undone* had not been."""
        letters, graced = list(self.step.after.states), set(self.times.graced)
        for place, was, letter in self.step.moved():
            if self.causes.of(place, was, letter) in undone:
                letters[place] = _ABSENT if was == NEW else was
                if self.step.before and str(place) in self.step.before.unknown:
                    graced.add(place)
        if TIME in undone:
            graced |= self.times.over
        ladder = self.difference.ladder
        if RULE in undone:
            ladder = self._old_ladder()
            letters += self.step.gone.values()
        return ladder.level("".join(letters), graced, self.had_level)

    def _old_ladder(self) -> Ladder:
        """Return the ladder as it was, in the order of the checks of now; those that are gone come last."""
        was, order = self.difference.was_ladder, self.difference.order
        places = {check: place for place, check in enumerate(order)}
        named = [*self.difference.checks, *self.step.gone]
        ranks = tuple(was.ranks[places[check]] if check in places else -1 for check in named)
        return Ladder(was.levels, ranks, (0,) * len(ranks))


def find_change(
    judgement: Judgement, after: KeptGrade, was: Grade | None, moves: list[Move]
) -> Changed | None:
    """Return what moved of the level, the score or the checks at the time of *judgement*, None where nothing did."""
    grade = after.grade
    if was and not moves and (was.level, was.score) == (grade.level, grade.score):
        return None
    if was is None:
        because = RULE if judgement.difference.is_new else judgement.causes.scope
    elif was.level != grade.level:
        because = judgement.cause(grade.level)
    else:
        because = first_cause([move[3] for move in moves] or [RULE])
    return Changed(judgement.at, grade.level, was.level if was else "", grade.score, because, moves)
