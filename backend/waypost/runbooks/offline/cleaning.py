"""HTML that asks nothing of anybody: only plain elements, links that lead where they can, no script, no style."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from typing import Final

from markupsafe import escape

from waypost.runbooks.briefs import Brief

_DROPPED: Final = frozenset(
    {
        "script",
        "style",
        "template",
        "iframe",
        "object",
        "noscript",
        "svg",
        "math",
        "head",
        "textarea",
        "select",
    }
)
"""What is left out with all that it holds."""
_KEPT: Final = frozenset(
    [
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "dd",
        "del",
        "details",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "input",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "section",
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
        "var",
    ]
)
_VOID: Final = frozenset({"br", "hr", "img", "input"})
_ATTRIBUTES: Final = frozenset(
    {"id", "class", "href", "title", "src", "alt", "colspan", "rowspan", "scope", "start", "open", "type",
     "checked", "disabled", "lang"}
)  # fmt: skip
_WIKI: Final = re.compile(r"(?<!\\)\[\[([A-Za-z][A-Za-z-]*:[^\s\[\]|\\]+)(?:\\?\|([^\[\]]+))?\]\]")

Resolve = Callable[[str], str]
"""Gives where a link or a picture of the page leads, "" where nothing can be reached."""


def clean(
    html: str,
    brief: Brief,
    *,
    link: Resolve,
    picture: Resolve,
    address: Resolve = str,
    prefix: str = "",
) -> str:
    """Return *html* of the page of *brief* with plain elements only, its names of entities written out.

    Args:
        link: Where a link leads; where it gives "", its address is shown behind its text.
        picture: Where a picture lies; where it gives "", its description is shown.
        address: What is shown for a link that leads nowhere.
        prefix: Stands before each anchor, where several pages share a document.
    """
    cleaner = _Cleaner(brief, link, picture, address=address, prefix=prefix)
    cleaner.feed(html)
    cleaner.close()
    return "".join(cleaner.parts)


class _Cleaner(HTMLParser):
    def __init__(
        self, brief: Brief, link: Resolve, picture: Resolve, *, address: Resolve, prefix: str
    ) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._brief = brief
        self._link = link
        self._picture = picture
        self._address = address
        self._prefix = prefix
        self._dropped: list[str] = []
        self._code = 0
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Write an element that may stand, and begin to leave out one that may not."""
        given = {name: value or "" for name, value in attrs}
        if tag in _DROPPED:
            self._dropped.append(tag)
        if self._dropped:
            return
        if tag.startswith("waypost-"):
            self._embed(tag, given)
        elif tag == "img":
            self._image(given)
        elif tag in _KEPT and (tag != "input" or given.get("type") == "checkbox"):
            self._start(tag, given)

    def handle_endtag(self, tag: str) -> None:
        """End an element that was begun; what it left open ends with it."""
        if self._dropped:
            if tag in self._dropped:
                del self._dropped[self._dropped.index(tag) :]
            return
        if tag not in (name for name, _ in self._open):
            return
        while self._open:
            name, behind = self._open.pop()
            self._code -= name in ("code", "pre")
            self.parts.append(f"</{name}>{behind}")
            if name == tag:
                break

    def handle_data(self, data: str) -> None:
        """Write text, with the names of entities in it."""
        if self._dropped:
            return
        if self._code:
            self.parts.append(str(escape(data)))
            return
        done = 0
        for found in _WIKI.finditer(data):
            self.parts += [str(escape(data[done : found.start()])), self._name(found)]
            done = found.end()
        self.parts.append(str(escape(data[done:])))

    def close(self) -> None:
        """End whatever is still open."""
        super().close()
        while self._open:
            name, behind = self._open.pop()
            self.parts.append(f"</{name}>{behind}")

    def _start(self, tag: str, given: Mapping[str, str]) -> None:
        behind = ""
        kept = {name: value for name, value in given.items() if name in _ATTRIBUTES and name != "src"}
        if "id" in kept:
            kept["id"] = self._prefix + kept["id"]
        if tag == "a" and "href" in kept:
            target = kept.pop("href")
            leads = self._link(target)
            if leads:
                kept["href"] = leads
            elif target and not target.startswith("#"):
                behind = str(escape(f" ({self._address(target)})"))
        if tag == "input":
            kept = {"type": "checkbox", "disabled": "", **{k: "" for k in ("checked",) if k in given}}
            kept["aria-label"] = "done" if "checked" in given else "to do"
        self.parts.append(f"<{tag}{''.join(_written(kept))}>")
        if tag not in _VOID:
            self._code += tag in ("code", "pre")
            self._open.append((tag, behind))

    def _image(self, given: Mapping[str, str]) -> None:
        source = self._picture(given.get("src", ""))
        alt = given.get("alt", "")
        if source:
            self.parts.append(f"<img{''.join(_written({'src': source, 'alt': alt}))}>")
        else:
            self.parts.append(str(escape(f"[picture: {alt or given.get('src', '')}]")))

    def _embed(self, tag: str, given: Mapping[str, str]) -> None:
        """Write what an embed would show that needs no backend: whom or what it names."""
        ref = given.get("ref") or given.get("entity") or given.get("adr") or given.get("name") or ""
        named = self._brief.named.get(ref)
        if tag == "waypost-owner" and named is not None and named.owner:
            ref = named.owner
        self.parts.append(f"<b>{escape(self._brief.title_of(ref))}</b>" if ref else "")

    def _name(self, found: re.Match[str]) -> str:
        name = found[1]
        shown = found[2] or (
            f"ADR-{name[4:]}" if name.lower().startswith("adr:") else self._brief.title_of(name)
        )
        return f"<b>{escape(shown.strip())}</b>"


def _written(attributes: Mapping[str, str]) -> Iterator[str]:
    for name, value in attributes.items():
        yield f' {name}="{escape(value)}"'
