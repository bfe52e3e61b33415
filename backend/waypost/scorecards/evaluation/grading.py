"""Levels and scores: what the results of an entity's checks add up to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from waypost.scorecards.model import ANSWERED, GAINED, SCORED, STATE_LETTERS, UNKNOWN, Scorecard, State
from waypost.scorecards.results import MET_LETTERS, Grade, Outcome, letters_of, state_without_exemption

GRACE = timedelta(days=7)
"""How long a level outlives checks that nobody can answer: a broken collector should not redden the board."""


_SCORED, _GAINED, _ANSWERED = letters_of(SCORED), letters_of(GAINED), letters_of(ANSWERED)
_EXEMPT, _ABSENT, _UPCOMING = (
    STATE_LETTERS[state] for state in (State.EXEMPT, State.NOT_APPLICABLE, State.UPCOMING)
)


@dataclass(frozen=True)
class Ladder:
    """What adds up the results of a scorecard: its levels, and the level and weight of each check by its place.

    The level of a check is its rank, -1 for none.
    """

    levels: tuple[str, ...]
    ranks: tuple[int, ...]
    weights: tuple[int, ...]

    @cached_property
    def rank(self) -> dict[str, int]:
        """The place of each level, from 0 for the lowest."""
        return {level: place for place, level in enumerate(self.levels)}

    def highest(self, states: str, graced: Collection[int] = ()) -> int:
        """Return the rank of the highest level whose checks, and those below, are all met; -1 for none.

        Args:
            states: The letter of each check.
            graced: The places of checks that are in their time of grace.
        """
        lowest = len(self.levels)
        for place, (letter, rank) in enumerate(zip(states, self.ranks, strict=True)):
            if letter not in MET_LETTERS and 0 <= rank < lowest and place not in graced:
                lowest = rank
        return lowest - 1

    def level(self, states: str, graced: Collection[int], had_level: str) -> str:
        """Return the level that *states* lead to, "" for none.

        It is the highest such that every check at or below it is met. A check that nobody can answer stops a rise at
        once; it causes a fall from *had_level* only when it is no longer among those *graced*.
        """
        reached = self.highest(states)
        if graced:
            reached = max(reached, min(self.highest(states, graced), self.rank.get(had_level, -1)))
        return self.levels[reached] if reached >= 0 else ""

    def score(self, states: str) -> float | None:
        """Return the weight that passed over the weight of all that counts, None where nothing counts."""
        whole = passed = 0
        for letter, weight in zip(states, self.weights, strict=True):
            if letter in _SCORED:
                whole += weight
                if letter in _GAINED:
                    passed += weight
        return passed / whole if whole else None


def ladder_of(scorecard: Scorecard) -> Ladder:
    """Return what adds up the results of *scorecard*."""
    rank = scorecard.rank
    return Ladder(
        tuple(level.name for level in scorecard.levels),
        tuple(rank.get(check.level, -1) for check in scorecard.checks),
        tuple(check.weight for check in scorecard.checks),
    )


@dataclass(frozen=True, slots=True)
class Standings:
    """The states of an entity's checks as letters.

    ``bare`` are those without exemptions; ``graced`` are the places of checks in their time of grace.
    """

    states: str
    bare: str
    graced: frozenset[int] = frozenset()


def add_up(scorecard: Scorecard, ladder: Ladder, tier: str, found: Standings, *, had_level: str) -> Grade:
    """Add up what was *found* of an entity of *tier*, which had *had_level* until now."""
    states, bare = found.states, found.bare
    level = ladder.level(states, found.graced, had_level)
    target = scorecard.target(tier)
    score = ladder.score(states)
    return Grade(
        level=level,
        score=score,
        score_without_exemptions=score if bare == states else ladder.score(bare),
        evaluated=sum(1 for letter in bare if letter in _ANSWERED),
        applicable=len(states) - states.count(_ABSENT) - states.count(_UPCOMING),
        meets_target=None if target is None else ladder.rank.get(level, -1) >= ladder.rank[target.level],
        target_level=target.level if target else "",
        target_by=target.by if target else None,
    )


def grade(
    scorecard: Scorecard, tier: str, outcomes: Sequence[Outcome], *, now: datetime, had_level: str
) -> Grade:
    """Add up *outcomes* of an entity of *tier*.

    Args:
        scorecard: The scorecard.
        tier: The entity's tier.
        outcomes: One for each check, in their order.
        now: The time to judge at.
        had_level: The level that the entity had until now.
    """
    found = Standings(
        "".join(STATE_LETTERS[outcome.state] for outcome in outcomes),
        "".join(STATE_LETTERS[state_without_exemption(outcome)] for outcome in outcomes),
        frozenset(place for place, outcome in enumerate(outcomes) if _in_grace(outcome, now)),
    )
    return add_up(scorecard, ladder_of(scorecard), tier, found, had_level=had_level)


def without_exemptions(states: str, would: dict[str, str]) -> str:
    """Return *states* as they would be without exemptions: ``would`` has the state below one by its check's place."""
    if _EXEMPT not in states:
        return states
    return "".join(
        would.get(str(place), letter) if letter == _EXEMPT else letter for place, letter in enumerate(states)
    )


def _in_grace(outcome: Outcome, now: datetime) -> bool:
    since = outcome.unknown_since
    return outcome.state in UNKNOWN and since is not None and now - since < GRACE
