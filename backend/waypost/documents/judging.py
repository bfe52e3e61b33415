"""Judging a whole workspace: the freshness of each page and decision, and which to read first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from waypost.core.evidence import Bearing, Evidences, Subject
from waypost.core.plugin import CheckedAt, Knowledge
from waypost.documents.freshness import Freshness, State, judge


@dataclass(frozen=True, slots=True)
class Judged:
    """A page or decision with its freshness, and how pressing it is that somebody reads it."""

    subject: Subject
    freshness: Freshness
    points: int

    @property
    def wants_reading(self) -> bool:
        """Whether something is to be settled."""
        return self.freshness.state is not State.FRESH


@dataclass(frozen=True)
class Judgement:
    """How everything stands on a day, by path."""

    day: date
    by_path: Mapping[str, Judged]

    def to_read(self, owner: str | None = None) -> tuple[Judged, ...]:
        """Return what wants reading, the most pressing first; only what *owner* answers for, where one is named."""
        return worst_first(
            judged
            for judged in self.by_path.values()
            if judged.wants_reading and owner in (None, judged.subject.owner)
        )


def judgement(knowledge: Knowledge, at: datetime) -> Judgement:
    """Return how every page and decision of *knowledge* stands *at* a time; worked out once a day.

    Knowledge that was put together without evidence has nothing to judge.
    """
    day = at.date()
    if Judgement in knowledge and knowledge[Judgement].day == day:
        return knowledge[Judgement]
    if CheckedAt not in knowledge:
        # Evidence asks checks for what they find, and some of those ask for the time.
        knowledge.put(CheckedAt(at))
    made = Judgement(day, _judge_all(knowledge[Evidences], day) if Evidences in knowledge else {})
    knowledge.put(made)
    return made


def _judge_all(evidences: Evidences, day: date) -> dict[str, Judged]:
    found = {}
    for path, subject in evidences.subjects.items():
        freshness = judge(subject, evidences.of(path), day)
        found[path] = Judged(subject, freshness, points_of(subject, freshness, day))
    return found


def worst_first(found: Iterable[Judged]) -> tuple[Judged, ...]:
    """Return *found*, what is most pressing first: by points, then what stands so for longer, then by path."""
    return tuple(
        sorted(
            found,
            key=lambda each: (-each.points, each.freshness.since or date.max, each.subject.path),
        )
    )


# The guide to freshness tells these figures; a test holds it to them.
OF_EVIDENCE: Final[Mapping[Bearing, int]] = {Bearing.REFUTES: 40, Bearing.DOUBTS: 20, Bearing.AGED: 5}
_FURTHER: Final = 5
_MOST_FURTHER: Final = 15
OF_KIND: Final[Mapping[str, int]] = {
    "runbook": 20,
    "playbook": 10,
    "golden-path": 5,
    "policy": 5,
    "reference-architecture": 5,
    "standard": 5,
}
OF_TIER: Final[Mapping[str, int]] = {"tier-1": 10, "tier-2": 5}
_OF_SEVERITY: Final[Mapping[str, int]] = {"page": 10, "critical": 10}
_DAYS_A_POINT: Final = 30
_MOST_OF_AGE: Final = 12


def points_of(subject: Subject, freshness: Freshness, day: date) -> int:
    """Return how pressing it is to read *subject*: evidence, then what the page is for, then how long it stands so.

    The heaviest reason counts 40 (known wrong), 20 (in doubt) or 5 (aged), each further one 5, up to 15. A runbook
    counts 20, a playbook 10, what others build by 5; tier-1 or a severity that wakes somebody 10 each, tier-2 5.
    Each 30 days count 1, up to 12. What is fresh has none.
    """
    if not freshness.reasons:
        return 0
    further = min((len(freshness.reasons) - 1) * _FURTHER, _MOST_FURTHER)
    days = (day - freshness.since).days if freshness.since else 0
    return (
        OF_EVIDENCE[freshness.reasons[0].bearing]
        + further
        + OF_KIND.get(subject.kind, 0)
        + OF_TIER.get(subject.tier, 0)
        + _OF_SEVERITY.get(subject.severity, 0)
        + min(days // _DAYS_A_POINT, _MOST_OF_AGE)
    )
