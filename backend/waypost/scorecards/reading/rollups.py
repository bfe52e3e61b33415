"""Roll-ups: what the grades of many entities say together. Never an average of averages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

NO_LEVEL = "none"


@dataclass(frozen=True, slots=True)
class Graded:
    """As much of an entity's grade as a roll-up needs."""

    level: str
    score: float | None
    meets_target: bool | None
    tier: str
    owner: str
    system: str = ""
    domain: str = ""
    evaluated: int = 0
    applicable: int = 0


@dataclass(frozen=True, slots=True)
class RollUp:
    """How many entities have which level, how many meet their tier's target, and the median score.

    ``targeted`` counts those that have a target. ``median_score`` is None where no entity has a score. Of the
    ``applicable`` checks of all entities ``evaluated`` gave an answer.
    """

    levels: Mapping[str, int]
    entities: int
    met: int
    targeted: int
    median_score: float | None
    evaluated: int = 0
    applicable: int = 0


def roll_up(levels: Sequence[str], grades: Iterable[Graded]) -> RollUp:
    """Return what *grades* say together; every one of *levels* is counted, and ``none``."""
    known = list(grades)
    counts = dict.fromkeys([*levels, NO_LEVEL], 0)
    for grade in known:
        name = grade.level or NO_LEVEL
        counts[name] = counts.get(name, 0) + 1
    scores = [grade.score for grade in known if grade.score is not None]
    return RollUp(
        levels=counts,
        entities=len(known),
        met=sum(1 for grade in known if grade.meets_target),
        targeted=sum(1 for grade in known if grade.meets_target is not None),
        median_score=median(scores) if scores else None,
        evaluated=sum(grade.evaluated for grade in known),
        applicable=sum(grade.applicable for grade in known),
    )


def roll_up_by(
    levels: Sequence[str], grades: Iterable[Graded], key: Callable[[Graded], str]
) -> dict[str, RollUp]:
    """Return a roll-up for each value of *key*, in its order."""
    groups: dict[str, list[Graded]] = {}
    for grade in grades:
        groups.setdefault(key(grade), []).append(grade)
    return {name: roll_up(levels, groups[name]) for name in sorted(groups)}
