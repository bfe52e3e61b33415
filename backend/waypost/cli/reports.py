"""Problems told in the form that a person, a script or a forge reads."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import orjson

from waypost.core.errors import Problem, Severity
from waypost.core.terminaltext import on_one_line
from waypost.core.words import counted
from waypost.core.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Report:
    """What a check has to tell.

    ``problems`` are those that count. Where a change was compared, ``kept`` are those that were there before it,
    ``solved`` those that are no more. ``prefix`` leads from the repository's root to the workspace, "" where that is
    the same: forges name files from there. ``workspace`` is where edits are to be done.
    """

    problems: Sequence[Problem]
    summaries: Mapping[str, str] = field(default_factory=dict)
    is_compared: bool = False
    kept: Sequence[Problem] = ()
    solved: Sequence[Problem] = ()
    prefix: str = ""
    workspace: Workspace | None = None

    def each(self) -> Iterator[tuple[Problem, bool]]:
        """Give every problem, and whether it counts: sorted, what was there before among the others."""
        both = [(problem, True) for problem in self.problems] + [(problem, False) for problem in self.kept]
        yield from sorted(both, key=lambda pair: (pair[0], not pair[1]))


def count_of(problems: Sequence[Problem]) -> str:
    """Return how many errors and warnings there are, in words."""
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    return f"{counted(errors, 'error')}, {counted(len(problems) - errors, 'warning')}"


def total_of(report: Report) -> str:
    """Return how many problems there are, in a sentence, with what a change left and solved."""
    if not report.is_compared:
        return f"{count_of(report.problems)}."
    kept, solved = count_of(report.kept), len(report.solved)
    told = f"{count_of(report.problems)} that the change brings"
    told += f"; {kept} that were there before" if report.kept else ""
    return f"{told}; {counted(solved, 'problem')} solved." if solved else f"{told}."


def as_text(report: Report) -> str:
    """Return the problems a file at a time, each with how to mend it, and a count last.

    What was there before a change follows in short: it blocks nothing.
    """
    lines: list[str] = []
    for path, of_file in groupby(report.problems, key=lambda problem: problem.path):
        lines.append(on_one_line(path))
        for problem in of_file:
            lines.append(f"  {on_one_line(str(problem))}")
            if problem.fix:
                lines.append(f"    mend: {on_one_line(problem.fix)}")
        lines.append("")
    if report.kept:
        lines += [
            "Was there before the change, and does not block:",
            *(f"  {on_one_line(str(one))}" for one in report.kept),
            "",
        ]
    silent = not (report.problems or report.is_compared)
    lines.append("No problems." if silent else total_of(report))
    return "\n".join(lines)


def as_json(report: Report) -> str:
    """Return the problems as one JSON document, for scripts.

    Where a change was compared, each says whether it is new, and those that it solved stand beside them.
    """
    document: dict[str, Any] = {
        "problems": [
            _json_item(problem) | ({"isNew": is_new} if report.is_compared else {})
            for problem, is_new in report.each()
        ]
    }
    if report.is_compared:
        document["solved"] = [_json_item(problem) for problem in report.solved]
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()


def as_github(report: Report) -> str:
    """Return the problems as workflow commands, which GitHub Actions shows beside the lines of a pull request.

    What was there before a change is only a notice.
    """
    return "\n".join(_workflow_command(problem, is_new, report.prefix) for problem, is_new in report.each())


def _as_gitlab(report: Report) -> str:
    from waypost.cli.codequality import as_gitlab

    return as_gitlab(report)


def _as_sarif(report: Report) -> str:
    from waypost.cli.sarif import as_sarif

    return as_sarif(report)


FORMATS: dict[str, Callable[[Report], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "gitlab": _as_gitlab,
    "sarif": _as_sarif,
}


def default_format() -> str:
    """Return ``github`` inside GitHub Actions, ``text`` elsewhere."""
    return "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text"


def sentence_of(problem: Problem) -> str:
    """Return what is wrong, and how to mend it."""
    if not problem.fix:
        return problem.message
    stop = "" if problem.message.endswith((".", "!", "?", ":")) else "."
    return f"{problem.message}{stop} {problem.fix}"


def _json_item(problem: Problem) -> dict[str, Any]:
    item: dict[str, Any] = {
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "severity": problem.severity.value,
        "rule": problem.rule,
        "message": problem.message,
        "fix": problem.fix,
    }
    if problem.edit:
        edit = problem.edit
        item["edit"] = {
            "path": edit.path,
            "line": edit.line,
            "column": edit.column,
            "old": edit.old,
            "new": edit.new,
        }
    return item


def _workflow_command(problem: Problem, is_new: bool, prefix: str) -> str:  # noqa: FBT001 - a pair taken apart
    properties = {"file": prefix + problem.path, "title": problem.rule}
    if problem.line:
        properties["line"] = str(problem.line)
    if problem.column:
        properties["col"] = str(problem.column)
    told = ",".join(f"{name}={_escape_property(value)}" for name, value in properties.items())
    if is_new:
        return f"::{problem.severity} {told}::{_escape_data(sentence_of(problem))}"
    return f"::notice {told}::{_escape_data(f'Was there before: {sentence_of(problem)}')}"


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")
