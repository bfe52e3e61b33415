"""The ledger: every exemption at every place it is from, how it stands at a time, and the risk that it carries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from waypost.scorecards.exemptions.covering import find_cover
from waypost.scorecards.exemptions.model import Exemption, Place, ends_at, is_active, is_approved
from waypost.scorecards.model import UNSET_TIER, ExemptionPolicy, State

SOON: Final = timedelta(days=30)
"""An exemption that ends within this is told as expiring."""

_NOTHING_TO_EXEMPT: Final = frozenset({State.PASS, State.WARN, State.NOT_APPLICABLE, State.UPCOMING})


class Stage(StrEnum):
    """How far an exemption has come at a place."""

    ACTIVE = "active"
    ANNOUNCED = "announced"
    ENDED = "ended"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the ledger needs of a scorecard: its terms, and the title and weight of each check."""

    title: str
    policy: ExemptionPolicy
    checks: Mapping[str, tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Graded:
    """An entity in a scorecard when it was last evaluated: whose it is, its tier, and its results by check."""

    owner: str
    tier: str
    results: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """An exemption at one check of one entity, at a time.

    ``state`` and ``would`` are of the result as it was last evaluated, None where the check is not asked. ``why``
    says why it is refused, or unused. ``days`` are those that this and the ones that it renews have been active so
    far, ``days_in_all`` those until it ends; each day is counted once. ``risk`` is the weight of the check times
    ``days``, ``risk_in_all`` times ``days_in_all``; both are 0 where it is not in use.
    """

    exemption: Exemption
    place: Place
    stage: Stage
    ends_at: datetime
    scorecard_title: str = ""
    check_title: str = ""
    weight: int = 0
    owner: str = ""
    tier: str = UNSET_TIER
    state: State | None = None
    would: State | None = None
    why: str = ""
    is_expiring: bool = False
    is_unused: bool = False
    renewals: int = 0
    days: int = 0
    days_in_all: int = 0
    risk: int = 0
    risk_in_all: int = 0


def make_ledger(
    exemptions: Sequence[Exemption],
    asked: Mapping[str, Asked],
    graded: Mapping[tuple[str, str], Graded],
    at: datetime,
) -> list[Entry]:
    """Return an entry for each place of each of *exemptions*, by scorecard, entity, check and start.

    Args:
        exemptions: Every exemption there is: those of one place count together.
        asked: The scorecards, by name.
        graded: The entities as they were last evaluated, by scorecard and reference.
        at: The time to judge by.
    """
    by_place: dict[Place, list[Exemption]] = defaultdict(list)
    for exemption in exemptions:
        for place in _places(exemption, asked, graded):
            by_place[place].append(exemption)
    ordered = sorted(by_place, key=lambda place: (place.scorecard, place.entity, place.check))
    return [
        entry for place in ordered for entry in _Chain(place, by_place[place], asked, graded, at).entries()
    ]


def _places(
    exemption: Exemption, asked: Mapping[str, Asked], graded: Mapping[tuple[str, str], Graded]
) -> Iterable[Place]:
    card = asked.get(exemption.scorecard)
    policy = card.policy if card else ExemptionPolicy()
    for entity in dict.fromkeys(exemption.entities):
        known = graded.get((exemption.scorecard, entity))
        terms = policy.terms(known.tier if known else UNSET_TIER)
        for check in dict.fromkeys(exemption.checks):
            yield Place(exemption.scorecard, check, entity, terms)


@dataclass(frozen=True, slots=True)
class _Chain:
    """All exemptions of one place: each that begins later renews those before it."""

    place: Place
    exemptions: Sequence[Exemption]
    asked: Mapping[str, Asked]
    graded: Mapping[tuple[str, str], Graded]
    at: datetime

    def entries(self) -> list[Entry]:
        ordered = sorted(self.exemptions, key=lambda one: (one.starts_at, one.name))
        before: list[Exemption] = []
        found = []
        for exemption in ordered:
            entry = self._entry(exemption)
            if entry.stage is not Stage.REFUSED and is_approved(exemption, self.place.terms):
                entry = self._counted(entry, before)
                before.append(exemption)
            found.append(entry)
        return found

    def _entry(self, exemption: Exemption) -> Entry:
        place, card = self.place, self.asked.get(self.place.scorecard)
        title, weight = (card.checks if card else {}).get(place.check, (place.check, 0))
        known = self.graded.get((place.scorecard, place.entity))
        outcome = known.results.get(place.check) if known else None
        entry = Entry(
            exemption,
            place,
            Stage.ENDED,
            ends_at(exemption, place.terms),
            scorecard_title=card.title if card else place.scorecard,
            check_title=title,
            weight=weight,
            owner=known.owner if known else "",
            tier=known.tier if known else UNSET_TIER,
            state=outcome.state if outcome else None,
            would=(outcome.would or outcome.state) if outcome else None,
        )
        return self._staged(entry, outcome)

    def _staged(self, entry: Entry, outcome: Any) -> Entry:
        """Return *entry* with its stage at the time, which for the active ones ``is_active`` tells alone."""
        exemption = entry.exemption
        why = self._refused(exemption)
        if is_active(exemption, self.place, self.at) and not why:
            unused = self._unused(exemption, entry, outcome)
            soon = entry.ends_at <= self.at + SOON
            return replace(entry, stage=Stage.ACTIVE, is_expiring=soon, is_unused=bool(unused), why=unused)
        if self.at >= entry.ends_at:
            return entry
        return replace(entry, stage=Stage.REFUSED if why else Stage.ANNOUNCED, why=why)

    def _refused(self, exemption: Exemption) -> str:
        card = self.asked.get(self.place.scorecard)
        if card is None:
            return f"no scorecard is named '{self.place.scorecard}'"
        if self.place.check not in card.checks:
            return f"the scorecard has no check '{self.place.check}'"
        if not is_approved(exemption, self.place.terms):
            return f"approved by none of {', '.join(self.place.terms.approvers)}"
        return ""

    def _unused(self, exemption: Exemption, entry: Entry, outcome: Any) -> str:
        if outcome is None or outcome.state is State.NOT_APPLICABLE:
            return "the check is not asked of it"
        if outcome.state is State.UPCOMING:
            return "the check does not count yet"
        if entry.would in _NOTHING_TO_EXEMPT:
            return f"it would {entry.would}" if entry.would is State.PASS else f"it would be {entry.would}"
        cover = find_cover(self.exemptions, self.place, self.at)
        if exemption.findings and exemption not in cover.find(outcome.evidence).exemptions:
            return "none of its findings is found"
        return ""

    def _counted(self, entry: Entry, before: Sequence[Exemption]) -> Entry:
        chain = [*before, entry.exemption]
        ends = [ends_at(one, self.place.terms) for one in chain]
        spans = [(one.starts_at, end) for one, end in zip(chain, ends, strict=True)]
        until = min(self.at, entry.ends_at)
        days = _days([(start, min(end, until)) for start, end in spans])
        in_all = _days([(start, min(end, entry.ends_at)) for start, end in spans])
        carries = self._carries(entry)
        return replace(
            entry,
            renewals=len(before),
            days=days,
            days_in_all=in_all,
            risk=entry.weight * days if carries else 0,
            risk_in_all=entry.weight * in_all if carries else 0,
        )

    def _carries(self, entry: Entry) -> bool:
        """Tell whether *entry* is the one that the risk of its place is booked on: of several active, the last to end."""
        if entry.stage is not Stage.ACTIVE or entry.is_unused:
            return False
        cover = find_cover(self.exemptions, self.place, self.at)
        deciding = cover.whole or (cover.partial[-1] if cover.partial else None)
        return deciding is entry.exemption


def _days(spans: Iterable[tuple[datetime, datetime]]) -> int:
    """Return how many whole days *spans*, in the order of their starts, last together; none is counted twice."""
    whole, reached = timedelta(), None
    for start, end in spans:
        begin = start if reached is None else max(start, reached)
        if end > begin:
            whole += end - begin
            reached = end
    return whole.days


@dataclass(frozen=True, slots=True)
class Carried:
    """The risk that some entries carry, and how many do."""

    places: int
    risk: int
    risk_in_all: int


def carried(entries: Iterable[Entry]) -> Carried:
    """Return the risk that *entries* carry together."""
    carrying = [entry for entry in entries if entry.risk_in_all]
    return Carried(
        len(carrying), sum(entry.risk for entry in carrying), sum(entry.risk_in_all for entry in carrying)
    )


def carried_by(entries: Iterable[Entry], key: Callable[[Entry], str]) -> dict[str, Carried]:
    """Return the risk by *key*, the highest first; what carries none is left out."""
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.risk_in_all:
            groups[key(entry)].append(entry)
    found = {name: carried(group) for name, group in groups.items()}
    return dict(sorted(found.items(), key=lambda pair: (-pair[1].risk, -pair[1].risk_in_all, pair[0])))


FILTERS: Final[Mapping[str, Callable[[Entry], bool]]] = {
    "active": lambda entry: entry.stage is Stage.ACTIVE,
    "expiring": lambda entry: entry.is_expiring,
    "unused": lambda entry: entry.is_unused,
    "announced": lambda entry: entry.stage is Stage.ANNOUNCED,
    "ended": lambda entry: entry.stage is Stage.ENDED,
    "refused": lambda entry: entry.stage is Stage.REFUSED,
    "renewed": lambda entry: entry.renewals > 0 and entry.stage is Stage.ACTIVE,
}
"""What may be asked for by name, in the order in which the ledger tells it."""
