"""Recording that a page or decision was read: what is written into its file, and refused where that is unclear."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from waypost.catalog.model import Catalog, EntityRef
from waypost.core.durations import day_after, duration_text
from waypost.core.errors import InputError, NotFoundError, suggest
from waypost.core.evidence import Evidences, Subject
from waypost.core.plugin import Knowledge
from waypost.core.workspace import Workspace
from waypost.documents.model import Documents, Page
from waypost.documents.reviewing import with_day, with_review

_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Reading:
    """That something was read on a day: how, by whom (None: whom the page names), and when it is due again."""

    on: date
    method: str = "read"
    by: EntityRef | None = None
    every: timedelta | None = None


def record_reading(workspace: Workspace, knowledge: Knowledge, path: str, reading: Reading) -> str:
    """Write *reading* into the front matter of the page or decision at *path*; return a sentence on what was written.

    Raises:
        NotFoundError: There is no page or decision there.
        InputError: It cannot be written without guessing, or who read it is not in the catalog.
    """
    page = knowledge[Documents].find(path)
    subject = knowledge[Evidences].subjects.get(path)
    text = workspace.read_bytes(path).decode("utf-8", "surrogateescape")
    if page is not None:
        changed, said = _page(page, text, knowledge[Catalog], reading)
    elif subject is not None and subject.due_key:
        changed, said = _dated(subject, text, knowledge[Evidences], reading)
    elif subject is not None:
        told = "is not written in Waypost's own form, which alone has a place for the day of the next reading"
        raise InputError(path, [told])
    else:
        raise NotFoundError("page or decision in force", path)
    (workspace.root / path).write_bytes(changed.encode("utf-8", "surrogateescape"))
    return f"{path}: {said}"


def _page(page: Page, text: str, catalog: Catalog, reading: Reading) -> tuple[str, str]:
    if not page.kind:
        raise InputError(
            page.path, ["names no kind, so that nothing of its front matter is read; add 'kind: guide'"]
        )
    by = reading.by or (page.review.by if page.review else None) or page.owner
    if by is None:
        raise InputError(page.path, ["has no owner, so say who read it, with --by"])
    if catalog.find(by) is None:
        near = suggest(str(by), catalog.entities, "Name a group of the catalog, with --by.")
        raise InputError(page.path, [f"{by} is not in the catalog. {near}"])
    values = {"by": str(by), "on": reading.on.isoformat(), "method": reading.method}
    if reading.every is not None:
        values["every"] = duration_text(reading.every)
    return with_review(page.path, text, values), f"{reading.method} on {reading.on} by {by}"


def _dated(subject: Subject, text: str, evidences: Evidences, reading: Reading) -> tuple[str, str]:
    """Move the day on which *subject* is due: by what is asked for, else as far as it was ahead when it began."""
    held = [piece.on for piece in evidences.of(subject.path) if not piece.is_against and piece.on]
    ahead = subject.due_on - max(held) if subject.due_on and held else _YEAR
    due = day_after(reading.on, reading.every or (ahead if ahead > timedelta() else _YEAR))
    changed = with_day(subject.path, text, subject.due_key, due.isoformat())
    return changed, f"read on {reading.on}, due again on {due}"
