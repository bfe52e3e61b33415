"""Facts that runbooks give of the entities they are about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any, Final

from waypost.catalog.model import Catalog, EntityRef
from waypost.core.plugin import CollectedFact, Collector, Context
from waypost.documents.judging import judgement
from waypost.documents.telling import freshness_fact
from waypost.runbooks.model import Runbook, Runbooks

LABELS: Final = ("entity", "component", "service")
"""The labels of an alert that say what it is about: a reference, or the name of a component."""


def collect_runbooks(context: Context) -> Iterator[CollectedFact]:
    """Give ``docs.runbook`` of each entity that has one, and ``runbooks.alerts`` of each where there are rule files.

    Of several runbooks, it is the one that was exercised last.
    """
    runbooks = context.knowledge[Runbooks]
    judged = judgement(context.knowledge, context.now).by_path
    alarms = _Alerts(runbooks) if runbooks.rules else None
    for entity in context.knowledge[Catalog].written:
        if alarms is not None:
            yield CollectedFact(str(entity.ref), "runbooks.alerts", alarms.fact(entity.ref))
        about = [r for r in runbooks.about(entity.ref) if r.status not in ("draft", "retired")]
        if about:
            newest = max(about, key=lambda runbook: (str(runbook.exercised_at or ""), runbook.name))
            alerts = sorted({alert for runbook in about for alert in runbook.alerts})
            fact = runbook_fact(newest) | {"alerts": alerts} | freshness_fact(judged.get(newest.path))
            yield CollectedFact(str(entity.ref), "docs.runbook", fact)


class _Alerts:
    """The alerts that wake somebody, by what they are about."""

    def __init__(self, runbooks: Runbooks) -> None:
        self._runbooks = runbooks
        self._names = {rule.name.lower(): rule.name for rule in runbooks.rules if rule.pages_somebody}
        self._about: dict[str, set[str]] = {}
        for rule in runbooks.rules:
            for label, value in rule.text.labels if rule.pages_somebody else ():
                if label in LABELS:
                    self._about.setdefault(value.lower(), set()).add(rule.name)

    def fact(self, ref: EntityRef) -> dict[str, Any]:
        """Return how many of the alerts about *ref* have a runbook, and the names of those that have none.

        An alert is about what its labels name, and about what a runbook that answers it is about.
        """
        keys = [str(ref), ref.name] if ref.kind == "component" else [str(ref)]
        names = {name for key in keys for name in self._about.get(key, ())}
        answered = {alert.lower() for runbook in self._runbooks.about(ref) for alert in runbook.alerts}
        names |= {self._names[alert] for alert in answered & self._names.keys()}
        missing = sorted(name for name in names if self._runbooks.find_by_alert(name) is None)
        return {"total": len(names), "covered": len(names) - len(missing), "missing": missing}


def runbook_fact(runbook: Runbook) -> dict[str, Any]:
    """Return what rules may ask of *runbook*; a time that nobody recorded is absent, not empty."""
    fact: dict[str, Any] = {"path": runbook.path, "alerts": list(runbook.alerts)}
    if runbook.exercised_at:
        fact["exercisedAt"] = runbook.exercised_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if runbook.reviewed_on:
        fact["reviewedOn"] = runbook.reviewed_on.isoformat()
    return fact


COLLECTOR = Collector(
    "runbooks",
    "The runbook of an entity, and which of its alerts have one: docs.runbook, runbooks.alerts.",
    collect_runbooks,
)
