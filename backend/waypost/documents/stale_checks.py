"""Checks of freshness: what speaks against pages and decisions, told to their owners; days that were only moved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from waypost.core.errors import Problem, Severity
from waypost.core.evidence import Bearing, Evidence, Evidences
from waypost.core.plugin import Check, CheckedAt, Knowledge
from waypost.core.workspace import Workspace
from waypost.documents.judging import Judged, judgement
from waypost.documents.model import Documents
from waypost.documents.moves import MOVED

STALE = "documents/stale"


def check_freshness(workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
    """Warn of each reason to read a page or decision again, unless another check tells it already."""
    del workspace
    if Evidences not in knowledge:
        return
    at = knowledge[CheckedAt].at
    for judged in judgement(knowledge, at).by_path.values():
        for reason in judged.freshness.reasons:
            if not reason.rule and (reason.bearing is not Bearing.AGED or reason.on is not None):
                yield _problem(judged, reason, STALE)
            elif reason.rule == MOVED:
                yield _problem(judged, reason, MOVED)
    yield from check_days(knowledge, at.date())


def _problem(judged: Judged, reason: Evidence, rule: str) -> Problem:
    whose = f" ({judged.subject.owner} answers for it)" if judged.subject.owner else ""
    message = f"wants reading again{whose}: {reason.sentence}"
    path = judged.subject.path
    return Problem(path, max(reason.line, 1), rule, message, reason.remedy, Severity.WARNING)


def check_days(knowledge: Knowledge, today: date) -> Iterator[Problem]:
    """Find reviews that are said to lie in the future."""
    for page in knowledge[Documents].pages.values():
        # East of Greenwich the day has begun before it has in UTC.
        if page.reviewed_on is not None and page.reviewed_on > today + timedelta(days=1):
            message = f"the review is dated {page.reviewed_on}, and today is {today}"
            line = page.file.line_of("review", "on")
            yield Problem(
                page.path, line, "documents/review-day", message, "Write the day on which it was read."
            )


CHECKS = (
    Check(
        STALE,
        "Nothing is known that makes a page or decision doubtful, and it was read in time.",
        check_freshness,
    ),
    Check(MOVED, "The review days of many pages are not moved at once, with nothing else changed."),
    Check("documents/review-day", "A review lies in the past."),
    Check("documents/end-of-life", "A file that tells how long a product is supported can be read."),
)
