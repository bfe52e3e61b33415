"""Checks of links: that each leads to a page, a heading, a file or an entity that exists."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from waypost.core.errors import Edit, Problem, Severity, suggest
from waypost.core.markdownfile import Link
from waypost.core.pagecheck import Look, per_page
from waypost.documents.link_edits import moved_to, nearly, replace_target, retarget, same_but_case
from waypost.documents.links import (
    Place,
    Resolved,
    entity_address,
    is_entity_link,
    is_made_anchor,
    resolve,
)
from waypost.documents.model import Page
from waypost.documents.questions import (
    ANCHORS,
    HAS_ANCHOR,
    IS_ENTITY,
    NEAR_ENTITY,
    QUESTIONS,
    SAME_CASELESS,
    SAME_NAME,
    AskedPlaces,
    all_pages,
    pair,
)


def check_page_links(page: Page, look: Look) -> Iterator[Problem]:
    """Find links of *page* that lead nowhere. Other sites are not asked; decisions are the adr feature's."""
    places = AskedPlaces(look, page.path, page.folder)
    for link in page.file.links:
        if is_entity_link(link):
            yield from _check_entity(page, link, link.target, look)
        elif link.kind == "wiki":
            continue
        elif not link.target:
            message = f"the {_thing(link)} '{link.text}' has no target"
            yield Problem(page.path, link.line, "documents/link", message, "Add one, or remove the link.")
        else:
            yield from _check_place(page, link, resolve(places, page.path, link.target), look)


check_links = per_page("documents/link", all_pages, check_page_links, QUESTIONS)
"""Finds links of pages that lead nowhere."""


def _check_place(page: Page, link: Link, found: Resolved, look: Look) -> Iterator[Problem]:
    if found.place is Place.NOWHERE:
        yield _nowhere(page, link, found, look)
        return
    if found.is_absolute:
        message = f"the link '{link.target}' starts at the root of the host, and breaks where the site lies below a folder"
        fix = f"Write '{found.suggestion}'." if found.suggestion else "Write it from this page's own place."
        edit = _certain(page, link, found.suggestions)
        yield Problem(
            page.path, link.line, "documents/link-absolute", message, fix, Severity.WARNING, edit=edit
        )
    if found.place is Place.PAGE and found.anchor:
        yield from _check_anchor(page, link, found, look)
    elif found.place is Place.GENERATED and (ref := entity_address(found.path)):
        yield from _check_entity(page, link, ref, look)


def _certain(page: Page, link: Link, targets: tuple[str, ...]) -> Edit | None:
    return retarget(page.file, link, targets[0]) if len(targets) == 1 else None


def _nowhere(page: Page, link: Link, found: Resolved, look: Look) -> Problem:
    message = f"the {_thing(link)} '{link.target}' leads to {found.path}, which does not exist"
    folder = posixpath.dirname(page.path)
    same_name = look(SAME_NAME, posixpath.basename(found.path))
    near = found.suggestion or (posixpath.relpath(same_name[0], folder) if len(same_name) == 1 else "")
    targets = found.suggestions
    if not targets:
        other = same_but_case(found.path, look(SAME_CASELESS, found.path.casefold()))
        other = other or moved_to(found.path, same_name)
        targets = (posixpath.relpath(other, folder),) if other else ()
        near = near or "".join(targets)
    fix = f"Did you mean '{near}'?" if near else "Mend or remove it."
    return Problem(page.path, link.line, "documents/link", message, fix, edit=_certain(page, link, targets))


def _thing(link: Link) -> str:
    return "image" if link.kind == "image" else "link"


def _check_anchor(page: Page, link: Link, found: Resolved, look: Look) -> Iterator[Problem]:
    if is_made_anchor(found.anchor) or look(HAS_ANCHOR, pair(found.path, found.anchor)):
        return
    where = "this page" if found.path == page.path else found.path
    message = f"the link '{link.target}' leads to the heading '#{found.anchor}', which {where} does not have"
    anchors = look(ANCHORS, found.path)
    known = [f"#{anchor}" for anchor in anchors]
    fix = suggest(f"#{found.anchor.lower()}", known, "Mend it, or remove what stands behind the '#'.")
    meant, edit = nearly(found.anchor, anchors), None
    if meant and "#" in link.target:
        edit = replace_target(page.file, link, f"{link.target.partition('#')[0]}#{meant}")
    yield Problem(page.path, link.line, "documents/anchor", message, fix, edit=edit)


def _check_entity(page: Page, link: Link, target: str, look: Look) -> Iterator[Problem]:
    if look(IS_ENTITY, target):
        return
    message = f"the link names {target}, which is not in the catalog"
    fix = look(NEAR_ENTITY, pair("", target)) or "Add it to catalog/, or mend the reference."
    yield Problem(page.path, link.line, "documents/entity-link", message, fix)
