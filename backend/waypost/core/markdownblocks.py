"""The blocks of a Markdown text that matter to checks: headings and fences, and what is left to read links in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block of code.

    ``language`` is its first word or class, ``classes`` the others. ``text`` has the fence's own
    indentation taken off. ``line`` is that of the opening fence; ``is_closed`` is false where no closing
    fence was found, and the block runs to the end of the text.
    """

    language: str
    attributes: Mapping[str, str]
    classes: tuple[str, ...]
    text: str
    line: int
    is_closed: bool = True


@dataclass(frozen=True, slots=True)
class RawHeading:
    """A heading as written: its level, its source text, and its line."""

    level: int
    source: str
    line: int


@dataclass(slots=True)
class Blocks:
    """What was found. ``visible`` is the text by lines, with everything blank that holds no links."""

    headings: list[RawHeading] = field(default_factory=list)
    fences: list[Fence] = field(default_factory=list)
    visible: list[str] = field(default_factory=list)


_FENCE = re.compile(
    r"(?P<indent>[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^`\n]*)\Z"
)
_ATX = re.compile(r"(?P<level>#{1,6})(?P<text>(?:\\.|[^\\])*?)#*[ \t]*\Z")
_NESTED_ATX = re.compile(
    r"(?: {4,}|\t+ *|(?P<quote>(?: {0,3}>[ \t]?)++))(?P<level>#{1,6})[ \t]+(?P<text>\S.*?)#*[ \t]*\Z"
)
_SETEXT = re.compile(r"(?:=+|-+)[ ]*\Z")
_CONTAINER = re.compile(r" {0,3}(?:[-*+][ \t]|\d{1,9}[.)][ \t]|!!!|\?\?\?|===|\[\^|:[ \t]|///)")
_CODE_INDENT = re.compile(r" {4}|\t| {1,3}\t")
_ATTRIBUTE = re.compile(
    r"""(?P<key>[^\s=}"'.#][^\s=}]*)=(?:"(?P<double>(?:\\.|[^"\\])*)"|'(?P<single>(?:\\.|[^'\\])*)'|(?P<bare>[^\s}]+))"""
    r"""|\.(?P<class>[^\s}=]+)|\#(?P<id>[^\s}=]+)|(?P<word>[^\s{}]+)"""
)
_LONGEST_LINE = 20_000
"""A longer line is data, not prose; the patterns are not asked to look at it."""


def read_blocks(lines: Sequence[str], first_line: int) -> Blocks:
    """Find the blocks of *lines*, of which the first is *first_line* of the file."""
    reader = _Reader(lines, first_line)
    while reader.at < len(lines):
        reader.step()
    return reader.blocks


