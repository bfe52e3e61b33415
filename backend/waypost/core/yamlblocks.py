"""The YAML that most files are written in, read by the line: block mappings and lists of plain, short values.

It reads a part of the language exactly as the whole of it is read, in a third of the time, and leaves the rest.
"""

from __future__ import annotations

import re
from typing import Any, Final

from waypost.core.yamlscalars import CORE

# What begins a plain value, and what may follow: no ': ', no '#', and nothing that stands for something else.
_PLAIN: Final = r"[A-Za-z0-9_./(+$][^:#]*(?::(?=[^ ])[^:#]*)*"
_VALUE: Final = rf"""(?:"[^"\\]*"|'[^']*'|\[\]|\{{\}}|\|-?|{_PLAIN})"""
_LINE: Final = re.compile(rf"( *)(- )?(?:([A-Za-z_][A-Za-z0-9_./-]*):(?: ({_VALUE}))?|({_VALUE}))")
_QUOTES: Final = frozenset("\"'")
_MARKS: Final = frozenset("[{|")
_NUMBERS: Final = frozenset("+.0123456789")
_WORDS: Final = {
    word: CORE.plain(word)
    for name in ("null", "true", "false")
    for word in (name, name.title(), name.upper())
}
_USUAL: Final = bytes(range(32, 127)) + b"\n"
_MOST_LINES: Final = 200_000
_DEPTH: Final = 50


class UnusualError(Exception):
    """The text holds what is not read here."""


def is_plain(text: str) -> bool:
    """Tell whether *text* holds no character that has a meaning of its own, or none that a line could hide."""
    return text.isascii() and text.endswith("\n") and not text.encode("ascii").translate(None, _USUAL)


def split_documents(lines: list[str]) -> list[tuple[int, int]]:
    """Return where each document of *lines* begins and ends.

    Raises:
        UnusualError: One is empty, or something else than ``---`` parts them.
    """
    cuts = [at for at, line in enumerate(lines) if line[:3] == "---"]
    if any(lines[at] != "---" for at in cuts):
        raise UnusualError
    # The text behind the last line's end is no line.
    edges = [*(at + 1 for at in cuts), len(lines)]
    parts = list(zip(edges, [*cuts[1:], len(lines) - 1], strict=False)) if cuts else []
    before = 0, cuts[0] if cuts else len(lines) - 1
    if any(lines[at] and lines[at][0] != "#" for at in range(*before)):
        parts.insert(0, before)
    return parts


def read_document(lines: list[str], at: int, end: int) -> tuple[dict[str, Any], int]:
    """Return the mapping that stands in *lines* from *at* to before *end*, and the number of its first line.

    Raises:
        UnusualError: It holds something that is not read here, or is no mapping.
    """
    if end - at > _MOST_LINES:
        raise UnusualError
    blocks = _Blocks(lines, at, end)
    return blocks.read(), blocks.first


class _Blocks:
    """One document, and how far it is read: the mappings and lists that are open, and how far right they stand."""

    def __init__(self, lines: list[str], at: int, end: int) -> None:
        self._lines = lines
        self._at = at
        self._end = end
        self.first = 0
        self._root: dict[str, Any] = {}
        self._open: list[tuple[int, Any]] = []
        # The key whose value may begin in the next line, and where it belongs.
        self._key: str | None = None

    def read(self) -> dict[str, Any]:
        """Return the mapping."""
        lines, end = self._lines, self._end
        while self._at < end:
            line = lines[self._at]
            self._at += 1
            found = _LINE.fullmatch(line)
            if found is not None:
                self._take(found)
            elif (bare := line.lstrip(" ")) and bare[0] != "#":
                raise UnusualError
        if not self._open:
            raise UnusualError
        return self._root

    def _take(self, found: re.Match[str]) -> None:
        margin, dash, key, value, item = found.groups()
        indent = len(margin)
        holder = self._holder(indent, is_item=dash is not None)
        if key is None:
            if dash is None:
                raise UnusualError
            holder.append(self._value(indent, item))
            return
        if dash is not None:
            indent += 2
            made: dict[str, Any] = {}
            holder.append(made)
            self._open.append((indent, made))
            holder = made
        if key in holder or key in _WORDS:
            raise UnusualError
        if value is None:
            holder[key] = None
            self._key = key
        else:
            holder[key] = self._value(indent, value)

    def _holder(self, indent: int, *, is_item: bool) -> Any:
        """Return the mapping or list whose entries stand at *indent*; one that begins here is made."""
        stack = self._open
        if not stack:
            if is_item:
                raise UnusualError
            self.first = self._at - 1
            stack.append((indent, self._root))
            return self._root
        key, self._key = self._key, None
        at, holder = stack[-1]
        if key is not None and (indent > at or (is_item and indent == at)):
            made: Any = [] if is_item else {}
            holder[key] = made
            stack.append((indent, made))
            if len(stack) > _DEPTH:
                raise UnusualError
            return made
        while indent < at or (indent == at and not is_item and holder.__class__ is list):
            stack.pop()
            if not stack:
                raise UnusualError
            at, holder = stack[-1]
        if indent != at or (holder.__class__ is list) is not is_item:
            raise UnusualError
        return holder

    def _value(self, indent: int, text: str) -> Any:
        """Return what *text* stands for, the value of an entry at *indent*."""
        first = text[0]
        if first in _QUOTES:
            return text[1:-1]
        if first in _MARKS:
            if first == "|":
                return self._literal(indent, text)
            return [] if first == "[" else {}
        if text[-1] == " ":
            raise UnusualError
        return CORE.plain(text) if first in _NUMBERS else _WORDS.get(text, text)

    def _literal(self, indent: int, mark: str) -> str:
        """Return the text below an entry at *indent* whose lines are kept as they are."""
        lines, at, end = self._lines, self._at, self._end
        first = lines[at] if at < end else ""
        width = len(first) - len(first.lstrip(" "))
        if width <= indent or width == len(first):
            raise UnusualError
        margin = first[:width]
        parts: list[str] = []
        while at < end:
            line = lines[at]
            if line.startswith(margin):
                part = line[width:]
                if part and not part.strip(" "):
                    raise UnusualError
                parts.append(part)
            elif not line.strip(" "):
                parts.append("")
            elif len(line) - len(line.lstrip(" ")) > indent:
                raise UnusualError
            else:
                break
            at += 1
        self._at = at
        while not parts[-1]:
            parts.pop()
        return "\n".join(parts) + ("" if mark == "|-" else "\n")
