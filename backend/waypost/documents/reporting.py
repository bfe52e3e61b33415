"""What a change does to the pages: which it touches, and which others want reading because of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from waypost.catalog.model import Catalog, EntityRef
from waypost.core.plugin import Before, Knowledge
from waypost.core.report import ReportPart, code, table, told
from waypost.core.words import counted
from waypost.core.workspace import Workspace
from waypost.documents.globs import compile_glob
from waypost.documents.model import Documents, Page

_ORDER: Final = 20
_WATCHING: Final = (
    "These pages watch a file that the change touches. Read whether they still hold, and say so with "
    "`waypost review done`:"
)


def report_pages(_workspace: Workspace, knowledge: Knowledge, _at: datetime) -> Iterator[ReportPart]:
    """Give the pages that the change touches, and those that watch a file it touches; nothing for neither."""
    touched = list(_touched(knowledge))
    watching = list(_watching(knowledge))
    if not touched and not watching:
        return
    parts = [table(("Page", "Change", "Owner"), touched)] if touched else []
    if watching:
        parts += [
            _WATCHING,
            table(("Page", "Watches", "Owner"), watching),
        ]
    summary = counted(len(touched), "page") if touched else ""
    yield ReportPart(_ORDER, "Pages", summary, "\n\n".join(parts))


def _touched(knowledge: Knowledge) -> Iterator[tuple[str, str, str]]:
    pages, before, catalog = knowledge[Documents].pages, knowledge[Before], knowledge[Catalog]
    old_pages = before.knowledge[Documents].pages
    for change in before.changes:
        now = pages.get(change.path)
        old = old_pages.get(change.old_path or change.path)
        if now is None and old is not None:
            yield _name(old), "**removed**", _who(old.owner, catalog)
        elif now is not None and old is None:
            yield _name(now), f"new{_kind(now)}", _who(now.owner, catalog)
        elif now is not None and old is not None:
            told_of = "; ".join(_changes(old, now))
            if told_of:
                yield _name(now), told_of, _who(now.owner, catalog)


def _changes(old: Page, now: Page) -> Iterator[str]:
    if old.path != now.path:
        yield f"moved from {code(old.path)}"
    for name, before, after in (
        ("kind", old.kind, now.kind),
        ("status", old.status, now.status),
        ("owner", str(old.owner or "nobody"), str(now.owner or "nobody")),
        ("title", old.title, now.title),
    ):
        if before != after:
            yield f"{name} {told(before or 'none')} → {told(after or 'none')}"
    gone = _headings(old) - _headings(now)
    if gone:
        yield f"without {', '.join(told(title) for title in sorted(gone)[:3])}{_more(len(gone) - 3)}"
    if old.reviewed_on != now.reviewed_on and now.reviewed_on:
        yield f"reviewed on {now.reviewed_on}" + (
            "" if old.file.body != now.file.body else ", text unchanged"
        )
    elif old.file.body != now.file.body:
        yield "text"
    elif old.front != now.front:
        yield "front matter"


def _headings(page: Page) -> set[str]:
    return {heading.text for heading in page.file.headings}


def _more(number: int) -> str:
    return f" and {number} more" if number > 0 else ""


def _watching(knowledge: Knowledge) -> Iterator[tuple[str, str, str]]:
    """Give the pages, themselves untouched, that watch what changed."""
    changes, catalog = knowledge[Before].changes, knowledge[Catalog]
    changed = {path for change in changes for path in (change.path, change.old_path) if path}
    for page in knowledge[Documents].pages.values():
        if page.path in changed:
            continue
        seen = [path for path in sorted(changed) if any(_covers(pattern, path) for pattern in page.watches)]
        if seen:
            shown = ", ".join(code(path) for path in seen[:3]) + _more(len(seen) - 3)
            yield _name(page), shown, _who(page.owner, catalog)


def _covers(pattern: str, path: str) -> bool:
    return bool(compile_glob(pattern).fullmatch(path)) or path.startswith(f"{pattern.rstrip('/')}/")


def _name(page: Page) -> str:
    return f"{told(page.title)}<br>{code(page.path)}" if page.title else code(page.path)


def _kind(page: Page) -> str:
    return f" {told(page.kind)}" if page.kind else ""


def _who(owner: EntityRef | None, catalog: Catalog) -> str:
    entity = catalog.find(owner) if owner else None
    return told(entity.title) if entity else told(str(owner)) if owner else ""
