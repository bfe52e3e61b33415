"""Facts that runbooks give of the entities they are about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any

from waypost.catalog.model import Catalog
from waypost.core.plugin import CollectedFact, Collector, Context
from waypost.documents.judging import judgement
from waypost.documents.telling import freshness_fact
from waypost.runbooks.model import Runbook, Runbooks


def collect_runbooks(context: Context) -> Iterator[CollectedFact]:
    """Give ``docs.runbook`` of each entity that has one: of several, the one that was exercised last."""
    runbooks = context.knowledge[Runbooks]
    judged = judgement(context.knowledge, context.now).by_path
    for entity in context.knowledge[Catalog].written:
        about = [r for r in runbooks.about(entity.ref) if r.status not in ("draft", "retired")]
        if about:
            newest = max(about, key=lambda runbook: (str(runbook.exercised_at or ""), runbook.name))
            alerts = sorted({alert for runbook in about for alert in runbook.alerts})
            fact = runbook_fact(newest) | {"alerts": alerts} | freshness_fact(judged.get(newest.path))
            yield CollectedFact(str(entity.ref), "docs.runbook", fact)


def runbook_fact(runbook: Runbook) -> dict[str, Any]:
    """Return what rules may ask of *runbook*; a time that nobody recorded is absent, not empty."""
    fact: dict[str, Any] = {"path": runbook.path, "alerts": list(runbook.alerts)}
    if runbook.exercised_at:
        fact["exercisedAt"] = runbook.exercised_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if runbook.reviewed_on:
        fact["reviewedOn"] = runbook.reviewed_on.isoformat()
    return fact


COLLECTOR = Collector("runbooks", "The runbook of an entity: docs.runbook.", collect_runbooks)
