"""Campaigns: which entities should meet some checks by which day, and what happens then."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from waypost.scorecards.model import AppliesTo

WHOLE = 100.0


class OnDeadline(StrEnum):
    """What the deadline does to an entity that is left: it is shown, warned about, or stopped at a gate."""

    REPORT = "report"
    WARN = "warn"
    BLOCK = "block"


class Phase(StrEnum):
    """Where a campaign is in its time. The deadline's day still belongs to it."""

    ANNOUNCED = "announced"
    RUNNING = "running"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class RampStep:
    """How many per cent of the entities should be done when a day ends."""

    day: date
    percent: float


@dataclass(frozen=True, slots=True)
class Campaign:
    """Some checks that entities should meet by a deadline, in steps."""

    name: str
    scorecard: str
    checks: tuple[str, ...]
    start: date
    deadline: date
    applies_to: AppliesTo = field(default_factory=AppliesTo)
    ramp: tuple[RampStep, ...] = ()
    on_deadline: OnDeadline = OnDeadline.REPORT
    title: str = ""
    description: str = ""
    owner: str = ""
    path: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)

    @property
    def steps(self) -> tuple[RampStep, ...]:
        """The ramp, and the whole at the deadline where it does not say otherwise."""
        if any(step.day >= self.deadline for step in self.ramp):
            return self.ramp
        return (*self.ramp, RampStep(self.deadline, WHOLE))

    def phase(self, day: date) -> Phase:
        """Return where it is on *day*."""
        if day < self.start:
            return Phase.ANNOUNCED
        return Phase.RUNNING if day <= self.deadline else Phase.OVER

    def planned(self, day: date) -> float:
        """Return how many per cent should be done on *day*: what the last step asks whose day is over; at first none."""
        return max((step.percent for step in self.steps if step.day < day), default=0.0)

    def next_step(self, day: date) -> RampStep | None:
        """Return the next step whose day is not over on *day*, None where there is none."""
        return min((step for step in self.steps if step.day >= day), key=lambda step: step.day, default=None)


@dataclass(frozen=True, slots=True)
class Campaigns:
    """Every campaign of the workspace."""

    campaigns: tuple[Campaign, ...] = ()

    def find(self, name: str) -> Campaign | None:
        """Return the campaign called *name*, or None."""
        return next((campaign for campaign in self.campaigns if campaign.name == name), None)


def share_due(percent: float, of: int) -> int:
    """Return how many of *of* entities *percent* is, none of them in parts."""
    return math.ceil(round(percent * of / WHOLE, 6))
