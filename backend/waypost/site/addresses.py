"""Where things lie on the site: from references and files to pages, and from page to page."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import quote, unquote, urlsplit

from waypost.core.pageaddress import url_of

__all__ = ["link", "root_of", "rooted_to_relative", "url_of"]

_ROOTED = re.compile(r"""(\s(?:href|src)=)(["'])/(?!/)([^"']*)\2""")


def link(from_uri: str, to_uri: str) -> str:
    """Return the Markdown target that leads from page *from_uri* to *to_uri*."""
    return quote(posixpath.relpath(to_uri, posixpath.dirname(from_uri) or "."))


def root_of(uri: str) -> str:
    """Return the way from page *uri* to the site's root: ``../../``, or ``./`` for the home page."""
    return "../" * url_of(uri).count("/") or "./"


def rooted_to_relative(html: str, uri: str) -> str:
    """Return *html* with the links that start at the site's root made to start at page *uri*.

    Generated HTML writes ``/scorecards/x.md`` or ``/scorecards/x/``: it does not know on which page it
    will stand, nor below which folder the site is served. ``/api/`` is left alone.
    """
    root = root_of(uri)

    def relative(found: re.Match[str]) -> str:
        start, quoted, target = found.groups()
        if target.startswith("api/"):
            return found[0]
        parts = urlsplit(target)
        path = url_of(unquote(parts.path)) if parts.path.endswith(".md") else parts.path
        tail = f"?{parts.query}" * bool(parts.query) + f"#{parts.fragment}" * bool(parts.fragment)
        return f"{start}{quoted}{root}{path}{tail}{quoted}"

    return _ROOTED.sub(relative, html)
