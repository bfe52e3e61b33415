"""Rules between alerts and runbooks: each paging alert leads to one, and each runbook's alert exists."""

from __future__ import annotations

from collections.abc import Iterator

from waypost.core.errors import Problem
from waypost.core.plugin import Knowledge
from waypost.core.workspace import Workspace
from waypost.runbooks.model import Runbook, Runbooks


def check_closure(_workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
    """Find alerts without a runbook, runbooks without an alert, and alerts that two claim.

    Without any rule file in the workspace, nothing is said of which alerts exist.
    """
    runbooks = knowledge[Runbooks]
    yield from _claims(runbooks)
    if runbooks.rules:
        yield from _alerts_without_runbook(runbooks)
        yield from _runbooks_without_alert(runbooks)


def _claims(runbooks: Runbooks) -> Iterator[Problem]:
    first: dict[str, Runbook] = {}
    for runbook in runbooks.ordered:
        if not runbook.is_typed:
            continue
        if not runbook.alerts:
            message = "names no alert, so nobody finds it by one"
            fix = "Add 'alerts:' with the names of the alerts it answers, or make it a playbook."
            yield Problem(runbook.path, runbook.line_of("alerts"), "runbooks/alerts", message, fix)
        for place, alert in enumerate(runbook.alerts):
            other = first.setdefault(alert.lower(), runbook)
            if other is not runbook:
                message = f"answers {alert}, and so does {other.path}"
                line = runbook.line_of("alerts", place)
                yield Problem(
                    runbook.path, line, "runbooks/alerts", message, "Keep the alert in one of them."
                )


def _alerts_without_runbook(runbooks: Runbooks) -> Iterator[Problem]:
    told: set[str] = set()
    for rule in runbooks.rules:
        if rule.pages_somebody and rule.name not in told and runbooks.find_by_alert(rule.name) is None:
            told.add(rule.name)
            message = f"the alert {rule.name} wakes somebody ({rule.severity}), and no runbook answers it"
            fix = f"Add {rule.name} to the 'alerts:' of a runbook, or write one."
            yield Problem(rule.path, rule.line, "runbooks/closure", message, fix)


def _runbooks_without_alert(runbooks: Runbooks) -> Iterator[Problem]:
    defined = {rule.name.lower() for rule in runbooks.rules}
    for runbook in runbooks.ordered:
        for place, alert in enumerate(runbook.alerts if runbook.is_typed else ()):
            if alert.lower() not in defined:
                message = f"answers {alert}, which no rule file of the workspace defines"
                line = runbook.line_of("alerts", place)
                fix = "Correct the name, or add the rule."
                yield Problem(runbook.path, line, "runbooks/closure", message, fix)
