"""Problems as GitLab's Code Quality report, which merge requests show."""

from __future__ import annotations

import orjson

from waypost.cli.fingerprints import fingerprints
from waypost.cli.reports import Report, sentence_of
from waypost.core.errors import Severity


def as_gitlab(report: Report) -> str:
    """Return the problems as GitLab documents its Code Quality artifact: a list of JSON objects.

    GitLab finds out itself what is new, by the fingerprints; what is known to have been there is of the lowest rank.
    """
    told = list(report.each())
    names = fingerprints(problem for problem, _ in told)
    items = [
        {
            "description": sentence_of(problem),
            "check_name": problem.rule,
            "fingerprint": name,
            "severity": _severity(problem.severity) if is_new else "info",
            "location": {"path": report.prefix + problem.path, "lines": {"begin": max(problem.line, 1)}},
        }
        for (problem, is_new), name in zip(told, names, strict=True)
    ]
    return orjson.dumps(items, option=orjson.OPT_INDENT_2).decode()


def _severity(severity: Severity) -> str:
    return "major" if severity is Severity.ERROR else "minor"
