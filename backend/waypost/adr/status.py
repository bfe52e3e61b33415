"""Reads a status as written: the word that a careful reader would name, and never another."""

from __future__ import annotations

import re

from waypost.adr.model import STATE_WORDS

_LINK = re.compile(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_SYMBOLS = re.compile(r"^[^\w{\[<|]+", re.UNICODE)
_CLAUSE = re.compile(r"\s*(?:[(:;,!|<]|\.(?=\s|$)|\s[-\u2013\u2014]\s)")
_UNFILLED = re.compile(r"\||^\{.*\}$|…|^\[.*\]$|such as|^<.*>$|\bone of\b", re.IGNORECASE)
_UNKNOWN_WORDS = 8


def parse_status(text: str) -> str:
    """Return the status in *text*, in lower case: ``Accepted (PR #12)`` is ``accepted``.

    A word that is not known is given as it stands, up to the first stop. What a template left there
    (``{proposed | accepted}``) is no status: "".
    """
    if is_unfilled(text):
        return ""
    plain = _SYMBOLS.sub("", _LINK.sub(r"\1", text).replace("*", "").replace("`", "")).strip().lower()
    word = re.match(r"[^\W\d_]+", plain)
    if word and word[0] in STATE_WORDS:
        return word[0]
    clause = _CLAUSE.split(plain, maxsplit=1)[0].strip(" .\"'")
    # A sentence about the status is told as far as it is one thing: a few words.
    return " ".join(clause.split()[:_UNKNOWN_WORDS])


def is_unfilled(text: str) -> bool:
    """Tell whether *text* is what a template says of the status, and not a status."""
    return bool(_UNFILLED.search(_LINK.sub(r"\1", text).strip()))
