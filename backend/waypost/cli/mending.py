"""``waypost check --fix``: mends what has one right answer, tells each, and looks again."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Final

import click

from waypost.cli.checking import Checking
from waypost.cli.fixing import Mended, plan, write
from waypost.cli.reports import Report
from waypost.core.errors import Problem
from waypost.core.terminaltext import on_one_line

ROUNDS: Final = 5
"""How often files are mended at most: an edit may wait for another in the same place, or uncover a problem."""


def mend(checking: Checking, form: str) -> Report:
    """Mend what can be mended of what *checking* wants, and return what is left.

    Args:
        form: The format of the report: what was done is told beside it where a machine reads that.

    Raises:
        InputError: A file cannot be written.
    """
    for _ in range(ROUNDS):
        since_ns = time.time_ns()
        report = checking.report()
        mended = list(plan(checking.host.workspace, report.problems, since_ns=since_ns))
        if not [one for one in mended if _write(one, is_apart=form != "text")]:
            return report
    return checking.report()


def show_mending(checking: Checking) -> Report:
    """Show how files would be mended, as a patch; return what the checks find as the files are."""
    since_ns = time.time_ns()
    report = checking.report()
    mended = list(plan(checking.host.workspace, report.problems, since_ns=since_ns))
    for one in mended:
        click.echo(one.diff, nl=False)
    count = sum(len(one.problems) for one in mended)
    click.echo(f"{count} of {len(report.problems)} would be mended.", err=True)
    return report


def _write(mended: Mended, *, is_apart: bool) -> bool:
    if not write(mended):
        click.echo(f"{mended.path}: changed while it was checked, and is left as it is", err=True)
        return False
    for line in map(_sentence, _once(mended.problems)):
        click.echo(on_one_line(line), err=is_apart)
    return True


def _once(problems: Iterable[Problem]) -> Iterable[Problem]:
    return {problem.edit: problem for problem in problems}.values()


def _sentence(problem: Problem) -> str:
    edit = problem.edit
    if edit is None:
        return str(problem)
    return f"{edit.path}:{edit.line}: mended: '{edit.old}' is now '{edit.new}' [{problem.rule}]"
