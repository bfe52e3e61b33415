"""Problems as plain values, for what is kept between two runs."""

from __future__ import annotations

from typing import Any

from waypost.core.errors import Edit, Problem, Severity


def dump_problem(problem: Problem) -> list[Any]:
    """Return *problem* as values that JSON holds."""
    edit = problem.edit
    return [
        problem.path,
        problem.line,
        problem.rule,
        problem.message,
        problem.fix,
        problem.severity.value,
        problem.column,
        [edit.path, edit.line, edit.old, edit.new, edit.column] if edit else None,
    ]


def read_problem(given: list[Any]) -> Problem:
    """Return the problem that ``dump_problem`` made *given* of."""
    path, line, rule, message, fix, severity, column, edit = given
    return Problem(path, line, rule, message, fix, Severity(severity), column, Edit(*edit) if edit else None)
