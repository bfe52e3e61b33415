"""Checks of Prometheus rules: expressions that parse, metrics that exist, no rule twice, addresses that lead to runbooks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from urllib.parse import unquote, urlsplit

from waypost.core.errors import Edit, Problem, Severity, suggest
from waypost.core.pageaddress import url_of
from waypost.core.plugin import Knowledge
from waypost.core.settings import Settings
from waypost.core.workspace import Workspace
from waypost.documents.snippets.places import fences_in, position_in, problem_at
from waypost.documents.snippets.promql import read_promql, split_queries
from waypost.documents.snippets.promqltext import Use, tokens_of
from waypost.documents.snippets.yamltext import position_in_value
from waypost.runbooks.model import AlertRule, RecordingRule, Runbook, Runbooks
from waypost.runbooks.settings import SITE

_ALERT_NAME = re.compile(r"\{\{-?\s*(?:\$labels|\.Labels)\.alertname\s*-?\}\}")


def check_rules(workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
    """Find rules whose expression does not parse or names no metric, and rules that are there twice."""
    runbooks = knowledge[Runbooks]
    metrics = Metrics(runbooks)
    files = _Files(workspace)
    for rule in all_rules(runbooks):
        yield from _expression_problems(rule, files, metrics)
    yield from _repeated(runbooks)
    yield from check_addresses(runbooks, knowledge[Settings][SITE])


Rule = AlertRule | RecordingRule


def all_rules(runbooks: Runbooks) -> tuple[Rule, ...]:
    """Return the alerts and the recorded metrics of all rule files."""
    return (*runbooks.rules, *runbooks.recordings)


class _Files:
    """The lines of files that something is wrong in."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lines: dict[str, list[str]] = {}

    def place(self, rule: Rule, start: int) -> tuple[int, int]:
        """Return line and column of the character at *start* of the expression of *rule*."""
        if rule.path not in self._lines:
            self._lines[rule.path] = self._workspace.read_text(rule.path).split("\n")
        lines, text = self._lines[rule.path], rule.text
        return position_in_value(lines, text.expr_line, text.expr, start, key="expr")


def _expression_problems(rule: Rule, files: _Files, metrics: Metrics) -> Iterator[Problem]:
    expr = rule.text.expr
    if not expr.strip():
        message = f"the rule {rule.name} has no expression"
        yield Problem(rule.path, rule.line, "runbooks/rules", message, "Add 'expr:'.")
        return
    read = read_promql(expr)
    variable = next((token for token in tokens_of(expr) if token.kind == "variable"), None)
    if read.fault is not None:
        line, column = files.place(rule, read.fault.start)
        fault = read.fault
        message = f"{rule.name}: {fault.message}"
        yield Problem(rule.path, line, "runbooks/expression", message, fault.fix, fault.severity, column)
    elif variable is not None:
        line, column = files.place(rule, variable.start)
        message = f"{rule.name}: {variable.text} is a variable, and Prometheus fills in none"
        fix = "Write what it stands for."
        yield Problem(rule.path, line, "runbooks/expression", message, fix, column=column)
    for use, message, fix, severity in metrics.unknown(read.metrics):
        line, column = files.place(rule, use.start)
        yield Problem(rule.path, line, "runbooks/metric", f"{rule.name}: {message}", fix, severity, column)


class Metrics:
    """The metrics that lists name and that rules record."""

    def __init__(self, runbooks: Runbooks) -> None:
        self._recorded = frozenset(rule.name for rule in runbooks.recordings)
        self._listed = runbooks.metrics
        self._has_rules = bool(runbooks.recordings or runbooks.rules)

    @cached_property
    def _known(self) -> frozenset[str]:
        return self._recorded | (self._listed or frozenset())

    def unknown(self, uses: tuple[Use, ...]) -> Iterator[tuple[Use, str, str, Severity]]:
        """Give the metrics among *uses* that there are not, each with message, fix and severity.

        Without any list only names with a colon can be judged: by custom they are of recording rules.
        """
        for use in uses:
            if use.name in self._known:
                continue
            if self._listed is not None:
                fix = suggest(use.name, self._known, "Correct the name, or write the lists of metrics anew.")
                message = f"no metric is called '{use.name}', in no list of metrics and by no recording rule"
                yield use, message, fix, Severity.ERROR
            elif self._has_rules and ":" in use.name.strip(":"):
                fix = suggest(use.name, self._recorded, "Correct the name, or add the rule that records it.")
                message = f"'{use.name}' is called like a recorded metric, and no rule file of the workspace records it"
                yield use, message, fix, Severity.WARNING


