"""What single kinds of pages name, and must find: artefacts, templates, policies, runbooks."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from waypost.catalog.model import EntityRef
from waypost.core.errors import InputError, Problem
from waypost.core.pagecheck import Look
from waypost.documents.model import Page
from waypost.documents.questions import EXISTS, HAS_FILES, IS_ENTITY, IS_NAMED, NEAR_ENTITY, NEAR_NAME, pair


def check_kind(page: Page, look: Look) -> Iterator[Problem]:
    """Find what is wrong with the keys that only the kind of *page* has."""
    if page.kind == "policy":
        yield from _check_artefacts(page, look)
    if page.kind in ("reference-architecture", "golden-path"):
        yield from _check_named(page, look, "policies", "policy")
        yield from _check_named(page, look, "runbooks", "runbook")
    if page.kind == "golden-path":
        yield from _check_template(page, look)


def _check_artefacts(page: Page, look: Look) -> Iterator[Problem]:
    """Find artefacts that do not lie beside the page, and fixtures without a single file."""
    for number, name in enumerate(_words(page, "artefacts")):
        if not look(EXISTS, _beside(page, name)):
            message = f"the artefact '{name}' does not exist"
            line = page.file.line_of("artefacts", number)
            yield Problem(page.path, line, "documents/artefact", message, f"Add {_beside(page, name)}.")
    fixtures = page.front.get("fixtures")
    if isinstance(fixtures, str) and not look(HAS_FILES, _beside(page, fixtures)):
        message = f"the fixtures '{fixtures}' are no folder with files"
        line = page.file.line_of("fixtures")
        yield Problem(
            page.path, line, "documents/artefact", message, f"Add files to {_beside(page, fixtures)}/."
        )


def _beside(page: Page, name: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(page.path), name))


def _check_named(page: Page, look: Look, key: str, kind: str) -> Iterator[Problem]:
    """Find names under *key* that no page of *kind* has: by file, by ``id``, or by path."""
    for number, name in enumerate(_words(page, key)):
        if not look(IS_NAMED, pair(kind, name)):
            fix = look(NEAR_NAME, pair(kind, name)) or f"Add a page of kind '{kind}' with that name."
            message = f"'{key}' names '{name}', and no page of kind '{kind}' is named so"
            yield Problem(page.path, page.file.line_of(key, number), "documents/named-page", message, fix)


def _check_template(page: Page, look: Look) -> Iterator[Problem]:
    template = page.front.get("template")
    if not isinstance(template, str):
        return
    try:
        ref = EntityRef.parse(template, default_kind="template")
    except InputError:
        return  # Told where the front matter was read.
    if ref.kind != "template" or not look(IS_ENTITY, str(ref)):
        fix = look(NEAR_ENTITY, pair("template", str(ref))) or "Add an entity of kind Template to catalog/."
        message = f"no template of the catalog is {ref}"
        yield Problem(page.path, page.file.line_of("template"), "documents/template", message, fix)


def _words(page: Page, key: str) -> list[str]:
    """Return the list at *key*; empty where the front matter holds something else, which was told already."""
    value = page.front.get(key)
    return [str(item) for item in value] if isinstance(value, list) else []
