"""What front matter says of each page, kept between two runs: only pages that changed are judged again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import date, timedelta
from typing import Any, Final

import orjson

from waypost.catalog.model import EntityRef
from waypost.core.contentcache import ContentCache
from waypost.core.errors import Problem
from waypost.core.forked import in_parts
from waypost.core.markdownfile import MarkdownFile
from waypost.core.outline import same_in_json
from waypost.core.plugin import Knowledge
from waypost.core.problems import dump_problem, read_problem
from waypost.core.workspace import Workspace
from waypost.core.yamllines import plain_place
from waypost.documents.model import Page, Review

_KIND: Final = "page"
_KEPT: Final = frozenset(
    {
        "path", "kind", "title", "file", "owner", "status", "about", "review", "watches", "replaced_by", "tags",
        "front",
    }
)  # fmt: skip
_BY_LOADER: Final = frozenset({"folder"})
"""What the loader gives every page, whatever its file says."""

Read = Callable[[MarkdownFile], tuple[Page, list[Problem]]]


class KeptPages:
    """The pages of one workspace, and the problems of their front matter, as the last run found them."""

    def __init__(self, workspace: Workspace, knowledge: Knowledge) -> None:
        self._cache = cache = knowledge.find(ContentCache)
        self._slot = cache.slot_of(workspace.root) if cache else ""
        self._known: dict[str, Any] = _known(cache, self._slot)
        self._now: dict[str, Any] = {}
        self._is_new = False
        # A page that says more than is kept here is read each time.
        self._is_whole = {field.name for field in fields(Page)} == _KEPT | _BY_LOADER
        if cache is not None and self._is_whole:
            cache.before_close(self._keep)

    def read(self, files: Sequence[MarkdownFile], read: Read) -> Iterator[tuple[Page, list[Problem]]]:
        """Give the page that each of *files* makes and its problems: as kept, or what *read* gives."""
        if self._cache is None or not self._is_whole:
            yield from map(read, files)
            return
        for file in files:
            kept = self._known.get(file.path)
            if kept is not None and kept[0] == file.key:
                self._now[file.path] = kept
        wanting = [file for file in files if file.path not in self._now]
        self._is_new = bool(wanting)
        for part in in_parts(wanting, lambda some: _made(some, read)) if wanting else ():
            self._now.update(orjson.loads(part))
        for file in files:
            kept = self._now.get(file.path)
            if kept is None:
                yield read(file)
            else:
                file.know_places(kept[3])
                yield _page(file, kept[1]), [read_problem(given) for given in kept[2]]

    def _keep(self) -> None:
        if self._cache is not None and (self._is_new or self._now.keys() != self._known.keys()):
            self._cache.put(_KIND, self._slot, self._now)


def _known(cache: ContentCache | None, slot: str) -> dict[str, Any]:
    try:
        return dict(cache.get(_KIND, slot)) if cache else {}
    except (KeyError, ValueError):
        return {}


def _made(files: Iterable[MarkdownFile], read: Read) -> bytes:
    """Return what is kept of the pages that *read* makes of *files*, by path; a page that JSON cannot hold is left out."""
    found = {}
    for file in files:
        page, problems = read(file)
        if same_in_json(page.front):
            dumped = [dump_problem(problem) for problem in problems]
            found[file.path] = [file.key, _dumped(page), dumped, file.places]
    return orjson.dumps(found, default=plain_place)


def _dumped(page: Page) -> list[Any]:
    return [
        page.kind,
        page.title,
        _parts(page.owner),
        page.status,
        [_parts(ref) for ref in page.about],
        _dumped_review(page.review) if page.review is not None else None,
        page.watches,
        page.replaced_by,
        page.tags,
        page.front,
    ]


def _dumped_review(review: Review) -> list[Any]:
    every = review.every
    return [
        review.on.toordinal() if review.on is not None else None,
        _parts(review.by),
        review.method,
        [every.days, every.seconds, every.microseconds] if every is not None else None,
    ]


def _page(file: MarkdownFile, kept: list[Any]) -> Page:
    kind, title, owner, status, about, review, watches, replaced_by, tags, front = kept
    return Page(
        path=file.path,
        kind=kind,
        title=title,
        file=file,
        owner=_ref(owner),
        status=status,
        about=tuple(EntityRef(*parts) for parts in about),
        review=_review(review) if review else None,
        watches=tuple(watches),
        replaced_by=replaced_by,
        tags=tuple(tags),
        front=front,
    )


def _review(kept: list[Any]) -> Review:
    on, by, method, every = kept
    return Review(
        date.fromordinal(on) if on else None,
        _ref(by),
        method,
        timedelta(*every) if every is not None else None,
    )


def _parts(ref: EntityRef | None) -> tuple[str, str, str] | None:
    return (ref.kind, ref.namespace, ref.name) if ref else None


def _ref(parts: list[str] | None) -> EntityRef | None:
    return EntityRef(*parts) if parts else None
