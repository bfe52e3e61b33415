"""Scorecards: what they ask of which entities, and the states that a check can be in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from waypost.core.errors import NotFoundError
from waypost.scorecards.exemptions.model import Exemption, Terms
from waypost.scorecards.scope import EVERYTHING
from waypost.scorecards.scope import AppliesTo as AppliesTo  # noqa: PLC0414 - part of the model

UNSET_TIER = "unset"
ANY_TIER = "*"


class State(StrEnum):
    """What a check came to for an entity."""

    PASS = "pass"  # noqa: S105 - a state of a check, no secret
    FAIL = "fail"
    NO_DATA = "no-data"
    STALE = "stale"
    ERROR = "error"
    NOT_APPLICABLE = "not-applicable"
    UPCOMING = "upcoming"
    EXEMPT = "exempt"
    INSUFFICIENT_DATA = "insufficient-data"
    WARN = "warn"


STATE_LETTERS: Mapping[State, str] = {
    State.PASS: "p",
    State.FAIL: "f",
    State.NO_DATA: "n",
    State.STALE: "s",
    State.ERROR: "e",
    State.NOT_APPLICABLE: "-",
    State.UPCOMING: "u",
    State.EXEMPT: "x",
    State.INSUFFICIENT_DATA: "i",
    State.WARN: "w",
}
"""The letter that each state is stored as: the states of an entity are one text."""

GAINED = frozenset({State.PASS, State.WARN})
"""States whose weight has passed in a score."""

ANSWERED = GAINED | {State.FAIL}
"""States in which the rule gave an answer."""

MET = GAINED | {State.EXEMPT, State.NOT_APPLICABLE, State.UPCOMING}
"""States in which a check does not stand in the way of a level."""

UNKNOWN = frozenset({State.NO_DATA, State.STALE, State.ERROR})
"""States in which nobody can say; a level outlives them for a time of grace."""

SCORED = ANSWERED | UNKNOWN
"""States whose weight counts in a score."""


class Lifecycle(StrEnum):
    """How far a scorecard has come. A draft and a shadow never reach a team's page."""

    DRAFT = "draft"
    SHADOW = "shadow"
    ACTIVE = "active"
    DEPRECATED = "deprecated"


@dataclass(frozen=True, slots=True)
class Level:
    """A rung of a scorecard: entities reach it by meeting every check at or below it."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Target:
    """The level that entities of a tier should reach, and by which day. ``*`` is every other tier."""

    tier: str
    level: str
    by: date


@dataclass(frozen=True, slots=True)
class Fix:
    """The page that tells how to mend a failing check, and how much work that is."""

    doc: str
    effort: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a number passes, and where it warns; lower is better where it passes below where it warns."""

    passes: float
    warns: float

    @property
    def is_lower_better(self) -> bool:
        """Whether small numbers pass."""
        return self.passes < self.warns

    def state(self, value: float) -> State:
        """Return the state of *value*: a limit belongs to the better side."""
        sign = -1 if self.is_lower_better else 1
        if sign * value >= sign * self.passes:
            return State.PASS
        return State.WARN if sign * value >= sign * self.warns else State.FAIL


@dataclass(frozen=True, slots=True)
class Bands:
    """From which number on a check passes, and from which it warns: one for all, or a map by tier."""

    passes: Any
    warns: Any

    def limits(self, tier: str) -> Limits:
        """Return the limits of *tier*: its own, or those of every other (``*``)."""
        found = params_for({"passes": self.passes, "warns": self.warns}, tier)
        return Limits(**found)


@dataclass(frozen=True)
class Check:
    """One thing that a scorecard asks. ``rule`` and its fellows are CEL; ``params`` may differ by tier.

    With ``bands`` the ``rule`` gives a number, and the bands tell what state that is.
    """

    id: str
    title: str
    rule: str
    level: str = ""
    weight: int = 1
    description: str = ""
    category: str = ""
    applies_to: AppliesTo = EVERYTHING
    max_age: Mapping[str, timedelta] = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)
    evidence: str = ""
    message: str = ""
    fix: Fix | None = None
    because: str = ""
    counter_metrics: tuple[str, ...] = ()
    not_before: date | None = None
    min_sample: str = ""
    bands: Bands | None = None

    def params_for(self, tier: str) -> dict[str, Any]:
        """Return the value of each parameter for *tier*; one that has none for it is left out."""
        return params_for(self.params, tier)

    def is_upcoming(self, day: date) -> bool:
        """Tell whether it is announced, and not yet scored on *day*."""
        return self.not_before is not None and day < self.not_before


