"""Wiki links in prose: ``[[component:default/checkout]]``, ``[[adr:0007]]``, ``[[adr:0007|its text]]``."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

# A colon is asked for, so that shell tests and footnotes in brackets stay what they are. In a cell of a
# table the bar is escaped.
WIKI_LINK = r"(?<!\\)\[\[([A-Za-z][A-Za-z-]*:[^\s\[\]|\\]+)(?:\\?\|([^\[\]]+))?\]\]"


@dataclass(frozen=True, slots=True)
class WikiTarget:
    """What a wiki link names: its page's address, the text to show, and the title to tell beside it."""

    href: str
    text: str
    title: str = ""


class WikiLinks(InlineProcessor):
    """Turns wiki links into links. What is not a name of ours is left as it was written."""

    def __init__(self, md: Markdown, find: Callable[[str], WikiTarget | None]) -> None:
        super().__init__(WIKI_LINK, md)
        self._find = find

    def handleMatch(  # type: ignore[override]  # noqa: N802  # Python-Markdown's name and loose types.
        self, m: re.Match[str], data: str
    ) -> tuple[ET.Element | str | None, int | None, int | None]:
        """Return the link that *m* stands for."""
        del data
        target = self._find(m[1])
        if target is None:
            return None, None, None
        element = ET.Element("a" if target.href else "span", {"class": "wp-ref"})
        if target.href:
            element.set("href", target.href)
        if target.title:
            element.set("title", target.title)
        # A title is no Markdown of the author's: it is shown as it is, whatever it holds.
        element.text = m[2].strip() if m[2] else AtomicString(target.text)
        return element, m.start(0), m.end(0)
