"""What a change does to the way from an alert to its runbook."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from waypost.core.plugin import Before, Knowledge
from waypost.core.report import ReportPart, code, table
from waypost.core.words import counted
from waypost.core.workspace import Workspace
from waypost.runbooks.model import Runbooks

_ORDER: Final = 25


def report_alerts(_workspace: Workspace, knowledge: Knowledge, _at: datetime) -> Iterator[ReportPart]:
    """Give the alerts that are answered by another runbook than before, or by none; nothing where none is."""
    now, before = knowledge[Runbooks], knowledge[Before].knowledge[Runbooks]
    names = {alert.lower(): alert for runbooks in (before, now) for alert in _alerts(runbooks)}
    # An alert that wakes nobody needs no runbook; one that had one is told of all the same.
    defined = {name.lower() for name in (*now.alerts, *(rule.name for rule in now.rules))}
    rows = []
    for name, alert in sorted(names.items()):
        then, today = (_answer(runbooks, name) for runbooks in (before, now))
        if then != today:
            rows.append(
                (code(alert), then or "none", today or ("**no runbook**" if name in defined else "gone"))
            )
    if rows:
        text = table(("Alert", "Before", "Now"), rows)
        yield ReportPart(_ORDER, "Alerts", counted(len(rows), "alert"), text)


def _alerts(runbooks: Runbooks) -> set[str]:
    return {*runbooks.alerts, *(rule.name for rule in runbooks.rules if rule.pages_somebody)}


def _answer(runbooks: Runbooks, alert: str) -> str:
    """Return the page that answers *alert*; "" where the alert is there and none does, or there is no such alert."""
    found = runbooks.find_by_alert(alert)
    return code(found.path) if found else ""
