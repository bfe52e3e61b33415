"""Where a link of a page leads: to a page, a file, a page that Waypost makes, another site, or nowhere."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from waypost.core.markdownfile import Link, is_external
from waypost.core.workspace import Workspace
from waypost.documents.model import FOLDER, Documents


class Place(StrEnum):
    """What sort of thing a link leads to."""

    PAGE = "page"
    FILE = "file"
    GENERATED = "generated"
    EXTERNAL = "external"
    BACKEND = "backend"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Resolved:
    """Where a link leads.

    ``path`` is relative to the workspace; for a generated page to the site, as a Markdown file.
    ``is_absolute`` says that the link starts at the root of the host, which breaks where the site is served
    below a folder. ``suggestion`` is a target that would do instead, "" for none.
    """

    place: Place
    path: str = ""
    anchor: str = ""
    is_absolute: bool = False
    suggestion: str = ""


# As prose writes it.
_REFERENCE = re.compile(r"[A-Za-z][A-Za-z-]*:[^\s|\\]+\Z")
_ENTITY = re.compile(r"catalog/(?P<kind>[^/]+)/(?P<namespace>[^/]+)/(?P<name>[^/]+)\.md\Z")
_GENERATED = re.compile(
    r"catalog/(?:index|[^/]+/[^/]+/[^/]+)\.md|decisions/(?:index|[^/]+)\.md|scorecards/(?:index|[^/]+)\.md"
    r"|runbooks/index\.md|index\.md|tags\.md|reference/(?:api|settings|commands|checks)\.md"
)
_BACKEND = re.compile(r"/(?:api/|openapi\.json\Z|healthz\Z|metrics\Z)")


def resolve_link(documents: Documents, workspace: Workspace, from_path: str, target: str) -> Resolved:
    """Find where the link *target*, written in the file *from_path*, leads.

    A page's address is read from its own place, as in the repository: ``../adr/0001-x.md``. Pages that
    Waypost makes have the addresses that they have on the site. No file is opened.
    """
    target = target.strip()
    if is_external(target):
        return Resolved(Place.EXTERNAL, target)
    parts = urlsplit(target)
    anchor = unquote(parts.fragment)
    if not parts.path:
        return Resolved(Place.PAGE if from_path in documents.pages else Place.FILE, from_path, anchor)
    if _BACKEND.match(parts.path):
        return Resolved(Place.BACKEND, parts.path, anchor)
    is_absolute = parts.path.startswith("/")
    base = FOLDER if is_absolute else posixpath.dirname(from_path)
    path = posixpath.normpath(posixpath.join(base, unquote(parts.path).lstrip("/")))
    place, found = _place(documents, workspace, path)
    suggestion = ""
    if is_absolute or place is Place.NOWHERE:
        suggestion = _suggest(documents, from_path, path, unquote(parts.path))
    return Resolved(place, found, anchor, is_absolute, suggestion)


def is_entity_link(link: Link) -> bool:
    """Tell whether *link* is a ``[[component:default/x]]``.

    One to a decision (``[[adr:0007]]``) is not, and neither is the ``[[ -f x ]]`` of a shell.
    """
    is_reference = link.kind == "wiki" and _REFERENCE.match(link.target) is not None
    return is_reference and not link.target.startswith("adr:")


def is_made_anchor(anchor: str) -> bool:
    """Tell whether *anchor* is one that an extension of Markdown makes: of a footnote, of a line of code."""
    return anchor.startswith(("fn:", "fnref:", "__"))


def entity_address(uri: str) -> str | None:
    """Return the reference of the entity whose page is at *uri*, or None where that is no entity's page."""
    match = _ENTITY.match(uri)
    return f"{match['kind']}:{match['namespace']}/{match['name']}" if match else None


def _place(documents: Documents, workspace: Workspace, path: str) -> tuple[Place, str]:
    """Return what lies at *path* of the workspace, a folder's index for a folder that has one."""
    if path in documents.pages:
        return Place.PAGE, path
    if path in documents.files:
        return Place.FILE, path
    for name in ("index.md", "README.md"):
        if f"{path}/{name}" in documents.pages:
            return Place.PAGE, f"{path}/{name}"
    uri = path.removeprefix(f"{FOLDER}/")
    if uri != path and _GENERATED.fullmatch(uri):
        return Place.GENERATED, uri
    if path.startswith("../") or not workspace.exists(path):
        return Place.NOWHERE, path
    return Place.FILE, path


def _suggest(documents: Documents, from_path: str, path: str, target: str) -> str:
    """Return a relative target for a link that was written as the address of a rendered page."""
    # A rendered page is a folder: from there, its neighbour is `../neighbour/`.
    rendered = posixpath.normpath(posixpath.join(posixpath.splitext(from_path)[0], target))
    for candidate in (path, rendered):
        stem = re.sub(r"(?:/index)?(?:\.html)?\Z", "", candidate)
        for name in (candidate, f"{stem}.md", f"{stem}/index.md", f"{candidate}.md"):
            if name in documents.pages or name in documents.files:
                return posixpath.relpath(name, posixpath.dirname(from_path))
    return ""
