"""Where a link of a page leads: to a page, a file, a page that Waypost makes, another site, or nowhere."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from urllib.parse import unquote, urlsplit

from waypost.core.markdownfile import Link, is_external
from waypost.core.workspace import Workspace
from waypost.documents.model import Documents


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
    below a folder. ``suggestions`` are targets that would do instead, the likeliest first.
    """

    place: Place
    path: str = ""
    anchor: str = ""
    is_absolute: bool = False
    suggestions: tuple[str, ...] = ()

    @property
    def suggestion(self) -> str:
        """The likeliest target that would do instead, "" for none."""
        return self.suggestions[0] if self.suggestions else ""


# As prose writes it.
_REFERENCE = re.compile(r"[A-Za-z][A-Za-z-]*:[^\s|\\]+\Z")
_ENTITY = re.compile(r"catalog/(?P<kind>[^/]+)/(?P<namespace>[^/]+)/(?P<name>[^/]+)\.md\Z")
_GENERATED = re.compile(
    r"catalog/(?:index|[^/]+/[^/]+/[^/]+)\.md|decisions/(?:index|[^/]+)\.md|scorecards/(?:index|[^/]+)\.md"
    r"|runbooks/index\.md|contributing/to-read\.md|index\.md|tags\.md|reference/(?:api|settings|commands|checks)\.md"
)
_BACKEND = re.compile(r"/(?:api/|openapi\.json\Z|healthz\Z|metrics\Z)")


class Places(Protocol):
    """What lies where, for whoever resolves links."""

    @property
    def folder(self) -> str:
        """The folder of the site's pages."""
        ...

    def at(self, path: str) -> tuple[Place, str]:
        """Return what lies at *path* of the workspace, and where: a folder's index for a folder that has one."""
        ...

    def is_page(self, path: str) -> bool:
        """Tell whether a page of the site lies at *path*."""
        ...

    def is_in_site(self, path: str) -> bool:
        """Tell whether a page or another file of the site lies at *path*."""
        ...


@dataclass(frozen=True, slots=True)
class LoadedPlaces:
    """What lies where in a workspace that was loaded."""

    documents: Documents
    workspace: Workspace

    @property
    def folder(self) -> str:
        """The folder of the site's pages."""
        return self.documents.folder

    def at(self, path: str) -> tuple[Place, str]:
        """Return what lies at *path* of the workspace, and where: a folder's index for a folder that has one."""
        return _place(self.documents, self.workspace, path)

    def is_page(self, path: str) -> bool:
        """Tell whether a page of the site lies at *path*."""
        return path in self.documents.pages

    def is_in_site(self, path: str) -> bool:
        """Tell whether a page or another file of the site lies at *path*."""
        return path in self.documents.pages or path in self.documents.files


def resolve_link(documents: Documents, workspace: Workspace, from_path: str, target: str) -> Resolved:
    """Find where the link *target*, written in the file *from_path*, leads.

    A page's address is read from its own place, as in the repository: ``../adr/0001-x.md``. Pages that
    Waypost makes have the addresses that they have on the site. No file is opened.
    """
    return resolve(LoadedPlaces(documents, workspace), from_path, target)


def resolve(places: Places, from_path: str, target: str) -> Resolved:
    """Find where the link *target*, written in the file *from_path*, leads; see ``resolve_link``."""
    target = target.strip()
    if is_external(target):
        return Resolved(Place.EXTERNAL, target)
    parts = urlsplit(target)
    anchor = unquote(parts.fragment)
    if not parts.path:
        return Resolved(Place.PAGE if places.is_page(from_path) else Place.FILE, from_path, anchor)
    if _BACKEND.match(parts.path):
        return Resolved(Place.BACKEND, parts.path, anchor)
    is_absolute = parts.path.startswith("/")
    base = places.folder if is_absolute else posixpath.dirname(from_path)
    path = posixpath.normpath(posixpath.join(base, unquote(parts.path).lstrip("/")))
    place, found = places.at(path)
    suggestions: tuple[str, ...] = ()
    if is_absolute or place is Place.NOWHERE:
        suggestions = tuple(_suggest(places, from_path, path, unquote(parts.path)))
    return Resolved(place, found, anchor, is_absolute, suggestions)


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
    uri = path.removeprefix(f"{documents.folder}/")
    if uri != path and _GENERATED.fullmatch(uri):
        return Place.GENERATED, uri
    if path.startswith("../") or not workspace.exists(path):
        return Place.NOWHERE, path
    return Place.FILE, path


def _suggest(places: Places, from_path: str, path: str, target: str) -> list[str]:
    """Return relative targets for a link that was written as the address of a rendered page, the likeliest first."""
    # A rendered page is a folder: from there, its neighbour is `../neighbour/`.
    rendered = posixpath.normpath(posixpath.join(posixpath.splitext(from_path)[0], target))
    found: dict[str, None] = {}
    for candidate in (path, rendered):
        stem = re.sub(r"(?:/index)?(?:\.html)?\Z", "", candidate)
        for name in (candidate, f"{stem}.md", f"{stem}/index.md", f"{candidate}.md"):
            if places.is_in_site(name):
                found[posixpath.relpath(name, posixpath.dirname(from_path))] = None
    return list(found)
