"""What a YAML scalar means: the core schema of YAML 1.2, and the types of YAML 1.1 where a file asks for them."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any

TAG_PREFIX = "tag:yaml.org,2002:"

_Resolve = Callable[[str], Any]


class ScalarError(ValueError):
    """A scalar's text breaks the rules of its tag."""


def number(value: float) -> float:
    """Return *value* as JavaScript keeps it: one kind of number, whole ones without a fraction."""
    if isinstance(value, int):
        if -(2**53) <= value <= 2**53:
            return value
        try:
            value = float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    return int(value) if value.is_integer() and abs(value) < 2**63 else value


@dataclass(frozen=True, slots=True)
class ScalarSchema:
    """How the plain scalars of a document are read.

    ``rules`` are tried in order, each a tag's short name, a pattern of the whole text, and what reads it.
    Text that does not begin with one of ``starts`` matches none: most scalars are decided by that alone.
    """

    name: str
    rules: tuple[tuple[str, re.Pattern[str], _Resolve], ...]
    starts: frozenset[str]
    merges: bool

    def plain(self, text: str) -> Any:
        """Return what the plain scalar *text* stands for."""
        if text and text[0] not in self.starts:
            return text
        for _, pattern, resolve in self.rules:
            if pattern.fullmatch(text):
                return resolve(text)
        return text

    def tagged(self, tag: str, text: str) -> Any:
        """Return what *text* with an explicit *tag* stands for; the text itself where the tag is unknown.

        Raises:
            ScalarError: The tag is known and the text is not of its form.
        """
        name = tag.removeprefix(TAG_PREFIX)
        for rule, pattern, resolve in self.rules:
            if rule == name and pattern.fullmatch(text):
                return resolve(text)
        if name in _KNOWN and tag.startswith(TAG_PREFIX):
            return _KNOWN[name](text)
        return text


def _float(text: str) -> float:
    try:
        return number(float(text.replace("_", "")))
    except ValueError:  # A lone dot, which YAML 1.1 takes for a number.
        return math.nan


def _special_float(text: str) -> float:
    if text[-3:].lower() == "nan":
        return math.nan
    return -math.inf if text[0] == "-" else math.inf


def _decimal(text: str) -> float:
    # Long ones lose digits anyway, and Python refuses to read very long ones as int.
    return int(text) if len(text) < 16 else number(float(text))  # noqa: PLR2004 - 15 digits are exact


def _based(base: int, prefix: int) -> _Resolve:
    def resolve(text: str) -> float:
        sign = -1 if text[0] == "-" else 1
        digits = text.lstrip("+-")[prefix:].replace("_", "")
        return number(sign * int(digits, base)) if digits else math.nan

    return resolve


def _sexagesimal(text: str) -> float:
    parts = text.lstrip("+-").replace("_", "").split(":")
    total = reduce(lambda whole, part: whole * 60 + float(part), parts, 0.0)
    return number(-total if text[0] == "-" else total)


_TIMESTAMP = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?:(?:t|T|[ \t]+)([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2}(\.[0-9]+)?)"
    r"(?:[ \t]*(Z|[-+][012]?[0-9](?::[0-9]{2})?))?)?"
)


def _timestamp(text: str) -> str:
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        raise ScalarError("!!timestamp expects a date, starting with yyyy-mm-dd")
    year, month, day = (int(match[n]) for n in (1, 2, 3))
    hour, minute = int(match[4] or 0), int(match[5] or 0)
    second = int(float(match[6] or 0) * 1000)
    try:
        # As JavaScript's Date.UTC does, a month of 13 is January of the next year.
        first = datetime(year + (month - 1) // 12, (month - 1) % 12 + 1, 1, tzinfo=UTC)
        at = first + timedelta(days=day - 1, hours=hour, minutes=minute, milliseconds=second)
        at -= timedelta(minutes=_zone_minutes(match[8] or "Z"))
    except (ValueError, OverflowError) as error:
        raise ScalarError(f"!!timestamp is out of range: {text}") from error
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _zone_minutes(zone: str) -> float:
    if zone == "Z":
        return 0
    value = _sexagesimal(zone)
    return value * 60 if abs(value) < 30 else value  # noqa: PLR2004 - fewer are hours


def _binary(text: str) -> dict[str, Any]:
    """Return the bytes the way a Node.js ``Buffer`` shows itself in JSON."""
    digits = re.sub(r"[^A-Za-z0-9+/]", "", text.replace("-", "+").replace("_", "/").split("=")[0])
    digits = digits[: len(digits) - (len(digits) % 4 == 1)]
    data = base64.b64decode(digits + "=" * (-len(digits) % 4))
    return {"type": "Buffer", "data": list(data)}


def _true(_: str) -> bool:
    return True


def _false(_: str) -> bool:
    return False


def _null(_: str) -> None:
    return None


_KNOWN: dict[str, _Resolve] = {"binary": _binary, "timestamp": _timestamp}
_SPECIAL = r"[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN"
_NUMERIC = frozenset("-+.0123456789")


def _rules(*rows: tuple[str, str, _Resolve]) -> tuple[tuple[str, re.Pattern[str], _Resolve], ...]:
    return tuple((tag, re.compile(pattern), resolve) for tag, pattern, resolve in rows)


CORE = ScalarSchema(
    "core",
    _rules(
        ("null", r"(?:~|[Nn]ull|NULL)?", _null),
        ("bool", r"[Tt]rue|TRUE", _true),
        ("bool", r"[Ff]alse|FALSE", _false),
        ("int", r"0o[0-7]+", _based(8, 2)),
        ("int", r"[-+]?[0-9]+", _decimal),
        ("int", r"0x[0-9a-fA-F]+", _based(16, 2)),
        ("float", _SPECIAL, _special_float),
        ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+", _float),
        ("float", r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)", _float),
    ),
    _NUMERIC | frozenset("~nNtTfF"),
    merges=False,
)
"""YAML 1.2, as the ``yaml`` package of Backstage reads it."""

YAML_1_1 = ScalarSchema(
    "yaml-1.1",
    _rules(
        ("null", r"(?:~|[Nn]ull|NULL)?", _null),
        ("bool", r"Y|y|[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON", _true),
        ("bool", r"N|n|[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF", _false),
        ("int", r"[-+]?0b[0-1_]+", _based(2, 2)),
        ("int", r"[-+]?0[0-7_]+", _based(8, 1)),
        ("int", r"[-+]?[0-9][0-9_]*", lambda text: _decimal(text.replace("_", ""))),
        ("int", r"[-+]?0x[0-9a-fA-F_]+", _based(16, 2)),
        ("float", _SPECIAL, _special_float),
        ("float", r"[-+]?(?:[0-9][0-9_]*)?(?:\.[0-9_]*)?[eE][-+]?[0-9]+", _float),
        ("float", r"[-+]?(?:[0-9][0-9_]*)?\.[0-9_]*", _float),
        ("int", r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+", _sexagesimal),
        ("float", r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*", _sexagesimal),
        ("timestamp", _TIMESTAMP.pattern, _timestamp),
    ),
    _NUMERIC | frozenset("~nNtTfFyYoOeE"),
    merges=True,
)
"""YAML 1.1, for a document that says ``%YAML 1.1``."""
