"""Rules between alerts and runbooks: each paging alert leads to one, and each runbook's alert exists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from waypost.core.errors import Problem, Severity, suggest
from waypost.core.plugin import Knowledge
from waypost.core.workspace import Workspace
from waypost.runbooks.model import Runbook, Runbooks

_RETIRED: Final = "retired"


def check_closure(_workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
    """Find alerts without a runbook, runbooks without an alert, and alerts that two claim.

    Without any rule file in the workspace, nothing is said of which alerts exist.
    """
    runbooks = knowledge[Runbooks]
    yield from _claims(runbooks)
    yield from _templates(runbooks)
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
    named = [alert for runbook in runbooks.ordered for alert in runbook.alerts]
    for rule in runbooks.rules:
        runbook = runbooks.find_by_alert(rule.name)
        if not rule.pages_somebody or rule.name in told or (runbook and runbook.status != _RETIRED):
            continue
        told.add(rule.name)
        how = f"severity {rule.severity}" if rule.severity else "by its labels"
        answer = f"only the retired {runbook.path} answers it" if runbook else "no runbook answers it"
        message = f"the alert {rule.name} wakes somebody ({how}), and {answer}"
        near = "" if runbook else suggest(rule.name, named)
        fix = f"Add {rule.name} to the 'alerts:' of a runbook, or write one. {near}".rstrip()
        yield Problem(rule.path, rule.line, "runbooks/closure", message, fix)


def _runbooks_without_alert(runbooks: Runbooks) -> Iterator[Problem]:
    names = {rule.name for rule in runbooks.rules}
    defined = {name.lower() for name in names}
    # What a template will define is not known.
    severity = Severity.WARNING if runbooks.templates else Severity.ERROR
    for runbook in runbooks.ordered:
        is_judged = runbook.is_typed and runbook.status != _RETIRED
        for place, alert in enumerate(runbook.alerts if is_judged else ()):
            if alert.lower() not in defined:
                message = f"answers {alert}, which no rule file of the workspace defines"
                line = runbook.line_of("alerts", place)
                fix = suggest(alert, names, "Correct the name, or add the rule.")
                yield Problem(runbook.path, line, "runbooks/closure", message, fix, severity)


def _templates(runbooks: Runbooks) -> Iterator[Problem]:
    for path in runbooks.templates:
        message = "this rule file is a template, so that nothing is known of its alerts"
        fix = "Put what it renders to into the workspace, or leave it out of the setting runbooks.rules."
        yield Problem(path, 1, "runbooks/rules", message, fix, Severity.WARNING)
