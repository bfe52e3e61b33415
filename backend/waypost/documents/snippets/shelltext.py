"""What of a block of shell a shell is to read: commands without prompts, output and placeholders, line by line."""

from __future__ import annotations

import re
from typing import Final

LANGUAGES: Final = frozenset(
    {"sh", "bash", "shell", "console", "shell-session", "shellsession", "sh-session"}
)
"""Languages of blocks that are judged as bash reads them. Other shells have other grammars."""
_TRANSCRIPTS: Final = frozenset({"console", "shell-session", "shellsession", "sh-session"})

_QUIET = re.compile(
    r"""(?P<quoted><<-?[ \t]*(?P<mark>['"])(?P<end>\w+)(?P=mark)[^\n]*\n.*?^[ \t]*(?P=end)$)"""
    r"""|(?P<open><<-?[ \t]*(?P<word>\w+)[^\n]*\n.*?^[ \t]*(?P=word)$)"""
    r"""|(?P<double>"(?:\\.|[^"\\])*")|(?P<single>'[^']*')|(?P<comment>(?:(?<=\s)|^)\#[^\n]*)|\\.""",
    re.DOTALL | re.MULTILINE,
)
_DOCUMENT_START = re.compile(r"<<(?=-?[ \t]*['\"]?(?P<end>\w+))")
_HIDDEN = "\ue000\ue000"
_PLACEHOLDER = re.compile(r"(?<![<\w])<[A-Za-z][\w.-]*(?:[ /][\w.-]+)*>(?![>&])")
_LOOSE_PLACEHOLDER = re.compile(r"(?<!<)<[A-Za-z0-9_.…][^<>\n|&;$`\"']*(?<![ <])>(?!\()")
_PROMPT = re.compile(
    r"[ \t]*(?:\[[\w.@:~/ -]+\][$#]|[\w.-]+@[\w.-]+(?::[\w~/.-]+)?[ ]?[$#]|(?:ba)?sh-[\d.]+[$#]|\$)[ \t]+(?=\S)"
)
_MAY_PROMPT = re.compile(r"[$#][ \t]")
_ROOT_PROMPT = re.compile(r"[ \t]*[#%>][ \t]+(?=\S)")
_CONTINUATION = re.compile(r"[ \t]*>[ \t]")
_HERE_DOCUMENT = re.compile(r"(?<!<)<<-?[ \t]*(['\"]?)(\w+)\1")
_OTHER_PROGRAM = re.compile(r"\A\s*#!(?!.*\b(?:ba|da|k)?sh\b)")


def expanded(text: str) -> str:
    """Return *text* without what a shell takes as it stands: single quotes, quoted here-documents, comments.

    Lines stay where they are.
    """

    def keep(match: re.Match[str]) -> str:
        if match["single"] or match["quoted"] or match["comment"]:
            return "\n" * match[0].count("\n")
        return match[0]

    return (
        _QUIET.sub(keep, _without_endless(text)).replace(_HIDDEN, "<<")
        if "<<" in text
        else _QUIET.sub(keep, text)
    )


def _without_endless(text: str) -> str:
    """Return *text* with another sign where a here-document begins that has no end: each would be looked for to the last."""
    ends: dict[str, int] = {}
    at = 0
    for line in text.split("\n"):
        ends[line.lstrip(" \t")] = at
        at += len(line) + 1
    return _DOCUMENT_START.sub(
        lambda found: "<<" if ends.get(found["end"], -1) > found.start() else _HIDDEN, text
    )


def placeholders(text: str) -> list[tuple[int, str]]:
    """Return the placeholders (``<pod>``) in *text*, each with how many lines stand before it.

    A shell reads them as redirections. What it takes as it stands, and comments, are no commands.
    """
    shown = expanded(text)
    return [(shown.count("\n", 0, match.start()), match[0]) for match in _PLACEHOLDER.finditer(shown)]


def commands_in(language: str, text: str) -> str:
    """Return what a shell is to read of a block: "" where nothing is known to be a command.

    Every character keeps its line and column: prompts become blanks, output becomes empty lines, and
    placeholders become words, so that the rest of their command is judged.
    """
    if _OTHER_PROGRAM.match(text):
        return ""
    lines = text.split("\n")
    # A block that began with a redirection would be a strange one; other programs' prompt looks so.
    has_marks = language.lower() in _TRANSCRIPTS or _CONTINUATION.match(text.lstrip("\n")) is not None
    if has_marks or (_MAY_PROMPT.search(text) and any(_PROMPT.match(line) for line in lines)):
        lines = _typed_lines(lines, is_console=has_marks)
    return _LOOSE_PLACEHOLDER.sub(_as_word, "\n".join(lines))


def _as_word(match: re.Match[str]) -> str:
    return re.sub(r"\W", "_", match[0])


def _typed_lines(lines: list[str], *, is_console: bool) -> list[str]:
    """Return the lines that somebody typed, without their prompt; what was answered is left blank."""
    has_usual = any(_PROMPT.match(line) for line in lines)
    prompt = _PROMPT if has_usual or not is_console else _ROOT_PROMPT
    typed: list[str] = []
    at = 0
    while at < len(lines):
        match = prompt.match(lines[at])
        if match is None:
            typed.append("")
            at += 1
            continue
        command = [_blank(lines[at], match)]
        while at + len(command) < len(lines) and _goes_on(command, lines[at + len(command)]):
            following = lines[at + len(command)]
            mark = None if _open_here_document(command) else _CONTINUATION.match(following)
            command.append(_blank(following, mark) if mark else following)
        typed += command
        at += len(command)
    return typed


def _blank(line: str, match: re.Match[str]) -> str:
    return " " * match.end() + line[match.end() :]


def _goes_on(command: list[str], following: str) -> bool:
    """Tell whether the command typed so far goes on in the line *following*."""
    if command[-1].endswith("\\") or _open_here_document(command) or _CONTINUATION.match(following):
        return True
    bare = _QUIET.sub("", "\n".join(command))
    return '"' in bare or "'" in bare


def _open_here_document(command: list[str]) -> str:
    """Return the word that would end the here-document that *command* is in; "" where it is in none."""
    for number, line in enumerate(command):
        match = _HERE_DOCUMENT.search(line)
        if match is not None:
            ended = any(later.strip() == match[2] for later in command[number + 1 :])
            return "" if ended else match[2]
    return ""
