"""Where a shell command takes variables from outside, and what kind of place each is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_IN_BRACES: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_INSIDE: Final = re.compile(r"(?<!\\)\$(?:\{[#!]?)?([A-Za-z_][A-Za-z0-9_]*)")
_IN_NUMBERS: Final = re.compile(
    r"\$\{([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*)|(?<![\w{#!$])([A-Za-z_]\w*)", re.ASCII
)
_ASSIGNS: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:\[[^\]]*\])?\+?=")
_DOCUMENT: Final = re.compile(r"""<<(-?)[ \t]*((?:\\.|'[^']*'|"[^"]*"|[^\s;&|()<>'"\\])+)""")
_DEEPEST: Final = 100
_SPACE: Final = " \t\n;&|()<>"
# They stand before a command, and are none.
_LEADS: Final = frozenset(["then", "do", "else", "elif", "if", "while", "until", "!", "{", "time"])
_DECLARES: Final = frozenset(["export", "local", "readonly", "declare", "typeset"])
_SETS: Final = frozenset(["read", "mapfile", "readarray", "unset", "getopts", "for", "select", "local"])


class Place(Enum):
    """What a value has to be written as to stand for a name."""

    WORD = auto()
    """A word or a part of one, outside of quotes; also a pair of double quotes with nothing else in it."""
    DOUBLE = auto()
    """Between double quotes, beside other text."""
    DOCUMENT = auto()
    """In a here-document whose lines are expanded."""
    NUMBER = auto()
    """In arithmetic, where a shell evaluates whatever a value holds."""
    OTHER = auto()
    """Where no value can stand for the name: ``${NAME%.*}``, between backquotes."""


@dataclass(frozen=True, slots=True)
class Use:
    """A place of a command, from ``start`` to ``end``, where a shell puts the value of the variable ``name``.

    ``ends_at`` is the line that ends the here-document it stands in.
    """

    name: str
    start: int
    end: int
    place: Place
    ends_at: str = ""


class UnfinishedError(Exception):
    """A quote or a bracket of the command does not close, or nobody could read so many in each other."""


def read_uses(text: str) -> list[Use]:
    """Return each use of a variable that *text* has not set itself by then, in order.

    Raises:
        UnfinishedError: A quote or a bracket does not close.
    """
    reader = _Reader(text)
    reader.read_commands("")
    ended = len(text)
    return [use for use in reader.found if use.start < reader.own.get(use.name, ended)]


@dataclass(slots=True)
class _Simple:
    """The words so far of one simple command."""

    first: str = ""
    last: str = ""

    def names_set(self, word: str) -> Iterator[str]:
        """Take the next *word*; give the variables that it sets."""
        assigned = _ASSIGNS.match(word)
        if assigned and (not self.first or self.first in _DECLARES):
            yield assigned[1]
        elif not self.first:
            self.first = "" if word in _LEADS else word
        elif _NAME.fullmatch(word) and (self.last == "-v" or self._sets_names()):
            yield word
        self.last = word

    def _sets_names(self) -> bool:
        # Of `for NAME in A B` only the first.
        return self.first in _SETS and (self.first not in ("for", "select") or self.last == self.first)


