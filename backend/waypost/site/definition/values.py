"""Reading documents that may hold anything: each function gives an empty value for what is not of the wanted kind."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

Node = Mapping[str, Any]

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NO_ANCHOR = re.compile(r"[^A-Za-z0-9_.-]+")


def mapping(value: object) -> Node:
    """Return *value* where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """Return *value* where it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def text(value: object) -> str:
    """Return *value* as a text on one line: of texts and numbers, "" for everything else."""
    if isinstance(value, str):
        return " ".join(value.split())
    return scalar(value) if isinstance(value, int | float) else ""


def lines(value: object) -> str:
    """Return *value* where it is a text, with its lines, else ""."""
    return value if isinstance(value, str) else ""


def scalar(value: object) -> str:
    """Return *value* as JSON writes it, on one line, cut where it is long."""
    return dumped(value, limit=120, indent=None)


def dumped(value: object, *, limit: int, indent: int | None = 2) -> str:
    """Return *value* as JSON of at most *limit* characters."""
    try:
        told = json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    except (RecursionError, ValueError):
        return "(nested too deep to show)"
    return told if len(told) <= limit else f"{told[:limit].rstrip()} …"


def clean(value: str) -> str:
    """Return *value* without characters that no page may hold."""
    return _CONTROL.sub("\ufffd", value)


def anchor(*parts: str) -> str:
    """Return *parts* as the id of an element."""
    return _NO_ANCHOR.sub("-", "-".join(parts)).strip("-")


def block(value: str) -> Markup:
    """Return *value* as a block of code."""
    return Markup("<pre><code>{}</code></pre>").format(value) if value else Markup("")
