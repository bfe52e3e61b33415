"""Where in the text of a YAML file a place in one of its values is, however the value is written."""

from __future__ import annotations

import re
from collections.abc import Sequence

_BLOCK = re.compile(r"(?:[&!]\S+\s+)*[|>][-+0-9]*[ \t]*(?:#.*)?\Z")
_BEFORE = re.compile(r"\s*(?:- +)*(?:[\"']?[\w.-]+[\"']?:)?[ \t]*")


def position_in_value(
    lines: Sequence[str], line: int, value: str, start: int, *, key: str = ""
) -> tuple[int, int]:
    """Return line and column, from 1, of the character at *start* of *value*, whose key stands at *line* of *lines*.

    Folding changes only white space, so that other characters are counted. The column is 0 where the value is
    written with escapes, so that the count does not hold.
    """
    if not 0 < line <= len(lines):
        return line, 0
    first = lines[line - 1]
    at = _begin(first, key)
    number = line
    if _BLOCK.match(first[at:]):
        number, at = line + 1, 0
    elif first[at : at + 1] in ("'", '"'):
        at += 1
    wanted = re.sub(r"\s", "", value[:start])
    left = len(wanted)
    while number <= len(lines):
        for column in range(at, len(lines[number - 1])):
            character = lines[number - 1][column]
            if character.isspace():
                continue
            if left == 0:
                return number, column + 1
            if character != wanted[len(wanted) - left]:
                return line, 0
            left -= 1
        number, at = number + 1, 0
    return line, 0


def _begin(line: str, key: str) -> int:
    """Return where the value of *key* starts in *line*: in a mapping on one line it may stand further in."""
    found = re.search(rf"(?<![\w-]){re.escape(key)}[\"']?:[ \t]*", line) if key else _BEFORE.match(line)
    return found.end() if found else 0
