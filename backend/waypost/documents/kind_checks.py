"""What single kinds of pages name, and must find: artefacts, templates, policies, runbooks."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from waypost.catalog.model import Catalog, EntityRef
from waypost.core.errors import InputError, Problem, suggest
from waypost.core.workspace import Workspace
from waypost.documents.model import Documents, Page


def check_kind(page: Page, documents: Documents, catalog: Catalog, workspace: Workspace) -> Iterator[Problem]:
    """Find what is wrong with the keys that only the kind of *page* has."""
    if page.kind == "policy":
        yield from _check_artefacts(page, workspace)
    if page.kind in ("reference-architecture", "golden-path"):
        yield from _check_named(page, documents, "policies", "policy")
        yield from _check_named(page, documents, "runbooks", "runbook")
    if page.kind == "golden-path":
        yield from _check_template(page, catalog)


def _check_artefacts(page: Page, workspace: Workspace) -> Iterator[Problem]:
    """Find artefacts that do not lie beside the page, and fixtures without a single file."""
    for number, name in enumerate(_words(page, "artefacts")):
        if not workspace.exists(_beside(page, name)):
            message = f"the artefact '{name}' does not exist"
            line = page.file.line_of("artefacts", number)
            yield Problem(page.path, line, "documents/artefact", message, f"Add {_beside(page, name)}.")
    fixtures = page.front.get("fixtures")
    if isinstance(fixtures, str) and not workspace.files(_beside(page, fixtures)):
        message = f"the fixtures '{fixtures}' are no folder with files"
        line = page.file.line_of("fixtures")
        yield Problem(
            page.path, line, "documents/artefact", message, f"Add files to {_beside(page, fixtures)}/."
        )


def _beside(page: Page, name: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(page.path), name))


def _check_named(page: Page, documents: Documents, key: str, kind: str) -> Iterator[Problem]:
    """Find names under *key* that no page of *kind* has: by file, by ``id``, or by path."""
    known = {name for other in documents.of_kind(kind) for name in names_of(other)}
    for number, name in enumerate(_words(page, key)):
        if name not in known:
            fix = suggest(name, known, f"Add a page of kind '{kind}' with that name.")
            message = f"'{key}' names '{name}', and no page of kind '{kind}' is named so"
            yield Problem(page.path, page.file.line_of(key, number), "documents/named-page", message, fix)


def names_of(page: Page) -> frozenset[str]:
    """Return all that other pages may call *page* by: its file's name, its path, its ``id``."""
    given = page.front.get("id")
    return frozenset({page.slug, page.path, page.uri} | ({given} if isinstance(given, str) else set()))


def _check_template(page: Page, catalog: Catalog) -> Iterator[Problem]:
    template = page.front.get("template")
    if not isinstance(template, str):
        return
    try:
        ref = EntityRef.parse(template, default_kind="template")
    except InputError:
        return  # Told where the front matter was read.
    if ref.kind != "template" or catalog.find(ref) is None:
        known = [str(entity.ref) for entity in catalog.of_kind("template")]
        fix = suggest(str(ref), known, "Add an entity of kind Template to catalog/.")
        message = f"no template of the catalog is {ref}"
        yield Problem(page.path, page.file.line_of("template"), "documents/template", message, fix)


def _words(page: Page, key: str) -> list[str]:
    """Return the list at *key*; empty where the front matter holds something else, which was told already."""
    value = page.front.get(key)
    return [str(item) for item in value] if isinstance(value, list) else []
