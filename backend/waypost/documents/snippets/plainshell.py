"""Shell that is too plain to be wrong: commands, words, quotes, pipes and substitutions, and nothing to look into.

ShellCheck takes milliseconds for a block, and two blocks in three on real pages are such. What is let through here is
what neither bash nor ShellCheck, at error level, finds fault with; all else is theirs to judge.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

_LONGEST: Final = 20_000
_DEEPEST: Final = 8

_COMMAND: Final = re.compile(
    r"""(?P<blank>[ \t]+|(?<=[ \t\n])\\\n|\\\n(?=[ \t]))"""
    r"""|(?P<comment>(?<![^\s;])\#(?![ \t]*[/!])(?:[^\n\\]|\\(?![ \t]*$))*+(?!\\))"""
    r"""|(?P<merge>2>&1|[12]?>[ \t]*/dev/null)(?=[\s;|)]|\Z)"""
    r"""|(?P<redirect>[12]?>>?[ \t]*(?=[\w./~"'$]))"""
    r"""|(?P<loop>for[ \t]+[A-Za-z_]\w*[ \t]+in(?=[ \t]+[^\s;]))|(?P<do>do(?=\s+[^\s;]))|(?P<done>done(?=[\s;|)]|\Z))"""
    r"""|(?P<separator>&&|\|\||\||\n|;(?!;))"""
    r"""|(?P<single>'[^'\r]*')|(?P<double>")|(?P<open>\$\((?!\())|(?P<close>\))"""
    r"""|(?P<variable>\$(?:[A-Za-z_]\w*(?!\[)|\{[A-Za-z_]\w*\}|[1-9?](?!\d)))"""
    r"""|(?P<group>\{[\w.,:/*@%+-]*\}|\[[\w.,:/*@%+-]*\])"""
    r"""|(?P<text>(?:[\w./:@%+,~*?^-]|\\[][ ."/{}()$*;|<>'&!\\](?![ \t]*$))+|=)""",
    re.ASCII | re.MULTILINE,
)
_DOUBLE: Final = re.compile(
    r"""(?P<text>[^"\\$`\r]+|\\[^\r])|(?P<variable>\$(?:[A-Za-z_]\w*(?!\[)|\{[A-Za-z_]\w*\}|[1-9?](?!\d)))"""
    r"""|(?P<open>\$\((?!\())|(?P<double>")""",
    re.ASCII,
)
_FIRST: Final = re.compile(r"(?!-)[~.\w/\1]?(?:[\w./\1-]*[\w\1])?(?<=[\w\1])\Z", re.ASCII)
_OPAQUE: Final = frozenset({"variable", "single", "double", "open"})
_NAME: Final = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)
# What has a grammar of its own, or rules of its own in ShellCheck.
_NOT_FIRST: Final = frozenset(
    (
        *(
            "if",
            "then",
            "else",
            "elif",
            "fi",
            "for",
            "while",
            "until",
            "do",
            "done",
            "case",
            "esac",
            "in",
            "select",
        ),
        *(
            "function",
            "time",
            "coproc",
            "local",
            "return",
            "break",
            "continue",
            "test",
            "trap",
            "eval",
            "set",
        ),
        *(
            "shift",
            "unset",
            "declare",
            "typeset",
            "readonly",
            "read",
            "source",
            "let",
            "alias",
            "printf",
            "exec",
        ),
        *(
            "command",
            "builtin",
            "env",
            ".",
            "mapfile",
            "readarray",
            "getopts",
            "If",
            "Then",
            "Else",
            "Fi",
            "Do",
        ),
    )
)
_TELLING: Final = re.compile(
    r"(?<![\w.-])(?:cp|mv|ln)(?![\w./=-])|(?<![\w./-])(?:trap|alias|eval|local|expr|let)(?![\w./=-])|=\s*\$?\(\(|-exec|\sin\s[^;\n]*\$\(\s*ls\b"
)


@dataclass(slots=True)
class _Simple:
    """One simple command as far as it was read."""

    first: str = ""
    word: str = ""
    is_word: bool = False
    words: int = 0
    sent_away: bool = False
    is_set: bool = False
    is_closed: bool = False


