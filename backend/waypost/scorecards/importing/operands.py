"""Operands: what a condition of json-rules-engine compares, as CEL, with what is known of its type."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

NOTHING: Final = object()
"""Marks an operand that is no constant."""

NUMBER, TEXT, BOOLEAN, LIST, OBJECT, NULL, ANY, UNDEFINED = (
    "number", "string", "boolean", "list", "object", "null", "any", "undefined",
)  # fmt: skip
KINDS: Final = {
    "integer": NUMBER,
    "float": NUMBER,
    "number": NUMBER,
    "string": TEXT,
    "datetime": TEXT,
    "timestamp": TEXT,
    "boolean": BOOLEAN,
    "set": LIST,
    "list": LIST,
    "object": OBJECT,
}
"""What a declared type is compared as."""

TRUE, FALSE = "true", "false"

_PATH = re.compile(r"[\w.]+|has\([\w.]+\)")
_EQUATION = re.compile(r"([\w.]+) == ([^&|()]+)")


class UnsupportedError(Exception):
    """A condition has no CEL that answers as json-rules-engine does."""


@dataclass(frozen=True, slots=True)
class Operand:
    """One side of a comparison: its CEL, what it is compared as, and its value where it is a constant."""

    text: str
    kind: str
    value: Any = NOTHING

    @property
    def is_constant(self) -> bool:
        """Whether its value is written in the condition."""
        return self.value is not NOTHING


MISSING: Final = Operand("null", UNDEFINED)
"""What a path that leads nowhere gives in JavaScript."""


def constant(value: Any) -> Operand:
    """Return *value*, as JSON has it, as an operand."""
    kind = {bool: BOOLEAN, int: NUMBER, float: NUMBER, str: TEXT, list: LIST, dict: OBJECT}.get(
        type(value), NULL
    )
    return Operand("" if kind in {LIST, OBJECT} else literal(value), kind, value)


def literal(value: Any) -> str:
    """Return a text, number, truth value or null as CEL writes it."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    # What JSON escapes in texts, CEL reads in the same way.
    return json.dumps(value, ensure_ascii=False)


def negated(text: str) -> str:
    """Return the opposite of the claim *text*."""
    if text in {TRUE, FALSE}:
        return FALSE if text == TRUE else TRUE
    if equation := _EQUATION.fullmatch(text):
        return f"{equation[1]} != {equation[2]}"
    if text.startswith("!") and _is_one(text[1:]):
        return text[1:]
    return f"!{text}" if _is_one(text) else f"!({text})"


def _is_one(text: str) -> bool:
    return bool(_PATH.fullmatch(text)) or _is_wrapped(text)


def every(claims: Iterable[str]) -> str:
    """Return that all of *claims* hold; of none, they do."""
    return _joined(claims, " && ", TRUE, FALSE)


def some(claims: Iterable[str]) -> str:
    """Return that one of *claims* holds; of none, none does."""
    return _joined(claims, " || ", FALSE, TRUE)


def _joined(claims: Iterable[str], word: str, neutral: str, deciding: str) -> str:
    parts = [claim for claim in dict.fromkeys(claims) if claim != neutral]
    if deciding in parts:
        return deciding
    if len(parts) < 2:  # noqa: PLR2004 - nothing to join
        return parts[0] if parts else neutral
    return f"({word.join(parts)})"


def _is_wrapped(text: str) -> bool:
    """Tell whether one pair of brackets stands around the whole of *text*."""
    depth = 0
    for place, char in enumerate(text):
        depth += {"(": 1, ")": -1}.get(char, 0)
        if depth == 0:
            return place == len(text) - 1 and text.startswith("(")
    return False


_STEP = re.compile(r"\.([A-Za-z_$][\w$-]*)|\[(?:'([^']*)'|\"([^\"]*)\"|(\d+))\]")
_NAME = re.compile(r"[A-Za-z_]\w*")


def follow(base: Operand, path: str) -> tuple[list[str], Operand]:
    """Return the claims that *path*, a JSONPath of keys and places, leads somewhere from *base*, and what is there.

    Raises:
        UnsupportedError: The path may lead to several places.
    """
    steps = _steps(path)
    if base.kind not in {OBJECT, LIST}:
        return [], base
    claims: list[str] = []
    at, kind = base.text, base.kind
    for step in steps:
        wanted = LIST if isinstance(step, int) else OBJECT
        if kind == ANY:
            claims.append(f"type({at}) == {'list' if wanted == LIST else 'map'}")
        elif kind != wanted:
            return [FALSE], MISSING
        at, claim = _step(at, step)
        claims.append(claim)
        kind = ANY
    return claims, Operand(at, ANY)


def _step(at: str, step: str | int) -> tuple[str, str]:
    if isinstance(step, int):
        return f"{at}[{step}]", f"size({at}) > {step}"
    if _NAME.fullmatch(step):
        return f"{at}.{step}", f"has({at}.{step})"
    return f"{at}[{literal(step)}]", f"{literal(step)} in {at}"


def _steps(path: str) -> Sequence[str | int]:
    found: list[str | int] = []
    at = 1 if path.startswith("$") else 0
    while at < len(path):
        match = _STEP.match(path, at)
        if match is None:
            raise UnsupportedError(f"its path '{path}' is no plain list of keys")
        name, single, double, place = match.groups()
        found.append(int(place) if place is not None else name or single or double or "")
        at = match.end()
    return found
