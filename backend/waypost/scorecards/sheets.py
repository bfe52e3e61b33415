"""Sheets: everything that is kept of one entity's checks in one scorecard, by their places, as two texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import orjson

from waypost.scorecards.model import STATE_LETTERS
from waypost.scorecards.results import STATES, Move, Outcome

PARTS: Final = ("since", "message", "evidence", "would", "exemption", "unknown", "due")


@dataclass(slots=True)
class Sheet:
    """The results of the checks of one entity: a letter each, and what else there is to tell of some.

    Keys are the places of checks in their scorecard, as texts; what a check has nothing of is not there. ``at`` is
    since when checks are in their state, but for those in ``since``; ``unknown`` is since when nobody can say. ``due``
    is when time alone may change what a check comes to. Times are ISO texts in UTC. ``fault`` says why it could not be
    told whether the scorecard applies.
    """

    states: str
    at: str
    since: dict[str, str] = field(default_factory=dict)
    message: dict[str, str] = field(default_factory=dict)
    evidence: dict[str, Any] = field(default_factory=dict)
    would: dict[str, str] = field(default_factory=dict)
    exemption: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)
    due: dict[str, str] = field(default_factory=dict)
    fault: str = ""

    def details(self) -> str:
        """Return all but the states as JSON text, the same for the same."""
        told: dict[str, Any] = {"at": self.at}
        for name in PARTS:
            part = getattr(self, name)
            if part:
                told[name] = part
        if self.fault:
            told["fault"] = self.fault
        return orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode()

    def outcomes(self, checks: Sequence[str]) -> dict[str, Outcome]:
        """Return the outcome of each of *checks*, the ids of the scorecard's in their order."""
        return {check: self.outcome_at(place, check) for place, check in enumerate(checks)}

    def outcome_at(self, place: int, check: str) -> Outcome:
        """Return the outcome of *check*, which has this place among the scorecard's."""
        key = str(place)
        would, unknown = self.would.get(key), self.unknown.get(key)
        return Outcome(
            check,
            STATES[self.states[place]],
            self.message.get(key, ""),
            self.evidence.get(key),
            would=STATES[would] if would else None,
            exemption=self.exemption.get(key, ""),
            since=datetime.fromisoformat(self.since.get(key, self.at)),
            unknown_since=datetime.fromisoformat(unknown) if unknown else None,
        )


def read_sheet(states: str, details: str) -> Sheet:
    """Return the sheet that was kept as *states* and *details*."""
    return Sheet(states, **orjson.loads(details))


def told(outcome: Outcome) -> Iterable[tuple[str, Any]]:
    """Give what there is to tell of *outcome* beside its state, by the part of the sheet that it belongs to."""
    if outcome.message:
        yield "message", outcome.message
    if outcome.evidence is not None:
        yield "evidence", outcome.evidence
    if outcome.would:
        yield "would", STATE_LETTERS[outcome.would]
    if outcome.exemption:
        yield "exemption", outcome.exemption
    if outcome.unknown_since:
        yield "unknown", outcome.unknown_since.isoformat()


def moves_of(value: Iterable[Sequence[str]]) -> list[Move]:
    """Return moves as they were kept."""
    return [(check, was, state, because) for check, was, state, because in value]