@dataclass(slots=True)
class _Reader:
    """Reads a block once; ``open`` holds what is still open, a double quote or a substitution with its outer command."""

    text: str
    at: int = 0
    simple: _Simple = field(default_factory=_Simple)
    open: list[_Simple | None] = field(default_factory=list)
    loops: list[tuple[int, str]] = field(default_factory=list)
    before: str = "\n"

    def is_plain(self) -> bool:
        """Tell whether the whole block is plain."""
        while self.at < len(self.text):
            in_double = bool(self.open) and self.open[-1] is None
            match = (_DOUBLE if in_double else _COMMAND).match(self.text, self.at)
            if match is None or len(self.open) > _DEEPEST:
                return False
            self.at = match.end()
            kind = match.lastgroup or ""
            if not (self._quoted(kind) if in_double else self._take(kind, match[0])):
                return False
        return not self.open and self._end("\n") and not self.loops

    def _quoted(self, kind: str) -> bool:
        if kind == "double":
            self.open.pop()
        elif kind == "open":
            self._enter()
        return True

    def _enter(self) -> None:
        self.open.append(self.simple)
        self.simple, self.before = _Simple(), "\n"

    def _take(self, kind: str, text: str) -> bool:
        """Take a token of a command; tell whether it is still plain."""
        simple = self.simple
        if kind in ("blank", "comment"):
            # Behind an escaped blank a word goes on.
            return not (kind == "comment" and simple.is_word) and self._end_word()
        if kind in ("merge", "redirect"):
            return self._send_away(text)
        if kind in ("separator", "close"):
            return self._end(text) if kind == "separator" else self._leave()
        if kind in ("loop", "do", "done") and not simple.is_word and not simple.words:
            return self._take_loop(kind)
        if not simple.is_closed:
            self._add_to_word(kind, text)
        return not simple.is_closed

    def _add_to_word(self, kind: str, text: str) -> None:
        self.simple.is_word = True
        self.simple.word += text if kind not in _OPAQUE else "\1" if kind == "variable" else "\0"
        if kind == "double":
            self.open.append(None)
        elif kind == "open":
            self._enter()

    def _take_loop(self, kind: str) -> bool:
        """Take a word of a loop where a command begins; tell whether it may stand there."""
        depth, simple = len(self.open), self.simple
        if simple.is_set or self.before not in ("\n", ";", "do"):
            return False
        if kind == "loop":
            self.loops.append((depth, "in"))
            simple.first, simple.words = "for", 1
            return True
        wanted = "in" if kind == "do" else "do"
        if not self.loops or self.loops.pop() != (depth, wanted):
            return False
        if kind == "do":
            self.loops.append((depth, "do"))
            self.before = "do"
            return True
        simple.first, simple.words, simple.is_closed = "done", 1, True
        return self.before != "do"

    def _send_away(self, text: str) -> bool:
        """Take a redirection: plain where it is the only one of a command, and stands behind it."""
        # What a substitution sends elsewhere does not come back.
        is_lost = (bool(self.open) and not text.startswith("2")) or self.simple.first == "for"
        is_first = self._end_word() and not self.simple.sent_away and bool(self.simple.words) and not is_lost
        self.simple.sent_away = True
        return is_first

    def _leave(self) -> bool:
        if not self.open or not self._end(")") or any(depth >= len(self.open) for depth, _ in self.loops):
            return False
        outer = self.open.pop()
        if outer is None:
            return False
        self.simple = outer
        self.before = ""
        return True

    def _end_word(self) -> bool:
        """Take the end of a word; tell whether such a word may stand there."""
        simple = self.simple
        if not simple.is_word:
            return True
        word, simple.word, simple.is_word = simple.word, "", False
        name, equals, _ = word.partition("=")
        if "==" in word:
            return False
        if not simple.words and equals and _NAME.match(name):
            simple.is_set = True
            return True
        simple.words += 1
        if simple.words > 1:
            if simple.first == "exit":
                return re.fullmatch(r"\d{1,2}", word) is not None
            is_named = bool(_NAME.match(name)) and name not in _NOT_FIRST | {"export"}
            return is_named if simple.first == "export" else not word.startswith(("=", "+="))
        simple.first = word
        awaits_do = bool(self.loops) and self.loops[-1] == (len(self.open), "in")
        return bool(_FIRST.match(word)) and word not in _NOT_FIRST and not awaits_do

    def _end(self, separator: str) -> bool:
        """Take the end of a command; tell whether there is one where one has to be."""
        had_word = self.simple.is_word
        if not self._end_word() or (self.simple.first == "for" and separator not in (";", "\n")):
            return False
        is_empty = not self.simple.words and not had_word and not self.simple.is_set
        was, self.before = self.before, separator
        merges = self.simple.sent_away
        self.simple = _Simple()
        if is_empty:
            # An empty line may stand behind | and &&; nothing else may.
            self.before = was if separator == "\n" else separator
            return separator == "\n" and (was == "\n" or bool(self.text[self.at :].strip()))
        return not (merges and separator == "|")


def is_plain(text: str) -> bool:
    """Tell whether *text* is nothing but plain commands: neither bash nor ShellCheck finds an error in it."""
    if len(text) > _LONGEST or _TELLING.search(text):
        return False
    return _Reader(text).is_plain()
