"""The Python-Markdown extension: all syntax of ours that an author may write."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any, Protocol

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.treeprocessors import Treeprocessor

from waypost.catalog.refs import EntityRef
from waypost.core.errors import InputError
from waypost.site.addresses import rooted_to_relative, url_of
from waypost.site.elements import replace_elements
from waypost.site.steps import Steps
from waypost.site.wiki import WikiLinks, WikiTarget


class PageView(Protocol):
    """What the extension asks about the page that is being rendered."""

    @property
    def uri(self) -> str:
        """Where the page lies on the site, as a Markdown file."""
        ...

    def find(self, name: str) -> WikiTarget | None:
        """Return what the wiki link *name* leads to, None where it is no name of ours."""
        ...

    def resolve(self, target: str) -> str | None:
        """Return where the link *target* leads, None where it leads off the site."""
        ...

    def fill(self, tag: str, attributes: Mapping[str, str]) -> str | None:
        """Return the whole element, filled; None where no feature knows the tag."""
        ...


class PlainView:
    """A page of a builder that knows nothing of the workspace: wiki links go by our addresses."""

    uri = "index.md"

    def find(self, name: str) -> WikiTarget | None:
        """Return the address that an entity's page has on every site of ours."""
        try:
            ref = EntityRef.parse(name)
        except InputError:
            return None
        return None if ref.kind == "adr" else WikiTarget("/" + url_of(ref.page_uri), str(ref))

    def resolve(self, target: str) -> str | None:
        """Return *target* as it was written."""
        return target

    def fill(self, tag: str, attributes: Mapping[str, str]) -> str | None:
        """Leave every element to the browser."""
        del tag, attributes
        return None


class WaypostExtension(Extension):
    """Adds wiki links, embed elements, steps that say what they do, and labelled task lists.

    ``view`` tells about the page that is rendered; without one the extension needs nothing of Waypost's,
    which is how another builder uses it.
    """

    def __init__(self, view: PageView | None = None, **options: Any) -> None:
        super().__init__(**options)
        self._view: PageView = view or PlainView()

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  # Python-Markdown's name.
        """Register the parts, each at its place among Python-Markdown's own."""
        Steps().register(md)
        # 185: after code spans (190), before escapes (180), which would hide the bar in a cell of a table.
        md.inlinePatterns.register(WikiLinks(md, self._view.find), "waypost_wiki", 185)
        # 10: once inline syntax is read (20), before MkDocs turns targets into addresses (0).
        md.treeprocessors.register(_Links(md, self._view), "waypost_links", 10)
        # 5: after raw HTML is put back (30).
        md.postprocessors.register(_Finish(md, self._view), "waypost_finish", 5)


class _Links(Treeprocessor):
    def __init__(self, md: Markdown, view: PageView) -> None:
        super().__init__(md)
        self._view = view

    def run(self, root: ET.Element) -> None:
        """Make each link lead where its author meant."""
        for element in root.iter():
            name = {"a": "href", "img": "src"}.get(element.tag)
            target = element.get(name) if name else None
            if name is None or target is None:
                continue
            resolved = self._view.resolve(target)
            if resolved is None:
                _make_text(element, target)
            else:
                element.set(name, resolved)


def _make_text(element: ET.Element, target: str) -> None:
    """Make a link or image of *target*, which is not on the site, the text that it shows."""
    if element.tag == "img":
        element.text = element.get("alt", "")
    element.tag = "span"
    element.attrib.clear()
    element.set("title", f"{target}: a file of the repository, not on this site")


class _Finish(Postprocessor):
    _CHECKBOX = re.compile(r'<input type="checkbox"( disabled)?( checked)?\s*/?>')

    def __init__(self, md: Markdown, view: PageView) -> None:
        super().__init__(md)
        self._view = view

    def run(self, text: str) -> str:
        """Fill the elements, give task boxes their names, and lead rooted links from this page."""
        text = replace_elements(text, self._view.fill)
        text = self._CHECKBOX.sub(_labelled, text)
        return rooted_to_relative(text, self._view.uri)


def _labelled(box: re.Match[str]) -> str:
    return f'<input type="checkbox"{box[1] or ""}{box[2] or ""} aria-label="{"done" if box[2] else "to do"}">'
