"""What a page itself says that bears on its freshness: where its review stands, and the versions that it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from waypost.core.pagecheck import Look, Question, kept_per_page
from waypost.core.plugin import Knowledge
from waypost.core.workspace import Workspace
from waypost.documents.endoflife import EndOfLife, Mention, find_in_code, find_in_prose
from waypost.documents.model import Documents, Page


@dataclass(frozen=True, slots=True)
class Notes:
    """What was noted of one page: the lines of its review, of its day, and of what it watches; versions."""

    review: int
    on: int
    watches: tuple[int, ...]
    mentions: tuple[Mention, ...]


def typed_pages(knowledge: Knowledge) -> Iterable[Page]:
    """Return the pages that name their kind: of others nothing is promised."""
    return [page for page in knowledge[Documents].pages.values() if page.kind]


def notes_of(workspace: Workspace, knowledge: Knowledge) -> dict[str, Notes]:
    """Return what each page that names its kind says, by path; kept until a page or the known products change."""
    found = {}
    for path, (review, on, watches, mentions) in _kept_notes(workspace, knowledge).items():
        told = (Mention(name, version, line, is_used=used) for name, version, line, used in mentions)
        found[path] = Notes(review, on, tuple(watches), tuple(told))
    return found


_NAMES: Final = Question(
    "product-names", lambda _workspace, knowledge, _about: sorted(knowledge[EndOfLife].by_name)
)


def _note(page: Page, look: Look) -> list[Any]:
    file, known = page.file, look(_NAMES)
    names = frozenset(known)
    return [
        file.line_of("review"),
        file.line_of("review", "on"),
        [file.line_of("watches", number) for number in range(len(page.watches))],
        [[each.name, each.version, each.line, each.is_used] for each in _mentions(page, names)],
    ]


_kept_notes = kept_per_page("freshness", typed_pages, _note, (_NAMES,))


def _mentions(page: Page, names: frozenset[str]) -> Iterator[Mention]:
    if not names:
        return
    file, versions = page.file, page.front.get("versions")
    for name, version in versions.items() if isinstance(versions, dict) else ():
        if isinstance(version, str):
            line = file.line_of("versions", name)
            yield Mention(str(name).casefold(), version.removeprefix("v"), line, is_used=True)
    code = [(fence.line, fence.line + fence.text.count("\n") + 2) for fence in file.fences]
    for fence in file.fences:
        yield from find_in_code(fence.text, names, fence.line + 1)
    for mention in find_in_prose(file.body, names, file.body_line):
        if not any(first <= mention.line <= last for first, last in code):
            yield mention
