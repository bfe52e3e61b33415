"""Checks of links: that each leads to a page, a heading, a file or an entity that exists."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from waypost.catalog.model import Catalog
from waypost.core.errors import Problem, Severity, suggest
from waypost.core.markdownfile import Link
from waypost.core.plugin import Knowledge
from waypost.core.workspace import Workspace
from waypost.documents.links import (
    Place,
    Resolved,
    entity_address,
    is_entity_link,
    is_made_anchor,
    resolve_link,
)
from waypost.documents.model import Documents, Page


def check_links(workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
    """Find links of pages that lead nowhere. Other sites are not asked; decisions are the adr feature's."""
    documents, catalog = knowledge[Documents], knowledge[Catalog]
    for page in documents.pages.values():
        for link in page.file.links:
            if is_entity_link(link):
                yield from _check_entity(page, link, link.target, catalog)
            elif link.kind == "wiki":
                continue
            elif not link.target:
                message = f"the {_thing(link)} '{link.text}' has no target"
                yield Problem(page.path, link.line, "documents/link", message, "Add one, or remove the link.")
            else:
                found = resolve_link(documents, workspace, page.path, link.target)
                yield from _check_place(page, link, found, knowledge)


def _check_place(page: Page, link: Link, found: Resolved, knowledge: Knowledge) -> Iterator[Problem]:
    documents, catalog = knowledge[Documents], knowledge[Catalog]
    if found.place is Place.NOWHERE:
        yield _nowhere(page, link, found, documents)
        return
    if found.is_absolute:
        message = f"the link '{link.target}' starts at the root of the host, and breaks where the site lies below a folder"
        fix = f"Write '{found.suggestion}'." if found.suggestion else "Write it from this page's own place."
        yield Problem(page.path, link.line, "documents/link-absolute", message, fix, Severity.WARNING)
    if found.place is Place.PAGE and found.anchor:
        yield from _check_anchor(page, link, found, documents)
    elif found.place is Place.GENERATED and (ref := entity_address(found.path)):
        yield from _check_entity(page, link, ref, catalog)


def _nowhere(page: Page, link: Link, found: Resolved, documents: Documents) -> Problem:
    message = f"the {_thing(link)} '{link.target}' leads to {found.path}, which does not exist"
    near = found.suggestion or _near_file(page, found.path, documents)
    fix = f"Did you mean '{near}'?" if near else "Mend or remove it."
    return Problem(page.path, link.line, "documents/link", message, fix)


def _thing(link: Link) -> str:
    return "image" if link.kind == "image" else "link"


def _near_file(page: Page, path: str, documents: Documents) -> str:
    """Return the way to a file with the same name in another folder of the site, "" for none or several."""
    name = path.rpartition("/")[2]
    same = [file for file in documents.by_name(name) if file != path]
    return posixpath.relpath(same[0], posixpath.dirname(page.path)) if len(same) == 1 else ""


def _check_anchor(page: Page, link: Link, found: Resolved, documents: Documents) -> Iterator[Problem]:
    anchors = documents.get(found.path).file.anchors
    if found.anchor in anchors or is_made_anchor(found.anchor):
        return
    where = "this page" if found.path == page.path else found.path
    message = f"the link '{link.target}' leads to the heading '#{found.anchor}', which {where} does not have"
    known = [f"#{anchor}" for anchor in anchors]
    fix = suggest(f"#{found.anchor.lower()}", known, "Mend it, or remove what stands behind the '#'.")
    yield Problem(page.path, link.line, "documents/anchor", message, fix)


def _check_entity(page: Page, link: Link, target: str, catalog: Catalog) -> Iterator[Problem]:
    if catalog.find(target) is not None:
        return
    message = f"the link names {target}, which is not in the catalog"
    fix = suggest(target, catalog.entities, "Add it to catalog/, or mend the reference.")
    yield Problem(page.path, link.line, "documents/entity-link", message, fix)
