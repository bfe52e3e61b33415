"""What stands inside the lines of a Markdown text: links of every kind, anchors, and plain words."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal
from urllib.parse import urlsplit

LinkKind = Literal["link", "image", "reference", "wiki"]


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page.

    ``target`` is as written, without title, with entities and escapes resolved. A ``reference`` is
    ``[text][label]``, and ``target`` what the label stands for; ``wiki`` is ``[[target|text]]``.
    """

    target: str
    text: str
    line: int
    kind: LinkKind


_BLANK = r"(?![ \t]*\n)"
_CODE = re.compile(rf"(?<![\\`])(`+)(?!`)((?:[^\n]|\n{_BLANK})*?[^`])\1(?!`)")
_RAW = re.compile(r"<(pre|code|script|style|textarea|svg)\b[^>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_LABEL = rf"(?:\\.|[^\[\]\\\n]|\n{_BLANK}|\[(?:\\.|[^\[\]\\\n]|\n{_BLANK}|\[[^\[\]\n]*\])*\])"
_TITLE = rf"""(?:\s+(?:"(?:\\.|[^"\\\n]|\n{_BLANK})*"|'(?:\\.|[^'\\\n]|\n{_BLANK})*'))?"""
_INLINE = re.compile(
    rf"(?<!\\)(?P<image>!?)\[(?P<text>{_LABEL}*)\]"
    rf"\(\s*(?:<(?P<angle>[^<>\n]*)>|(?P<plain>(?:[^\s()<>]|[ ](?![\"'])|\([^()\n]*\))*?)){_TITLE}\s*\)"
)
_DEFINITION = re.compile(
    r"^(?P<indent>[ \t]{0,12})\[(?P<label>(?!\^)[^\[\]\n]+)\]:[ \t]*(?:\n[ \t]*)?(?:<(?P<angle>[^<>\n]*)>|(?P<plain>\S+))"
    r"""[ \t]*(?:\n?[ \t]*(?:"[^"\n]*"|'[^'\n]*'|\([^()\n]*\))[ \t]*)?$""",
    re.MULTILINE,
)
_REFERENCE = re.compile(rf"(?<!\\)(?P<image>!?)\[(?P<text>{_LABEL}+)\](?:[ ]?\[(?P<label>[^\[\]\n]*)\])?")
_WIKI = re.compile(r"(?<![\\!])\[\[(?P<target>[^\[\]|\\\n]+)(?:\\?\|(?P<text>[^\[\]\n]*))?\]\](?!\()")
_AUTO = re.compile(r"<(?P<target>(?:https?|ftp|mailto):[^<>\s]+)>")
_TAG = re.compile(
    r"<(?P<tag>[A-Za-z][\w-]*)(?P<attributes>(?:\s+[^\s<>=/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>]+))?)+)\s*/?>"
)
_TAG_ATTRIBUTE = re.compile(r"""([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""")
_ATTRIBUTE_ID = re.compile(r"\{:?[ ]*[^{}\n]*?#(?P<id>[^\s{}.#]+)[^{}\n]*\}")
_ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()<>#+\-.!|~\"'])")


class Inline:
    """Reads the links and anchors of a text, of which the first line is *first_line* of the file."""

    def __init__(self, visible: Sequence[str], first_line: int) -> None:
        self._text = "\n".join(visible)
        self._first_line = first_line
        self._starts = [0, *accumulate(len(line) + 1 for line in visible)]
        self._shown = hide_code(self._text)

    def links(self) -> list[Link]:
        """Return every link, in the order of the text."""
        shown = self._shown
        found: list[tuple[int, Link]] = []
        if "[[" in shown:
            found += self._each(_WIKI, self._wiki)
        if "](" in shown:
            for match in _INLINE.finditer(shown):
                found += self._inline(match)
        if "<" in shown:
            found += self._each(_AUTO, self._auto)
            found += self._tag_links()
        if "]:" in shown:
            found += self._references()
        return [link for _, link in sorted(found, key=lambda pair: pair[0])]

    def anchors(self) -> Iterator[str]:
        """Give the ids that the text itself sets: in attribute lists and in HTML."""
        if "{" in self._shown:
            yield from (match["id"] for match in _ATTRIBUTE_ID.finditer(self._shown))
        if "<" in self._shown:
            for match in _TAG.finditer(self._shown):
                attributes = _attributes(match["attributes"])
                yield from (attributes[name] for name in ("id", "name") if attributes.get(name))

    def _line(self, offset: int) -> int:
        return self._first_line + bisect_right(self._starts, offset) - 1

    def _each(
        self, pattern: re.Pattern[str], make: Callable[[re.Match[str]], Link]
    ) -> list[tuple[int, Link]]:
        return [(match.start(), make(match)) for match in pattern.finditer(self._shown)]

    def _wiki(self, match: re.Match[str]) -> Link:
        target = match["target"].strip()
        return Link(target, (match["text"] or target).strip(), self._line(match.start()), "wiki")

    def _auto(self, match: re.Match[str]) -> Link:
        target = _unescape(match["target"])
        return Link(target, target, self._line(match.start()), "link")

    def _inline(self, match: re.Match[str], base: int = 0) -> Iterator[tuple[int, Link]]:
        start, end = match.span("text")
        text = self._text[base + start : base + end]
        target = match["plain"] if match["angle"] is None else match["angle"]
        line = self._line(base + match.start())
        yield (
            base + match.start(),
            Link(clean_target(target), text, line, "image" if match["image"] else "link"),
        )
        # A link's text may hold images.
        for inner in _INLINE.finditer(match["text"]):
            yield from self._inline(inner, base + start)

    def _tag_links(self) -> Iterator[tuple[int, Link]]:
        for match in _TAG.finditer(self._shown):
            tag, attributes = match["tag"].lower(), _attributes(match["attributes"])
            name: LinkKind = "image" if tag == "img" else "link"
            target = attributes.get({"a": "href", "img": "src"}.get(tag, ""), "")
            if target:
                yield (
                    match.start(),
                    Link(_unescape(target), attributes.get("alt", ""), self._line(match.start()), name),
                )

    def _references(self) -> Iterator[tuple[int, Link]]:
        definitions: dict[str, str] = {}
        shown = self._shown
        for match in _DEFINITION.finditer(shown):
            target = match["plain"] if match["angle"] is None else match["angle"]
            definitions.setdefault(_label(match["label"]), clean_target(target))
        if not definitions:
            return
        shown = _DEFINITION.sub(lambda match: _spaces(match[0]), shown)
        for match in _REFERENCE.finditer(shown):
            target = definitions.get(_label(match["label"] or match["text"]))
            if target is not None and shown[match.end() : match.end() + 1] != "(":
                yield (
                    match.start(),
                    Link(
                        target, self._text[slice(*match.span("text"))], self._line(match.start()), "reference"
                    ),
                )


def clean_target(target: str) -> str:
    """Return a link's target as written in Markdown without escapes and entities."""
    return _unescape(_ESCAPE.sub(r"\1", target.strip()))


def _unescape(text: str) -> str:
    """Resolve entities that end in a semicolon: ``&times`` in an address is a parameter, not a cross."""
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text


def plain_text(source: str) -> str:
    """Return Markdown of one line as plain words, without mark-up."""
    kept: list[str] = []

    def keep(text: str) -> str:
        kept.append(text)
        return f"\0{len(kept) - 1}\0"

    text = _CODE.sub(lambda match: keep(match[2].strip()), source.replace("\0", ""))
    text = _ESCAPE.sub(lambda match: keep(match[1]), text)
    for pattern, shown in _MARK_UP:
        text = pattern.sub(shown, text)
    text = _INLINE.sub(lambda match: match["text"], text)
    text = _unescape(_without_emphasis(text))
    text = re.sub("\0(\\d+)\0", lambda match: kept[int(match[1])], text)
    return " ".join(text.split())


_MARK_UP = (
    (re.compile(r"<!--.*?-->"), ""),
    (re.compile(r"<((?:https?|ftp|mailto):[^<>\s]+)>"), r"\1"),
    (re.compile(r"</?[A-Za-z][^<>]*>"), ""),
    (re.compile(r"!\[[^\[\]]*\](?:\([^()]*\)|\[[^\[\]]*\])"), ""),
    (re.compile(r"\[([^\[\]]+)\]\[[^\[\]]*\]"), r"\1"),
)
"""Comments, addresses, tags, images and references, and what of them is read as words."""


def _without_emphasis(text: str) -> str:
    for mark in (r"\*\*\*", r"\*\*", r"\*", "~~"):
        text = re.sub(rf"{mark}(?=\S)(.+?)(?<=\S){mark}", r"\1", text)
    for mark in ("___", "__", "_"):
        text = re.sub(rf"(?<!\w){mark}(?=\S)(.+?)(?<=\S){mark}(?!\w)", r"\1", text)
    return text


def is_external(target: str) -> bool:
    """Tell whether *target* leads out of the site: it has a scheme or a host."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return True
    return bool(parts.scheme or parts.netloc)


def hide_code(text: str) -> str:
    """Return *text*, of which blocks of code are blank already, with code inside lines and raw HTML made blank."""
    if "`" in text:
        text = _CODE.sub(lambda match: _spaces(match[0]), text)
    if "</" in text:
        text = _RAW.sub(lambda match: _spaces(match[0]), text)
    return text


def _spaces(text: str) -> str:
    """Return blanks in the shape of *text*."""
    return re.sub(r"[^\n]", " ", text)


def _label(text: str) -> str:
    return " ".join(text.split()).lower()


def _attributes(text: str) -> dict[str, str]:
    found = _TAG_ATTRIBUTE.findall(text)
    return {name.lower(): double or single or bare for name, double, single, bare in found}
