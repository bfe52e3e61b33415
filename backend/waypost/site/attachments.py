"""Files that the sources of generated pages show and that lie outside the pages' own folder."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import unquote, urlsplit

from waypost.core.errors import InputError
from waypost.core.markdownfile import parse_markdown
from waypost.core.plugin import SitePage
from waypost.core.workspace import Workspace

_SUFFIXES: Final = frozenset(
    {".avif", ".csv", ".drawio", ".gif", ".jpeg", ".jpg", ".pdf", ".png", ".puml", ".svg", ".webp"}
)
"""What a page shows or hands over; code and configuration are read in the repository."""


def find_attachments(
    pages: Iterable[SitePage], workspace: Workspace, published: Mapping[str, object]
) -> dict[str, str]:
    """Return where each image or document that the *pages* refer to goes on the site, by its workspace file.

    It lies beside the page, below ``files/`` and its own path, so that no two meet. What is *published*
    already, hidden or not in the workspace is left out.
    """
    found: dict[str, str] = {}
    for page in pages:
        if not page.source.endswith(".md"):
            continue
        for path in _referred(page.source, workspace):
            if path not in published and workspace.exists(path):
                found.setdefault(path, posixpath.join(posixpath.dirname(page.uri), "files", path))
    return found


def _referred(source: str, workspace: Workspace) -> Iterable[str]:
    try:
        links = parse_markdown(source, workspace.read_text(source)).links
    except InputError:  # Told by who loaded it.
        return
    for link in links:
        path = _path_of(link.target)
        if posixpath.splitext(path)[1].lower() in _SUFFIXES:
            file = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
            # Hidden files are nobody's pictures; this leaves out what lies above the root, too.
            if not any(part.startswith(".") for part in file.split("/")):
                yield file


def _path_of(target: str) -> str:
    """Return the path of a link to a file, "" for any other."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return ""
    return "" if parts.scheme or parts.netloc or parts.path.startswith("/") else unquote(parts.path)
