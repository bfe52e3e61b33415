"""What the pages of runbooks say alike: when one was last exercised, and where it lies."""

from __future__ import annotations

import posixpath
from datetime import datetime

from waypost.core.markup import plain
from waypost.core.words import counted
from waypost.runbooks.model import Runbook


def exercised_words(runbook: Runbook, now: datetime) -> str:
    """Return when, where and how *runbook* was last exercised, and whether that is due again."""
    last = runbook.last_exercise
    if last is None:
        return "never"
    days = (now - last.at).days
    ago = "today" if days == 0 else f"{counted(days, 'day')} ago"
    due = "; due again" if runbook.is_exercise_due(now) else ""
    where = f" in {last.environment}" if last.environment else ""
    failed = "" if last.passed else ", with steps that failed"
    return f"{last.at:%Y-%m-%d} ({ago}){where}{failed}{due}"


def beside(runbook: Runbook) -> str:
    """Return the address of the page of *runbook*, as Markdown of the index writes it."""
    path = posixpath.relpath(runbook.uri, "runbooks")
    return path.replace(" ", "%20").replace("(", "%28").replace(")", "%29")


def runbook_link(runbook: Runbook) -> str:
    """Return a link to *runbook*, as Markdown of the index."""
    return f"[{plain(runbook.title)}]({beside(runbook)})"
