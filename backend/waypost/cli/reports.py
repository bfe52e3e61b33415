"""Problems told in the form that a person, a script or a forge reads."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import quote

import orjson

from waypost import __version__
from waypost.core.errors import Problem, Severity

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def count_of(problems: Sequence[Problem]) -> str:
    """Return how many errors and warnings there are, in words."""
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    return f"{_times(errors, 'error')}, {_times(len(problems) - errors, 'warning')}"


def as_text(problems: Sequence[Problem], summaries: dict[str, str]) -> str:
    """Return the problems a file at a time, each with how to mend it, and a count last."""
    del summaries
    lines: list[str] = []
    for path, of_file in groupby(problems, key=lambda problem: problem.path):
        lines.append(path)
        for problem in of_file:
            lines.append(f"  {problem}")
            if problem.fix:
                lines.append(f"    mend: {problem.fix}")
        lines.append("")
    lines.append(f"{count_of(problems)}." if problems else "No problems.")
    return "\n".join(lines)


def as_json(problems: Sequence[Problem], summaries: dict[str, str]) -> str:
    """Return the problems as one JSON document, for scripts."""
    del summaries
    items = [
        {
            "path": problem.path,
            "line": problem.line,
            "column": problem.column,
            "severity": problem.severity.value,
            "rule": problem.rule,
            "message": problem.message,
            "fix": problem.fix,
        }
        for problem in problems
    ]
    return orjson.dumps({"problems": items}, option=orjson.OPT_INDENT_2).decode()


def as_github(problems: Sequence[Problem], summaries: dict[str, str]) -> str:
    """Return the problems as workflow commands, which GitHub Actions shows beside the lines of a pull request."""
    del summaries
    return "\n".join(map(_workflow_command, problems))


def as_sarif(problems: Sequence[Problem], summaries: dict[str, str]) -> str:
    """Return the problems as SARIF 2.1.0, which code-scanning pages read."""
    rules = sorted({problem.rule for problem in problems})
    place = {rule: index for index, rule in enumerate(rules)}
    driver = {
        "name": "waypost",
        "version": __version__,
        "rules": [{"id": rule, "shortDescription": {"text": summaries.get(rule, rule)}} for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "originalUriBaseIds": {"WORKSPACE": {"description": {"text": "The root of the workspace."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(problem, place[problem.rule]) for problem in problems],
    }
    document = {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()


FORMATS: dict[str, Callable[[Sequence[Problem], dict[str, str]], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}


def default_format() -> str:
    """Return ``github`` inside GitHub Actions, ``text`` elsewhere."""
    return "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text"


def _times(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _told(problem: Problem) -> str:
    return f"{problem.message} {problem.fix}".strip() if problem.fix else problem.message


def _workflow_command(problem: Problem) -> str:
    properties = {"file": problem.path, "title": problem.rule}
    if problem.line:
        properties["line"] = str(problem.line)
    if problem.column:
        properties["col"] = str(problem.column)
    told = ",".join(f"{name}={_escape_property(value)}" for name, value in properties.items())
    return f"::{problem.severity} {told}::{_escape_data(_told(problem))}"


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")


def _sarif_result(problem: Problem, rule_index: int) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(problem.path), "uriBaseId": "WORKSPACE"}}
    if problem.line:
        place["region"] = {"startLine": problem.line}
        if problem.column:
            place["region"]["startColumn"] = problem.column
    return {
        "ruleId": problem.rule,
        "ruleIndex": rule_index,
        "level": problem.severity.value,
        "message": {"text": _told(problem)},
        "locations": [{"physicalLocation": place}],
    }