def parse_attributes(text: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the attributes and the classes of an attribute list without its braces. An id is under ``id``."""
    attributes: dict[str, str] = {}
    classes: list[str] = []
    for match in _ATTRIBUTE.finditer(text):
        if match["class"]:
            classes.append(match["class"])
        elif match["id"]:
            attributes["id"] = match["id"]
        elif match["key"]:
            quoted = match["double"] if match["double"] is not None else match["single"]
            attributes[match["key"]] = match["bare"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
    return attributes, tuple(classes)


class _Reader:
    """Goes through the lines once, and knows whether it stands in a list, in code or in a comment."""

    def __init__(self, lines: Sequence[str], first_line: int) -> None:
        self.blocks = Blocks()
        self.at = 0
        self._lines = lines
        self._first_line = first_line
        self._after_blank = True
        self._in_container = False
        self._in_code = False
        self._in_comment = False

    def step(self) -> None:
        """Take the line that the reader stands at, or the whole block that begins there."""
        line = self._lines[self.at]
        if not line.strip():
            self._take("")
            self._after_blank = True
            return
        was_comment = self._in_comment
        if was_comment or "<!--" in line:
            line = self._without_comments(line)
        if len(line) > _LONGEST_LINE or not line.strip():
            self._take("")
            return
        if ("```" in line or "~~~" in line) and (match := _FENCE.match(line)):
            self._fence(match)
        elif was_comment or not self._is_code(line):
            self._text(line)
            return
        self._after_blank = False

    def _take(self, visible: str) -> None:
        self.blocks.visible.append(visible)
        self.at += 1

    def _without_comments(self, line: str) -> str:
        """Blank out what stands in comments, which may begin and end in other lines."""
        shown: list[str] = []
        rest = line
        while rest:
            mark = "-->" if self._in_comment else "<!--"
            part, found, rest = rest.partition(mark)
            is_code = not self._in_comment and part.count("`") % 2 == 1
            shown.append(
                " " * len(part + found)
                if self._in_comment
                else part + (found if is_code else " " * len(found))
            )
            if found and not is_code:
                self._in_comment = not self._in_comment
        return "".join(shown)

    def _fence(self, match: re.Match[str]) -> None:
        """Take a fenced block, up to its closing fence or the end."""
        fence, start = match["fence"], self.at
        closing = re.compile(rf"[ \t>]*{fence[0]}{{{len(fence)},}}[ \t]*\Z")
        end = next((n for n in range(start + 1, len(self._lines)) if closing.match(self._lines[n])), None)
        inner = self._lines[start + 1 : end]
        self.blocks.visible += [""] * (len(inner) + (1 if end is None else 2))
        self.at = len(self._lines) if end is None else end + 1
        language, attributes, classes = _info(match["info"].strip())
        text = "\n".join(_dedent(inner, len(match["indent"].expandtabs(4)), is_quoted=">" in match["indent"]))
        number = self._first_line + start
        self.blocks.fences.append(Fence(language, attributes, classes, text, number, end is not None))

    def _is_code(self, line: str) -> bool:
        """Take a line of an indented block of code, and tell whether it was one."""
        is_indented = _CODE_INDENT.match(line) is not None
        if not is_indented:
            self._in_code = False
            is_container = _CONTAINER.match(line) is not None
            self._in_container = is_container or (self._in_container and not self._after_blank)
        elif self._after_blank and not self._in_container:
            self._in_code = True
        if self._in_code:
            self._take("")
        return self._in_code

    def _text(self, line: str) -> None:
        number = self._first_line + self.at
        was_after_blank, self._after_blank = self._after_blank, False
        following = self._lines[self.at + 1] if self.at + 1 < len(self._lines) else ""
        if line.startswith("#") and (match := _ATX.match(line)):
            self._heading(len(match["level"]), match["text"], number)
            self._take(line)
            self._after_blank = True
        elif was_after_blank and following[:1] in ("=", "-") and _SETEXT.match(following):
            self._heading(1 if following[0] == "=" else 2, line, number)
            self._take(line)
            self._take("")
        elif (match := _NESTED_ATX.match(line)) and (self._in_container or match["quote"]):
            self._heading(len(match["level"]), match["text"], number)
            self._take(line)
        else:
            self._take(line)

    def _heading(self, level: int, source: str, line: int) -> None:
        self.blocks.headings.append(RawHeading(level, source.strip(), line))


def _info(info: str) -> tuple[str, dict[str, str], tuple[str, ...]]:
    """Return language, attributes and classes of what stands behind an opening fence."""
    word, brace, rest = info.partition("{")
    attributes, classes = parse_attributes(rest.rpartition("}")[0] or rest if brace else "")
    parts = word.split(None, 1)
    if not parts:
        return (classes[0] if classes else ""), attributes, classes[1:]
    more, _ = parse_attributes(parts[1] if len(parts) > 1 else "")
    return parts[0].lstrip("."), more | attributes, classes


def _dedent(lines: Sequence[str], indent: int, *, is_quoted: bool) -> list[str]:
    """Take up to *indent* columns of white space, and the marks of a quotation, off each line."""
    pattern = re.compile(rf"[ >]{{0,{indent}}}" if is_quoted else rf"[ ]{{0,{indent}}}")
    return (
        [pattern.sub("", line.expandtabs(4) if indent else line, count=1) for line in lines]
        if indent
        else list(lines)
    )
