"""Facts that decisions give of the entities they affect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from waypost.adr.approving import StandingState
from waypost.adr.model import Decision, Decisions
from waypost.adr.standings import find_standings
from waypost.catalog.model import Catalog
from waypost.core.plugin import CollectedFact, Collector, Context
from waypost.documents.judging import judgement
from waypost.documents.telling import freshness_fact

_NAMES: Final[Mapping[StandingState, str]] = {
    StandingState.NOT_NEEDED: "notNeeded",
    StandingState.APPROVED: "approved",
    StandingState.LAPSED: "lapsed",
    StandingState.MISSING: "missing",
    StandingState.NOT_ASKED: "notAsked",
}


def collect_decisions(context: Context) -> Iterator[CollectedFact]:
    """Give what decisions say of every entity that people wrote; empty and nought where no decision names it."""
    decisions, today = context.knowledge[Decisions], context.now.date()
    judged = judgement(context.knowledge, context.now).by_path
    standings = find_standings(context.workspace, context.knowledge, today)
    for entity in context.knowledge[Catalog].written:
        found = decisions.affecting(entity.ref)
        affecting = [
            decision_fact(decision)
            | {"standing": str(standings[decision.id].state)}
            | freshness_fact(judged.get(decision.path))
            for decision in found
        ]
        ref, holding = str(entity.ref), [decision for decision in found if decision.in_force]
        yield CollectedFact(ref, "decisions.affecting", affecting)
        yield CollectedFact(ref, "decisions.inForce", len(holding))
        yield CollectedFact(ref, "decisions.reviewDue", sum(_is_due(each, today) for each in holding))
        states = Counter(standings[decision.id].state for decision in holding)
        standing = {_NAMES[state]: states[state] for state in StandingState}
        yield CollectedFact(ref, "decisions.standing", standing)


def _is_due(decision: Decision, today: date) -> bool:
    return decision.review_by is not None and decision.review_by <= today


def decision_fact(decision: Decision) -> dict[str, Any]:
    """Return what rules may ask of *decision*; a day that nobody wrote is absent."""
    fact: dict[str, Any] = {
        "id": decision.id,
        "title": decision.title,
        "status": decision.status,
        "inForce": decision.in_force,
        "path": decision.path,
    }
    days = (("decidedOn", decision.decided or decision.dated), ("reviewBy", decision.review_by))
    return fact | {name: day.isoformat() for name, day in days if day}


COLLECTOR = Collector(
    "decisions",
    "The decisions that name an entity, how many hold, and how they stand with their reviews and approvals.",
    collect_decisions,
)
