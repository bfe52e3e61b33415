"""Tells which of the known formats a record is written in."""

from __future__ import annotations

import re

from waypost.adr.fields import Fields
from waypost.adr.names import date_of, name_of
from waypost.core.markdownfile import MarkdownFile

_OWN_KEYS = frozenset(
    ("uid", "implementation", "triggers", "proposed", "approvals", "affects", "checks", "review-by")
)
"""Front matter keys that only Waypost's format has; one of them makes a file ours."""
_Y_STATEMENT = re.compile(
    r"in the context of\b.{3,400}?\bfacing\b.{3,400}?\bwe decided\b", re.IGNORECASE | re.DOTALL
)
_MADR = frozenset({"context and problem statement", "decision outcome"})
_NYGARD = frozenset({"context", "decision"})


def is_own(file: MarkdownFile) -> bool:
    """Tell whether *file* is a decision in Waypost's own format, which is checked strictly."""
    return not _OWN_KEYS.isdisjoint(file.front_matter)


def find_format(file: MarkdownFile, fields: Fields) -> str:
    """Return the format of *file*, as ``Decision.format`` names it."""
    if is_own(file):
        return "waypost"
    headings = {heading.text.strip().lower() for heading in file.headings}
    where = {found.where for name in ("status", "date", "deciders") for found in fields.by_name.get(name, ())}
    if _MADR & headings:
        return _madr(file, headings, where)
    if headings >= _NYGARD or ("section" in where and "decision" in headings):
        return "nygard"
    if find_y_statement(file.body):
        return "y-statement"
    return "table" if "table" in where else "other"


def _madr(file: MarkdownFile, headings: set[str], where: set[str]) -> str:
    keys = {str(key).lower() for key in file.front_matter}
    if "decision-makers" in keys or "confirmation" in headings:
        return "madr4"
    if "front matter" in where:
        return "madr3"
    if {"bullet", "line"} & where:
        return "log4brains" if date_of(name_of(file.path)) else "madr2"
    # Without any metadata, the versions do not differ.
    return "madr"


def find_y_statement(text: str) -> str:
    """Return the paragraph of *text* that is a Y-statement, "" where none is."""
    if not _Y_STATEMENT.search(text):
        return ""
    paragraphs = (" ".join(part.split()) for part in re.split(r"\n\s*\n", text))
    return next((paragraph for paragraph in paragraphs if _Y_STATEMENT.search(paragraph)), "")
