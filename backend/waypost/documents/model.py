"""Pages as values: what each one is, whose it is, what it is about, and when it was last read again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from waypost.catalog.model import EntityRef
from waypost.core.durations import day_after
from waypost.core.errors import NotFoundError
from waypost.documents.kinds import KINDS, Kind

if TYPE_CHECKING:
    from waypost.core.markdownfile import MarkdownFile

__all__ = ["FOLDER", "KINDS", "STATUSES", "Documents", "Kind", "Page", "Review"]

FOLDER = "site"
"""Where authors write, below the workspace, where nothing else is set. A page's ``uri`` starts below it."""

STATUSES = ("draft", "active", "deprecated", "retired")


@dataclass(frozen=True, slots=True)
class Review:
    """When a page was last read again, by whom and how, and how often that is to be done."""

    on: date | None = None
    by: EntityRef | None = None
    method: str = ""
    every: timedelta | None = None

    @property
    def due_on(self) -> date | None:
        """The day on which it is to be read again; None where no day or no interval is given."""
        return day_after(self.on, self.every) if self.on and self.every else None

    def is_due(self, now: datetime) -> bool:
        """Tell whether the time for the next reading has come at *now*."""
        return self.due_on is not None and datetime.combine(self.due_on, time(), UTC) <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page that an author wrote.

    ``path`` is relative to the workspace, ``uri`` to the site's folder. ``kind`` is "" for a page that
    names none: an ordinary page, of which nothing is asked. ``front`` is the front matter as written.
    """

    path: str
    kind: str
    title: str
    file: MarkdownFile = field(repr=False)
    owner: EntityRef | None = None
    status: str = "active"
    about: tuple[EntityRef, ...] = ()
    review: Review | None = None
    watches: tuple[str, ...] = ()
    replaced_by: str = ""
    tags: tuple[str, ...] = ()
    front: Mapping[str, Any] = field(default_factory=dict, repr=False)
    folder: str = FOLDER

    @property
    def uri(self) -> str:
        """Where it lies on the site, as a Markdown file: ``how-to/x.md``."""
        return self.path.removeprefix(f"{self.folder}/")

    @property
    def slug(self) -> str:
        """Its short name: that of the file, or of the folder where the file is an index."""
        *folders, name = self.uri.split("/")
        stem = name.rpartition(".")[0]
        return folders[-1] if stem.lower() in ("index", "readme") and folders else stem

    @property
    def reviewed_on(self) -> date | None:
        """The day of the last review that is written down."""
        return self.review.on if self.review else None

    def is_due(self, now: datetime) -> bool:
        """Tell whether its next review is due at *now*."""
        return self.review is not None and self.review.is_due(now)


@dataclass(frozen=True)
class Documents:
    """Every page of the site's folder, by path, and the names of all files there."""

    pages: Mapping[str, Page] = field(default_factory=dict)
    files: frozenset[str] = frozenset()
    folder: str = FOLDER

    def find(self, path: str) -> Page | None:
        """Return the page at *path* of the workspace, or None."""
        return self.pages.get(path)

    def get(self, path: str) -> Page:
        """Return the page at *path* of the workspace.

        Raises:
            NotFoundError: There is none.
        """
        page = self.pages.get(path)
        if page is None:
            raise NotFoundError("page", path)
        return page

    def of_kind(self, kind: str) -> tuple[Page, ...]:
        """Return the pages of *kind*, by path."""
        return tuple(page for page in self._ordered if page.kind == kind)

    def about(self, ref: EntityRef) -> tuple[Page, ...]:
        """Return the pages that are about the entity *ref*, by path."""
        return self._about.get(ref, ())

    def owned_by(self, ref: EntityRef) -> tuple[Page, ...]:
        """Return the pages that *ref* owns, by path."""
        return tuple(page for page in self._ordered if page.owner == ref)

    def by_name(self, name: str) -> tuple[str, ...]:
        """Return the files of the site that are named *name*, whatever their folder, by path."""
        return self._names.get(name, ())

    @cached_property
    def _names(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for path in sorted(self.files):
            found.setdefault(path.rpartition("/")[2], []).append(path)
        return {name: tuple(paths) for name, paths in found.items()}

    @cached_property
    def _ordered(self) -> tuple[Page, ...]:
        return tuple(page for _, page in sorted(self.pages.items()))

    @cached_property
    def _about(self) -> Mapping[EntityRef, tuple[Page, ...]]:
        found: dict[EntityRef, list[Page]] = {}
        for page in self._ordered:
            for ref in dict.fromkeys(page.about):
                found.setdefault(ref, []).append(page)
        return {ref: tuple(pages) for ref, pages in found.items()}
