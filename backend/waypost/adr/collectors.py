"""Facts that decisions give of the entities they affect."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time

from waypost.adr.model import Decision, Decisions
from waypost.adr.service import in_force
from waypost.catalog.model import Catalog
from waypost.core.plugin import CollectedFact, Collector, Context


def collect_decisions(context: Context) -> Iterator[CollectedFact]:
    """Give each entity the decisions in force that affect it; an entity that none affects has nought."""
    decisions, catalog = context.knowledge[Decisions], context.knowledge[Catalog]
    today = context.now.date()
    for ref, entity in catalog.entities.items():
        holding = in_force(decisions.affecting(entity.ref))
        yield CollectedFact(ref, "decisions.inForce", len(holding))
        if holding:
            overdue = sum(1 for decision in holding if decision.review_by and decision.review_by < today)
            yield CollectedFact(ref, "decisions.reviewOverdue", overdue)
        newest = max(holding, key=_day, default=None)
        if newest is not None and newest.date is not None:
            at = datetime.combine(newest.date, time(), UTC)
            value = {"id": newest.id, "title": newest.title, "decidedAt": at.strftime("%Y-%m-%dT%H:%M:%SZ")}
            yield CollectedFact(ref, "decisions.newest", value)


def _day(decision: Decision) -> tuple[str, str]:
    return (str(decision.date or ""), decision.id)


COLLECTOR = Collector("decisions", "Decisions in force that affect an entity.", collect_decisions)
