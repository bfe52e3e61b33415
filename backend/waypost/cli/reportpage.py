"""The text of a change's report: what each feature says of it, and the problems that it brings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from waypost.cli.comparing import Comparison, compared
from waypost.core.contentcache import open_cache
from waypost.core.errors import Problem, Severity
from waypost.core.host import Host
from waypost.core.plugin import Before
from waypost.core.report import ReportPart, code, table, told_with_code
from waypost.core.words import counted

MARKER: Final = "<!-- waypost report -->"
"""The first line of every report: by it the comment is found that the next one replaces."""
MOST_CHARACTERS: Final = 60_000
"""GitHub takes 65,536 characters in a comment."""


def report_markdown(host: Host, base: str, at: datetime, *, given: Sequence[object] = ()) -> str:
    """Return the report on what differs from the commit where HEAD left *base*, as Markdown for a comment.

    Args:
        given: What the parts find in the knowledge of both sides, beside what was loaded.

    Raises:
        InputError: There is no such revision, or nothing that can be compared.
    """
    with (
        open_cache(host.workspace.root) as cache,
        compared(host, base, at, given=(cache, *given)) as comparison,
    ):
        knowledge = comparison.knowledge
        parts = [
            part
            for plugin in host.plugins
            for source in plugin.reports
            for part in source(host.workspace, knowledge, at)
        ]
        parts.append(_problems(comparison))
        return page(parts, knowledge[Before].revision)


def page(parts: Sequence[ReportPart], revision: str) -> str:
    """Return *parts* as one comment; those that would make it longer than a forge takes are named only."""
    ordered = sorted(parts, key=lambda part: (part.order, part.title))
    summary = ", ".join(part.summary for part in ordered if part.summary)
    text = f"{MARKER}\n## What this change means\n\n{summary or 'Nothing that Waypost reads'}; compared with `{revision[:12]}`.\n"
    for part in ordered:
        more = f"\n### {part.title}\n\n{part.markdown}\n"
        if len(text) + len(more) > MOST_CHARACTERS:
            more = f"\n### {part.title}\n\nToo long for a comment: `waypost report` tells it.\n"
        text += more
    return text


def _problems(comparison: Comparison) -> ReportPart:
    """Return the problems that the change brings, first those in files that it does not touch."""
    touched = {change.path for change in comparison.knowledge[Before].changes}
    elsewhere = [problem for problem in comparison.brought if problem.path not in touched]
    here = [problem for problem in comparison.brought if problem.path in touched]
    text = "\n\n".join(_told_of(here, elsewhere, comparison))
    return ReportPart(90, "Problems", _counted(comparison.brought), text)


def _told_of(here: Sequence[Problem], elsewhere: Sequence[Problem], comparison: Comparison) -> Iterator[str]:
    if elsewhere:
        yield "**Broken in files that the change does not touch:**"
        yield _table(elsewhere)
    if here:
        yield _table(here)
    if not comparison.brought:
        yield "The change brings none."
    also = [f"solves {counted(len(comparison.solved), 'problem')}"] if comparison.solved else []
    if comparison.kept:
        were = "was" if len(comparison.kept) == 1 else "were"
        also.append(f"leaves {counted(len(comparison.kept), 'problem')} that {were} there before")
    if also:
        yield f"It {' and '.join(also)}."


def _table(problems: Sequence[Problem]) -> str:
    worst_first = sorted(problems, key=lambda problem: problem.severity is not Severity.ERROR)
    return table(("Where", "What", "How to mend it"), [_row(problem) for problem in worst_first])


def _row(problem: Problem) -> tuple[str, str, str]:
    where = f"{problem.path}:{problem.line}" if problem.line else problem.path
    sign = "❌" if problem.severity is Severity.ERROR else "⚠️"
    return (
        code(where),
        f"{sign} {problem.severity}: {told_with_code(problem.message)} ({code(problem.rule)})",
        told_with_code(problem.fix),
    )


def _counted(problems: Sequence[Problem]) -> str:
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    counts = [(errors, "error"), (len(problems) - errors, "warning")]
    return ", ".join(counted(number, what) for number, what in counts if number)
