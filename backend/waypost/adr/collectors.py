"""Facts that decisions give of the entities they affect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from waypost.adr.model import Decision, Decisions
from waypost.catalog.model import Catalog
from waypost.core.plugin import CollectedFact, Collector, Context
from waypost.documents.judging import judgement
from waypost.documents.telling import freshness_fact


def collect_decisions(context: Context) -> Iterator[CollectedFact]:
    """Give ``decisions.affecting`` of every entity that people wrote: an empty list where no decision names it."""
    decisions = context.knowledge[Decisions]
    judged = judgement(context.knowledge, context.now).by_path
    for entity in context.knowledge[Catalog].written:
        affecting = [
            decision_fact(decision) | freshness_fact(judged.get(decision.path))
            for decision in decisions.affecting(entity.ref)
        ]
        yield CollectedFact(str(entity.ref), "decisions.affecting", affecting)


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
    "decisions", "The decisions that name an entity: decisions.affecting.", collect_decisions
)
