"""Pieces of a page that are put in when it is written: too big, or too often said, for Markdown and the search."""

from __future__ import annotations

import re

from markupsafe import Markup

from waypost.core.plugin import SitePage
from waypost.site.addresses import rooted_to_relative

_PIECE = re.compile(r'<div data-wp-piece="([\w-]+)"></div>')


def piece(name: str) -> Markup:
    """Return the mark at whose place the page will have its piece *name*."""
    return Markup('<div data-wp-piece="{}"></div>').format(name)


def fill_pieces(html: str, page: SitePage) -> str:
    """Return the whole *html* of *page* with its pieces in place; a mark that it has no piece for stays."""

    def filled(mark: re.Match[str]) -> str:
        make = page.pieces.get(mark[1])
        return rooted_to_relative(make(), page.uri) if make else mark[0]

    return _PIECE.sub(filled, html) if page.pieces else html
