"""The embed elements in HTML: found, read and replaced."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser

# Without a closing tag too, which is how one writes it in a hurry; text inside is the author's fallback.
_ELEMENT = re.compile(
    r"""<(?P<tag>waypost-[a-z0-9-]+)(?P<attributes>(?:\s+[^\s"'<>=/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>`]+))?)*)\s*/?>"""
    r"""(?:[^<]*</(?P=tag)\s*>)?"""
)
_ALONE = re.compile(r"<p>\s*((?:<(waypost-[a-z0-9-]+)\b[^>]*\bwp-block\b.*?</\2>\s*)+)</p>", re.DOTALL)

Fill = Callable[[str, Mapping[str, str]], str | None]


def replace_elements(html: str, fill: Fill) -> str:
    """Return *html* with each embed element replaced by what *fill* gives for it.

    An element in a code block is text, not an element: its ``<`` is escaped. One that stands alone in a
    paragraph and holds a block is taken out of the paragraph, which could not hold it.
    """

    def filled(found: re.Match[str]) -> str:
        made = fill(found["tag"], read_attributes(found[0]))
        return found[0] if made is None else made

    return _ALONE.sub(r"\1", _ELEMENT.sub(filled, html))


def find_elements(text: str) -> list[tuple[int, str, dict[str, str]]]:
    """Return each embed element of *text*: where it starts, its tag, its attributes."""
    return [(found.start(), found["tag"], read_attributes(found[0])) for found in _ELEMENT.finditer(text)]


def read_attributes(element: str) -> dict[str, str]:
    """Return the attributes of the first tag in *element*, unescaped."""
    parser = _FirstTag()
    parser.feed(element)
    return parser.attributes or {}


class _FirstTag(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.attributes: dict[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the attributes of the first tag."""
        del tag
        if self.attributes is None:
            self.attributes = {name: value or "" for name, value in attrs}
