"""Where the links of a page lead: to another page, to a file of the repository, or nowhere on the site."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit, urlunsplit

from waypost.site.addresses import link


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteMap:
    """What lies where: on the site, and in the repository that it was made from.

    ``uris`` are all files of the site, pages as Markdown. ``page_of`` leads from a workspace file to the
    page that shows it, ``source_of`` back. ``files_url`` is the web address of the repository's files.
    """

    uris: AbstractSet[str]
    page_of: Mapping[str, str] = field(default_factory=dict)
    source_of: Mapping[str, str] = field(default_factory=dict)
    files_url: str = ""
    exists: Callable[[str], bool] = lambda _: False


def resolve_link(site: SiteMap, uri: str, target: str) -> str | None:
    """Return where the link *target*, written on the page *uri*, leads; None where it leads off the site.

    A target is first read as an author of site pages means it (from the page's own place), then as an
    author of repository files does (from the place of the page's source). A file of the repository that
    is no page leads to the forge, where the workspace says where that is, else to None. What nobody
    knows stays as it is, for MkDocs to report.
    """
    try:
        parts = urlsplit(target)
    except ValueError:  # Such as http://[ for which MkDocs would give up the whole page.
        return None
    if parts.scheme or parts.netloc or not parts.path or parts.path.startswith("/"):
        return target
    path = unquote(parts.path)
    if _join(uri, path) in site.uris:
        return target
    source = site.source_of.get(uri, "")
    file = _join(source, path) if source else ""
    page = _page_of(site, file)
    if page:
        return urlunsplit(("", "", link(uri, page), parts.query, parts.fragment))
    if not file or file.startswith("../") or not site.exists(file):
        return target
    return f"{site.files_url.rstrip('/')}/{file}" if site.files_url else None


def _join(base: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), path))


def _page_of(site: SiteMap, file: str) -> str | None:
    """Return the page that shows *file*; a folder is shown by its index."""
    known = (site.page_of.get(name) for name in (file, f"{file}/index.md", f"{file}/README.md"))
    return next((page for page in known if page), None)
