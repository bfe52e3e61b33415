"""Exemptions: who need not meet which checks, for how long. One function says whether one is active."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Exemption:
    """A check that some entities need not meet from a time until another.

    ``entities`` are full references. ``starts_at`` counts, ``expires_at`` no longer does. One with ``findings``
    is from these alone, and not from the whole check.
    """

    name: str
    scorecard: str
    checks: tuple[str, ...]
    entities: tuple[str, ...]
    starts_at: datetime
    expires_at: datetime
    title: str = ""
    owner: str = ""
    reason: str = ""
    ticket: str = ""
    risk: str = ""
    compensating_control: str = ""
    findings: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ()
    max_duration: timedelta | None = None
    path: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a scorecard lets exemptions be given in a tier.

    ``longest`` is how long one may last, None for any time. One of ``approvers`` must be among the exemption's;
    where there are none, nobody need be.
    """

    longest: timedelta | None = None
    approvers: tuple[str, ...] = ()


ANY_TERMS = Terms()


@dataclass(frozen=True, slots=True)
class Place:
    """A check of a scorecard for an entity, and the terms that hold in the tier that it is judged in."""

    scorecard: str
    check: str
    entity: str
    terms: Terms = ANY_TERMS


def is_active(exemption: Exemption, place: Place, at: datetime) -> bool:
    """Tell whether *exemption* is active for *place* *at* a time. Whatever needs to know asks here.

    It speaks of the place, somebody approved it who may, and the time is between its start and its end. One
    for findings is active for its check in the same way; what it covers there, ``covering`` tells.
    """
    return (
        covers(exemption, place)
        and is_approved(exemption, place.terms)
        and exemption.starts_at <= at < ends_at(exemption, place.terms)
    )


def covers(exemption: Exemption, place: Place) -> bool:
    """Tell whether *exemption* speaks of *place* at all."""
    return (
        exemption.scorecard == place.scorecard
        and place.check in exemption.checks
        and place.entity in exemption.entities
    )


def is_approved(exemption: Exemption, terms: Terms) -> bool:
    """Tell whether one of those who may approve *exemption* did; anybody may where *terms* name nobody."""
    return not terms.approvers or any(one in terms.approvers for one in exemption.approvers)


def ends_at(exemption: Exemption, terms: Terms) -> datetime:
    """Return when *exemption* ends: as it says, or as soon as it has lasted as long as is allowed."""
    allowed = [span for span in (terms.longest, exemption.max_duration) if span is not None]
    return min([exemption.expires_at, *(exemption.starts_at + span for span in allowed)])


def renews(exemption: Exemption, other: Exemption) -> bool:
    """Tell whether *exemption* goes on with what *other* began: it starts later, somewhere from the same check."""
    return (
        exemption.scorecard == other.scorecard
        and exemption.starts_at > other.starts_at
        and bool(set(exemption.checks) & set(other.checks))
        and bool(set(exemption.entities) & set(other.entities))
    )
