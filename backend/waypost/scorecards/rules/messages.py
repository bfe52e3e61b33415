"""Messages: texts that hold expressions as ``${…}``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from waypost.scorecards.rules.compiling import RuleError

UNKNOWN_TEXT = "?"

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d\S*")


@dataclass(frozen=True, slots=True)
class Message:
    """A parsed text: its plain pieces, and the expressions between them (one fewer)."""

    texts: tuple[str, ...]
    expressions: tuple[str, ...]

    def fill(self, values: Sequence[Any]) -> str:
        """Return the text with *values* in place of its expressions."""
        filled = [shown(value) for value in values]
        return "".join(piece for pair in zip(self.texts, [*filled, ""], strict=True) for piece in pair)


@cache
def parse_message(text: str) -> Message:
    """Read *text*.

    Raises:
        RuleError: A ``${`` is not closed, or holds nothing.
    """
    texts: list[str] = []
    expressions: list[str] = []
    for is_expression, piece in _pieces(text):
        (expressions if is_expression else texts).append(piece)
    return Message(tuple(texts), tuple(expressions))


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    at = 0
    while (start := text.find("${", at)) >= 0:
        end = _closing(text, start + 2)
        expression = text[start + 2 : end].strip() if end else ""
        if not expression:
            raise RuleError("has a '${' that is not closed or is empty", column=start + 1)
        yield False, text[at:start]
        yield True, expression
        at = end + 1
    yield False, text[at:]


def _closing(text: str, at: int) -> int:
    """Return where the brace that was opened before *at* is closed, 0 for nowhere; quoted ones do not count."""
    depth, quote = 1, ""
    for place in range(at, len(text)):
        char = text[place]
        if quote:
            quote = "" if char == quote and text[place - 1] != "\\" else quote
        elif char in "'\"":
            quote = char
        else:
            depth += {"{": 1, "}": -1}.get(char, 0)
            if depth == 0:
                return place
    return 0


def shown(value: Any) -> str:
    """Return *value* as a person reads it: of a time the day, which is what a judgement turns on."""
    if value is None:
        return UNKNOWN_TEXT
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}" if not value.is_integer() else str(int(value))
    if isinstance(value, list):
        return ", ".join(map(shown, value))
    return _TIME.sub(r"\1", str(value))
