"""Problems as SARIF 2.1.0, which code-scanning pages read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import orjson

from waypost import __version__
from waypost.cli.edits import Span, find_span
from waypost.cli.fingerprints import fingerprints
from waypost.cli.reports import Report, sentence_of
from waypost.core.errors import InputError, NotFoundError, Problem
from waypost.core.workspace import Workspace

SARIF_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
BASE: Final = "%SRCROOT%"
"""What code-scanning pages call the root of the repository."""
FINGERPRINT: Final = "waypostProblem/v1"


def as_sarif(report: Report) -> str:
    """Return the problems as SARIF; where a change was compared, each says whether it is new.

    A problem with one right answer carries it as a fix.
    """
    told = list(report.each())
    rules = sorted({problem.rule for problem, _ in told})
    place = {rule: index for index, rule in enumerate(rules)}
    names = fingerprints(problem for problem, _ in told)
    writing = _Writing(report, place)
    results = [
        writing.result(problem, name, is_new=is_new)
        for (problem, is_new), name in zip(told, names, strict=True)
    ]
    run = {
        "tool": {"driver": _driver(rules, report.summaries)},
        "originalUriBaseIds": {BASE: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    document = {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()


def _driver(rules: list[str], summaries: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": "waypost",
        "version": __version__,
        "rules": [{"id": rule, "shortDescription": {"text": summaries.get(rule, rule)}} for rule in rules],
    }


class _Writing:
    """What every result of a run is written with."""

    def __init__(self, report: Report, place: Mapping[str, int]) -> None:
        self._report = report
        self._place = place

    def result(self, problem: Problem, name: str, *, is_new: bool) -> dict[str, Any]:
        location: dict[str, Any] = {"artifactLocation": self._artifact(problem.path)}
        if problem.line:
            location["region"] = {"startLine": problem.line}
            if problem.column:
                location["region"]["startColumn"] = problem.column
        result: dict[str, Any] = {
            "ruleId": problem.rule,
            "ruleIndex": self._place[problem.rule],
            "level": problem.severity.value,
            "message": {"text": sentence_of(problem)},
            "locations": [{"physicalLocation": location}],
            "partialFingerprints": {FINGERPRINT: name},
        }
        if self._report.is_compared:
            result["baselineState"] = "new" if is_new else "unchanged"
        if fix := self._fix(problem):
            result["fixes"] = [fix]
        return result

    def _artifact(self, path: str) -> dict[str, str]:
        return {"uri": quote(self._report.prefix + path), "uriBaseId": BASE}

    def _fix(self, problem: Problem) -> dict[str, Any] | None:
        edit, workspace = problem.edit, self._report.workspace
        span = _span_of(problem, workspace) if workspace else None
        if edit is None or span is None:
            return None
        replacement = {"deletedRegion": _region(span), "insertedContent": {"text": edit.new}}
        change = {"artifactLocation": self._artifact(edit.path), "replacements": [replacement]}
        return {"description": {"text": problem.fix or "Mend it."}, "artifactChanges": [change]}


def _span_of(problem: Problem, workspace: Workspace) -> Span | None:
    try:
        return find_span(workspace.read_text(problem.edit.path), problem.edit) if problem.edit else None
    except (NotFoundError, InputError):
        return None


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
