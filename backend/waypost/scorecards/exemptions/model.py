"""Exemptions: who need not meet which checks, for how long. One function says whether one is active."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Exemption:
    """A check that some entities need not meet from a time until another.

    ``entities`` are full references. ``starts_at`` counts, ``expires_at`` no longer does.
    """

    name: str
    scorecard: str
    checks: tuple[str, ...]
    entities: tuple[str, ...]
    starts_at: datetime
    expires_at: datetime
    reason: str = ""
    ticket: str = ""
    risk: str = ""
    compensating_control: str = ""
    findings: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ()
    max_duration: timedelta | None = None
    path: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)

    def covers(self, scorecard: str, check: str, entity: str) -> bool:
        """Tell whether it speaks of *check* of *scorecard* for *entity*. One for findings covers no check."""
        return (
            self.scorecard == scorecard
            and check in self.checks
            and entity in self.entities
            and not self.findings
        )


def ends_at(exemption: Exemption, longest: timedelta | None) -> datetime:
    """Return when *exemption* ends: as it says, or as soon as it has lasted as long as is allowed.

    Args:
        exemption: The exemption, which may hold itself to a shorter time.
        longest: How long its scorecard lets it last in the entity's tier, None for any time.
    """
    allowed = [d for d in (longest, exemption.max_duration) if d is not None]
    return min([exemption.expires_at, *(exemption.starts_at + duration for duration in allowed)])


def is_active(exemption: Exemption, at: datetime, longest: timedelta | None) -> bool:
    """Tell whether *exemption* is active *at* a time. Whatever needs to know asks here.

    Args:
        exemption: The exemption.
        at: The time.
        longest: How long its scorecard lets it last in the entity's tier, None for any time.
    """
    return exemption.starts_at <= at < ends_at(exemption, longest)


@dataclass(frozen=True, slots=True)
class Place:
    """A check of a scorecard for an entity, and how long an exemption may last there."""

    scorecard: str
    check: str
    entity: str
    longest: timedelta | None = None


def find_active(exemptions: Iterable[Exemption], place: Place, at: datetime) -> Exemption | None:
    """Return the exemption that is active for *place* *at* a time, the one that lasts longest; None for none."""
    active = [
        exemption
        for exemption in exemptions
        if exemption.covers(place.scorecard, place.check, place.entity)
        and is_active(exemption, at, place.longest)
    ]
    return max(active, key=lambda found: (ends_at(found, place.longest), found.name), default=None)
