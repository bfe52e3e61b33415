"""Descriptions in Markdown as HTML: no raw HTML of theirs, no picture, no link that runs a script."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

from waypost.site.definition.values import lines

LIMIT: Final = 8_000
"""Characters of one description that are shown."""

_SCHEMES: Final = frozenset({"http", "https", "mailto"})
_MARKED: Final = frozenset("*_`#[]<>&\\!|~+-=:\n")


def prose(value: object) -> Markup:
    """Return the description *value*, CommonMark with tables, as HTML; "" where it is no text."""
    told = lines(value).strip()
    if not told:
        return Markup("")
    if len(told) > LIMIT:
        told = f"{told[:LIMIT].rstrip()} …"
    if _MARKED.isdisjoint(told):
        return Markup("<p>{}</p>").format(told)
    # The library escapes all text, and was told to read no HTML.
    return Markup(_markdown().render(told))  # noqa: S704


@cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer)
    markdown.enable("table").disable(["image", "html_block", "html_inline"])
    markdown.validateLink = _is_safe  # type: ignore[method-assign]  # It is how the library is told.
    return markdown


def _is_safe(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in _SCHEMES


class _Renderer(RendererHTML):
    """Headings become lines of their own: the page's order of headings is not the description's to choose."""

    def heading_open(self, *_: Any) -> str:
        """Begin a line that stands out."""
        return '<p class="wp-prose__head">'

    def heading_close(self, *_: Any) -> str:
        """End it."""
        return "</p>\n"

    def link_open(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        """Begin a link that tells the other host nothing of this page."""
        tokens[index].attrSet("rel", "noopener noreferrer")
        return str(self.renderToken(tokens, index, options, env))
