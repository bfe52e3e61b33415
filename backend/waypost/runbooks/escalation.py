"""Rules over escalation: it names groups of the catalog, in order of time, and ends where there is someone to call."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from waypost.catalog.contacts import has_somebody
from waypost.catalog.model import Catalog
from waypost.core.durations import duration_words
from waypost.core.errors import Problem, Severity, suggest
from waypost.runbooks.model import Runbook

_RULE: Final = "runbooks/escalation"


def check_escalation(runbook: Runbook, catalog: Catalog) -> Iterator[Problem]:
    """Find escalations that end nowhere: nobody named, no group of the catalog, or a group without anybody."""
    if not runbook.escalation:
        message = "does not say whom to call"
        fix = "Add 'escalation:' with a time and a group for each step."
        yield Problem(runbook.path, runbook.line_of("escalation"), _RULE, message, fix)
    for place in range(len(runbook.escalation)):
        yield from _step_problems(runbook, place, catalog)
    for place, (before, step) in enumerate(pairwise(runbook.escalation), start=1):
        if step.after < before.after:
            message = (
                f"calls {step.to} after {duration_words(step.after)}, and the step before it"
                f" after {duration_words(before.after)}"
            )
            fix = "Put the steps in the order of their times; each is counted from the alert."
            yield Problem(runbook.path, runbook.line_of("escalation", place, "after"), _RULE, message, fix)


def _step_problems(runbook: Runbook, place: int, catalog: Catalog) -> Iterator[Problem]:
    to = runbook.escalation[place].to
    line = runbook.line_of("escalation", place, "to")
    entity = catalog.find(to)
    if entity is None or entity.ref.kind != "group":
        known = [str(group.ref) for group in catalog.of_kind("group")]
        fix = suggest(str(to), known, "Name a group that exists.")
        yield Problem(runbook.path, line, _RULE, f"escalates to {to}, which is no group of the catalog", fix)
    elif not has_somebody(entity, catalog):
        is_last = place == len(runbook.escalation) - 1
        message = f"{'ends at' if is_last else 'calls'} {to}, where there is nobody to call"
        fix = "Give the group a member, an email in its profile, or a link or annotation of its pager."
        severity = Severity.ERROR if is_last else Severity.WARNING
        yield Problem(runbook.path, line, _RULE, message, fix, severity)