def params_for(params: Mapping[str, Any], tier: str) -> dict[str, Any]:
    """Return the value of each of *params* for *tier*: its own, or that of every other (``*``)."""
    values: dict[str, Any] = {}
    for name, value in params.items():
        if not isinstance(value, Mapping):
            values[name] = value
        elif tier in value or ANY_TIER in value:
            values[name] = value.get(tier, value.get(ANY_TIER))
    return values


@dataclass(frozen=True, slots=True)
class ExemptionPolicy:
    """How long exemptions may last by tier, and which groups may approve them."""

    max_duration: Mapping[str, timedelta] = field(default_factory=dict)
    approvers: tuple[str, ...] = ()

    def terms(self, tier: str) -> Terms:
        """Return on which terms an exemption may be given in *tier*."""
        return Terms(self.max_duration.get(tier, self.max_duration.get(ANY_TIER)), self.approvers)


@dataclass(frozen=True, slots=True)
class RuleTest:
    """A case beside the rules: what an entity with some facts should come to at a time.

    ``level`` is ``none`` for no level; it and ``score`` are "" and None where nothing is expected of them.
    """

    name: str
    entity: Mapping[str, Any]
    facts: Mapping[str, Any]
    now: str
    expect: Mapping[str, State]
    messages: Mapping[str, str] = field(default_factory=dict)
    level: str = ""
    score: float | None = None


@dataclass(frozen=True)
class Scorecard:
    """A named list of checks with the levels they lead to."""

    name: str
    title: str
    checks: tuple[Check, ...]
    levels: tuple[Level, ...] = ()
    description: str = ""
    owner: str = ""
    lifecycle: Lifecycle = Lifecycle.ACTIVE
    applies_to: AppliesTo = EVERYTHING
    tier: str = ""
    targets: tuple[Target, ...] = ()
    exemptions: ExemptionPolicy = ExemptionPolicy()
    tests: tuple[RuleTest, ...] = ()
    path: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)

    @cached_property
    def rank(self) -> Mapping[str, int]:
        """The place of each level, from 0 for the lowest."""
        return {level.name: place for place, level in enumerate(self.levels)}

    def target(self, tier: str) -> Target | None:
        """Return the target of *tier*: its own, or that of every other."""
        by_tier = {target.tier: target for target in reversed(self.targets)}
        return by_tier.get(tier) or by_tier.get(ANY_TIER)

    def digest(self, check: Check, tier: str) -> str:
        """Return what identifies how *check* is decided in *tier*: another one means that the rule changed."""
        known = self._digests.get((check.id, tier))
        if known is None:
            parts = (
                check.rule, check.min_sample, check.applies_to, check.not_before, check.level, self.tier,
                sorted(check.max_age.items()), sorted(check.params_for(tier).items()), self.applies_to,
                *([check.bands.limits(tier)] if check.bands else []),
            )  # fmt: skip
            known = hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
            self._digests[check.id, tier] = known
        return known

    @cached_property
    def _digests(self) -> dict[tuple[str, str], str]:
        return {}


@dataclass(frozen=True)
class Scorecards:
    """Every scorecard and every exemption of the workspace, by name."""

    scorecards: tuple[Scorecard, ...] = ()
    exemptions: tuple[Exemption, ...] = ()

    def find(self, name: str) -> Scorecard | None:
        """Return the scorecard called *name*, or None."""
        return next((card for card in self.scorecards if card.name == name), None)

    def get(self, name: str) -> Scorecard:
        """Return the scorecard called *name*.

        Raises:
            NotFoundError: There is none.
        """
        found = self.find(name)
        if found is None:
            raise NotFoundError("scorecard", name)
        return found
