"""Text from files as a terminal may show it: nothing in it is obeyed."""

from __future__ import annotations

import re
from typing import Final

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """Return *text* without what a terminal would obey: escapes, bells, turns of direction. Lines and tabs stay."""
    return _CONTROL.sub("", text)


def on_one_line(text: str) -> str:
    """Return *text* as ``printable`` does, in one line: what it holds begins none of its own."""
    return " ".join(printable(text).split("\n"))
