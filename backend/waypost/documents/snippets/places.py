"""Which blocks of code of pages are judged, how strictly, and where on the page a place in a block is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from waypost.core.errors import Problem, Severity
from waypost.core.markdownfile import Fence
from waypost.core.pagecheck import Look, kept_per_page
from waypost.core.plugin import Knowledge
from waypost.core.workspace import Workspace
from waypost.documents.model import Page
from waypost.documents.questions import all_pages

OFF = "off"


def is_off(fence: Fence) -> bool:
    """Tell whether its author keeps *fence* from being checked: ``{.sh check=off}``."""
    return fence.attributes.get("check") == OFF


def judged_fences(pages: Iterable[Page]) -> Iterator[tuple[Page, Fence]]:
    """Give each closed block of code of *pages* that is to be checked, with its page."""
    for page in pages:
        for fence in page.file.fences:
            if fence.is_closed and not is_off(fence):
                yield page, fence


def _languages(page: Page, _look: Look) -> list[str]:
    return sorted({fence.language.lower() for _, fence in judged_fences([page])})


_languages_of_pages = kept_per_page("languages", all_pages, _languages)


def fences_in(
    workspace: Workspace, knowledge: Knowledge, languages: frozenset[str]
) -> Iterator[tuple[Page, Fence]]:
    """Give each block of code in one of *languages* that is to be checked, with its page."""
    spoken = _languages_of_pages(workspace, knowledge)
    pages = (page for page in all_pages(knowledge) if not languages.isdisjoint(spoken[page.path]))
    return (pair for pair in judged_fences(pages) if pair[1].language.lower() in languages)


def severity_for(page: Page) -> Severity:
    """Return how bad a fault in a block of *page* is: who names the kind of a page answers for what it says."""
    return Severity.ERROR if page.kind else Severity.WARNING


def problem_at(
    page: Page,
    fence: Fence,
    line: int,
    column: int,
    *,
    rule: str,
    message: str,
    fix: str,
    severity: Severity | None = None,
) -> Problem:
    """Return a problem at *line* and *column* (from 1; 0 for none) of what stands in *fence*.

    A page without kind has only warnings, whatever *severity*.
    """
    own = severity_for(page)
    told = own if severity is None or own is Severity.WARNING else severity
    shown = column + indent_of(page, fence, line) if column else 0
    return Problem(page.path, fence.line + line, rule, message, fix, told, shown)


def indent_of(page: Page, fence: Fence, line: int) -> int:
    """Return how many columns of the page stand before *line* of *fence*, which a list or a quotation may hold."""
    source = page.file.text.split("\n")[fence.line + line - 1 : fence.line + line]
    inside = fence.text.split("\n")[line - 1 : line]
    if not source or not inside:
        return 0
    return max(len(source[0].expandtabs(4)) - len(inside[0].expandtabs(4)), 0)


def position_in(text: str, start: int) -> tuple[int, int]:
    """Return the line and the column, from 1, of the character at *start* of *text*."""
    return text.count("\n", 0, start) + 1, start - (text.rfind("\n", 0, start) + 1) + 1