def _repeated(runbooks: Runbooks) -> Iterator[Problem]:
    first: dict[object, Rule] = {}
    for rule in all_rules(runbooks):
        text = rule.text
        # Prometheus takes an alert with several thresholds; a metric with the same labels is one series.
        said = re.sub(r"\s+", "", text.expr) if isinstance(rule, AlertRule) else ""
        other = first.setdefault((type(rule), rule.name, text.labels, said), rule)
        if other is not rule:
            thing = "alert" if isinstance(rule, AlertRule) else "recorded metric"
            message = f"the {thing} {rule.name} is already defined alike at {other.path}:{other.line}"
            fix = "Remove one of them, or tell them apart by a label."
            yield Problem(rule.path, rule.line, "runbooks/repeated", message, fix, Severity.WARNING)


def check_addresses(runbooks: Runbooks, site: str) -> Iterator[Problem]:
    """Find alerts whose ``runbook_url`` does not lead to their runbook, where the address of the *site* is known."""
    for rule in runbooks.rules if site else ():
        runbook = runbooks.find_by_alert(rule.name)
        address = _ALERT_NAME.sub(rule.name, rule.text.runbook_url)
        line = rule.text.url_line or rule.line
        fix = f"Write 'runbook_url: {site}r/{rule.name}'."
        if not address:
            if rule.pages_somebody and runbook is not None:
                message = f"the alert {rule.name} wakes somebody, and does not say where its runbook is"
                yield Problem(rule.path, rule.line, "runbooks/address", message, fix, Severity.WARNING)
        elif not address.startswith(site):
            if runbook is not None:
                message = (
                    f"the runbook_url of {rule.name} leads to {address}, and its runbook is {runbook.path}"
                )
                yield Problem(rule.path, line, "runbooks/address", message, fix, Severity.WARNING)
        elif not _leads_to(address.removeprefix(site), rule, runbook):
            owns = f"its runbook is {runbook.path}" if runbook else "no runbook answers it"
            message = f"the runbook_url of {rule.name} leads to {address}, and {owns}"
            edit = Edit(rule.path, line, rule.text.runbook_url, f"{site}r/{rule.name}") if runbook else None
            if runbook is None:
                fix = f"Add {rule.name} to the 'alerts:' of a runbook, or take the address away."
            yield Problem(rule.path, line, "runbooks/address", message, fix, edit=edit)


def _leads_to(rest: str, rule: AlertRule, runbook: Runbook | None) -> bool:
    path = unquote(urlsplit(rest).path).strip("/")
    if path.lower() in (f"r/{rule.name}".lower(), f"r/{rule.name}.txt".lower()):
        return runbook is not None
    return runbook is not None and path == unquote(url_of(runbook.page.uri)).strip("/")


def check_queries(workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
    """Find metrics in blocks of PromQL on pages that there are not."""
    metrics = Metrics(knowledge[Runbooks])
    for page, fence in fences_in(workspace, knowledge, frozenset({"promql"})):
        for before, query in split_queries(fence.text):
            for use, message, fix, severity in metrics.unknown(read_promql(query).metrics):
                line, column = position_in(fence.text, before + use.start)
                yield problem_at(
                    page,
                    fence,
                    line,
                    column,
                    rule="runbooks/metric",
                    message=message,
                    fix=fix,
                    severity=severity,
                )
