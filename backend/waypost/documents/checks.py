"""Checks of pages by their kind: titles, owners, subjects, sections, watched files, successors."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from waypost.catalog.model import EntityRef
from waypost.core.errors import Problem, Severity
from waypost.core.markdownfile import Heading
from waypost.core.pagecheck import Look, per_page
from waypost.core.plugin import Check
from waypost.documents.kind_checks import check_kind
from waypost.documents.link_checks import check_links
from waypost.documents.links import Place, resolve
from waypost.documents.model import KINDS, Page
from waypost.documents.questions import FINDS, IS_ENTITY, NEAR_ENTITY, QUESTIONS, AskedPlaces, all_pages, pair

SECTION_LEVEL = 2
"""The level of the headings that are a page's sections."""


def check_page(page: Page, look: Look) -> Iterator[Problem]:
    """Find what is wrong with *page*, if it names its kind. Of other pages nothing is asked."""
    yield from _check_fences(page)
    if page.kind:
        yield from _check_title(page)
        yield from _check_people(page, look)
        yield from _check_about(page, look)
        yield from _check_sections(page)
        yield from _check_watches(page, look)
        yield from _check_successor(page, look)
        yield from check_kind(page, look)


check_pages = per_page("documents/title", all_pages, check_page, QUESTIONS)
"""Finds what is wrong with the pages that name their kind."""


def _check_fences(page: Page) -> Iterator[Problem]:
    for fence in page.file.fences:
        if not fence.is_closed:
            message = "this block of code is never closed: the rest of the page is shown as code"
            yield Problem(page.path, fence.line, "documents/fence", message, "Close it with the same marks.")


def _check_title(page: Page) -> Iterator[Problem]:
    if not page.title:
        message = "the page has no title"
        yield Problem(page.path, 1, "documents/title", message, "Add 'title:' or a heading of level one.")


def _check_people(page: Page, look: Look) -> Iterator[Problem]:
    if page.owner is None and "owner" not in page.front:
        message = "nobody owns the page"
        yield Problem(
            page.path, 1, "documents/owner", message, "Add 'owner: group:default/…' to its front matter."
        )
    if page.owner is not None:
        yield from missing_entity(page, look, page.owner, "owner", rule="documents/owner")
    if page.review is not None and page.review.by is not None:
        yield from missing_entity(page, look, page.review.by, "review", "by", rule="documents/owner")


def _check_about(page: Page, look: Look) -> Iterator[Problem]:
    for number, ref in enumerate(page.about):
        yield from missing_entity(page, look, ref, "about", number, rule="documents/about")


def missing_entity(page: Page, look: Look, ref: EntityRef, *keys: str | int, rule: str) -> Iterator[Problem]:
    """Give a problem where *ref*, which stands at *keys* of the front matter, is not in the catalog."""
    if not look(IS_ENTITY, str(ref)):
        fix = look(NEAR_ENTITY, pair("", str(ref))) or "Add it to catalog/, or mend the reference."
        message = f"'{keys[0]}' names {ref}, which is not in the catalog"
        yield Problem(page.path, page.file.line_of(*keys), rule, message, fix)


def _check_sections(page: Page) -> Iterator[Problem]:
    """Find required sections that are missing or stand out of order. In a draft they may still come."""
    required = KINDS[page.kind].sections
    severity = Severity.WARNING if page.status == "draft" else Severity.ERROR
    headings = [heading for heading in page.file.headings if heading.level == SECTION_LEVEL]
    found = {heading.text.casefold(): heading for heading in reversed(headings)}
    before: Heading | None = None
    for title in required:
        heading = found.get(title.casefold())
        if heading is None:
            message = f"a page of kind '{page.kind}' needs the section '{title}'"
            place = f"below '{before.text}'" if before else "as the first section"
            line = before.line if before else 1
            yield Problem(
                page.path, line, "documents/section", message, f"Add '## {title}' {place}.", severity
            )
        elif before is not None and heading.line < before.line:
            message = f"the section '{heading.text}' stands before '{before.text}'"
            fix = f"Keep this order: {', '.join(required)}."
            yield Problem(page.path, heading.line, "documents/section-order", message, fix, severity)
        else:
            before = heading


def _check_watches(page: Page, look: Look) -> Iterator[Problem]:
    for number, pattern in enumerate(page.watches):
        if not look(FINDS, pattern):
            message = f"'watches' names '{pattern}', and no file of the workspace is named so"
            fix = "Write the path from the top of the workspace; '*' and '**' stand for any name and any folders."
            line = page.file.line_of("watches", number)
            yield Problem(page.path, line, "documents/watches", message, fix)


def _check_successor(page: Page, look: Look) -> Iterator[Problem]:
    if page.status == "retired" and not page.replaced_by:
        message = "the page is retired, and does not say what to read instead"
        line = page.file.line_of("status")
        yield Problem(page.path, line, "documents/replaced-by", message, "Add 'replaced_by: other-page.md'.")
    elif page.replaced_by and not _exists(page, look):
        message = f"'replaced_by' names '{page.replaced_by}', and there is no such page"
        fix = "Write it as a link from this page, or as a path from the top of the workspace."
        line = page.file.line_of("replaced_by")
        yield Problem(page.path, line, "documents/replaced-by", message, fix)


def _exists(page: Page, look: Look) -> bool:
    places = AskedPlaces(look, page.path, page.folder)
    if places.is_page(posixpath.normpath(page.replaced_by)):
        return True
    return resolve(places, page.path, page.replaced_by).place is not Place.NOWHERE


def rules(*named: tuple[str, str]) -> Iterable[Check]:
    """Return a check for each rule of *named*, without a function: another one's finds them."""
    return (Check(f"documents/{rule}", summary) for rule, summary in named)


CHECKS = (
    Check("documents/title", "A page that names its kind has a title.", check_pages),
    *rules(
        ("text", "A page is UTF-8 text."),
        ("front-matter", "Front matter is YAML, and each key holds what it may."),
        ("unknown-key", "Front matter has only keys that the kind of page takes."),
        ("kind", "Front matter names a kind of page that there is."),
        ("owner", "A page has an owner; owner and reviewer are in the catalog."),
        ("about", "What a page is about is in the catalog."),
        ("section", "A page has the sections that its kind asks for."),
        ("section-order", "Sections stand in the order that the kind of page asks for."),
        ("watches", "A watched file exists."),
        ("replaced-by", "A retired page names the page that replaces it, and that exists."),
        ("fence", "A block of code is closed."),
        ("artefact", "Artefacts and fixtures of a policy exist."),
        ("template", "The template of a golden path is in the catalog."),
        ("named-page", "Policies and runbooks that a page names exist."),
    ),
    Check("documents/link", "A link leads somewhere.", check_links),
    *rules(
        ("anchor", "A link to a heading leads to one that its page has."),
        (
            "link-absolute",
            "A link starts from its page, so that it holds where the site lies below a folder.",
        ),
        ("entity-link", "A link to an entity names one of the catalog."),
    ),
)
