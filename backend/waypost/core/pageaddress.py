"""Where a page of the site is found, from where it lies as a file."""

from __future__ import annotations

import posixpath
from urllib.parse import quote


def url_of(uri: str) -> str:
    """Return the address of *uri* below the site's root: a page's is its folder's, with a slash."""
    stem, suffix = posixpath.splitext(uri)
    if suffix != ".md":
        return quote(uri)
    if posixpath.basename(stem) in ("index", "README"):
        return quote(posixpath.dirname(stem) + "/") if "/" in stem else ""
    return quote(stem + "/")