@dataclass(slots=True)
class _Reader:
    """Walks through a command once; ``own`` says from where on a name is the command's own."""

    text: str
    at: int = 0
    found: list[Use] = field(default_factory=list)
    own: dict[str, int] = field(default_factory=dict)
    documents: list[tuple[str, bool, bool]] = field(default_factory=list)
    depth: int = 0

    def read_commands(self, closer: str) -> None:
        """Read up to *closer*, a bracket, or to the end."""
        simple, start, cases = _Simple(), self.at, 0
        while self.at < len(self.text):
            here = self.text[self.at]
            if here not in _SPACE:
                self._read_part(here, is_first=self.at == start)
                continue
            word = self.text[start : self.at]
            if word:
                self._note(simple, word)
                cases += (word == "case") - (word == "esac")
            if here == ")" and closer and not cases:
                self.at += 1
                return
            if here in "\n;&|()":
                simple = _Simple()
            self._read_space(here)
            start = self.at
        if closer:
            raise UnfinishedError
        if self.text[start : self.at]:
            self._note(simple, self.text[start : self.at])

    def _note(self, simple: _Simple, word: str) -> None:
        for name in simple.names_set(word):
            self.own.setdefault(name, self.at)

    def _read_space(self, here: str) -> None:
        """Read what stands between words: blanks, brackets and redirections."""
        document = _DOCUMENT.match(self.text, self.at)
        if self.text.startswith("<<<", self.at):
            self.at += 3
        elif document:
            word = document[2]
            is_quoted = any(mark in word for mark in "\\'\"")
            self.documents.append((re.sub(r"""[\\'"]""", "", word), bool(document[1]), is_quoted))
            self.at = document.end()
        elif here == "(":
            self._read_brackets()
        else:
            self.at += 1
            if here == "\n":
                self._read_documents()

    def _read_part(self, here: str, *, is_first: bool) -> None:
        """Read one part of a word."""
        if here == "#" and is_first:
            end = self.text.find("\n", self.at)
            self.at = end if end >= 0 else len(self.text)
        elif here == "'":
            self._read_single()
        elif here == '"':
            self._read_double()
        else:
            self._read_expanded(here, Place.WORD)

    def _read_expanded(self, here: str, place: Place, ends_at: str = "") -> None:
        """Read what is alike inside and outside of double quotes: a variable, a substitution, a character."""
        if here == "\\":
            self.at += 2
        elif here == "`":
            self._read_backquotes()
        elif here == "$":
            self._read_dollar(place, ends_at)
        else:
            self.at += 1

    def _read_dollar(self, place: Place, ends_at: str) -> None:
        start, after = self.at, self.at + 1
        named = _NAME.match(self.text, after) or _IN_BRACES.match(self.text, after)
        if named:
            self.at = named.end()
            name = named[named.lastindex or 0]
            self.found.append(Use(name, start, self.at, place, ends_at))
        elif self.text.startswith("(", after):
            self.at = after
            self._read_brackets()
        elif self.text.startswith("{", after):
            self._read_braces(is_quoted=place is not Place.WORD)
        elif self.text.startswith("'", after) and place is Place.WORD:
            self._read_escaped()
        elif self.text.startswith('"', after) and place is Place.WORD:
            # `$"…"`: without its quotes the `$` would mean what follows.
            self.at = after
            self._read_double(is_whole=False)
        else:
            # `$$` is one thing; so is `$?`.
            self.at += 2 if self.text.startswith(("$", "?", "#", "!", "@", "*", "-"), after) else 1

    def _read_single(self) -> None:
        end = self.text.find("'", self.at + 1)
        if end < 0:
            raise UnfinishedError
        self.at = end + 1

    def _read_escaped(self) -> None:
        quoted = re.compile(r"\$'(?:\\.|[^'\\])*'", re.DOTALL).match(self.text, self.at)
        if quoted is None:
            raise UnfinishedError
        self.at = quoted.end()

    def _read_double(self, *, is_whole: bool = True) -> None:
        start, known = self.at, len(self.found)
        self.at += 1
        while self.at < len(self.text) and self.text[self.at] != '"':
            self._read_expanded(self.text[self.at], Place.DOUBLE)
        if self.at >= len(self.text):
            raise UnfinishedError
        self.at += 1
        inside = self.found[known:]
        if is_whole and len(inside) == 1 and (inside[0].start, inside[0].end) == (start + 1, self.at - 1):
            self.found[known] = Use(inside[0].name, start, self.at, Place.WORD)

    def _read_backquotes(self) -> None:
        quoted = re.compile(r"`(?:\\.|[^`\\])*`", re.DOTALL).match(self.text, self.at)
        if quoted is None:
            raise UnfinishedError
        self._note_others(self.at, quoted.end())

    def _read_braces(self, *, is_quoted: bool) -> None:
        """Read ``${…}`` with more in it than a name."""
        start, depth, quote = self.at, 0, ""
        while self.at < len(self.text):
            here = self.text[self.at]
            if here == "\\" and quote != "'":
                self.at += 1
            elif quote:
                quote = "" if here == quote else quote
            elif here == '"' or (here == "'" and not is_quoted):
                quote = here
            elif here in "{}":
                depth += 1 if here == "{" else -1
                if not depth:
                    self._note_others(start, self.at + 1)
                    return
            self.at += 1
        raise UnfinishedError

    def _note_others(self, start: int, end: int) -> None:
        self.at = end
        for named in _INSIDE.finditer(self.text, start, end):
            self.found.append(Use(named[1], named.start(), named.end(), Place.OTHER))

    def _read_brackets(self) -> None:
        """Read arithmetic, ``((…))``, or else commands in brackets."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise UnfinishedError
        start = self.at
        end = self._end_of_numbers() if self.text.startswith("((", start) else 0
        if not end:
            self.at += 1
            self.read_commands(")")
            self.depth -= 1
            return
        self.depth -= 1
        self.at = end
        for named in _IN_NUMBERS.finditer(self.text, start, end):
            self.found.append(Use(named[named.lastindex or 0], named.start(), named.end(), Place.NUMBER))

    def _end_of_numbers(self) -> int:
        """Return where the arithmetic that begins here ends; 0 where its brackets do not close together."""
        depth = 0
        for at in range(self.at, len(self.text)):
            depth += (self.text[at] == "(") - (self.text[at] == ")")
            if depth == 0:
                return at + 1 if self.text[at - 1] == ")" else 0
        return 0

    def _read_documents(self) -> None:
        """Read the here-documents that begin at this line."""
        waiting, self.documents = self.documents, []
        for word, has_tabs, is_quoted in waiting:
            indent = r"\t*" if has_tabs else ""
            ends = re.compile(rf"^{indent}{re.escape(word)}$", re.MULTILINE).search(self.text, self.at)
            end = ends.start() if ends else len(self.text)
            while not is_quoted and self.at < end:
                self._read_expanded(self.text[self.at], Place.DOCUMENT, word)
            self.at = ends.end() if ends else len(self.text)
