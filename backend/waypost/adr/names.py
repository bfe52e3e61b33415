"""Numbers, slugs and dates in the names of files and in titles; and which files are decisions at all."""

from __future__ import annotations

import re
from datetime import date
from pathlib import PurePosixPath

from waypost.adr.dates import parse_date

_DATE = re.compile(r"(?:(\d{4})-(\d{2})-(\d{2})|((?:19|20)\d{2})([01]\d)([0-3]\d))(?=\D|$)")
_TITLES = (
    re.compile(
        r"(?:.{1,40}? [-\u2013\u2014] )?(?:[A-Za-z]+[-_ ])?ADR(?:[-_][A-Za-z]+)*[-_ #]*(?P<number>\d{1,5})\b\s*[-\u2013\u2014:.]?\s*"
    ),
    re.compile(r"(?P<number>\d{1,5})(?:\s*[-\u2013\u2014:]\s*(?=\D)|\.\s+)"),
    re.compile(r"ADR\s*[-\u2013\u2014:]\s+"),
)
_BARE_NUMBER = re.compile(r"(?P<number>\d{1,5})\s+(?=\S)")
_TEMPLATE_WORDS = frozenset(("template", "templates", "modele", "modèle", "vorlage", "plantilla"))
_TEMPLATE_COMPANY = frozenset(
    ("adr", "madr", "bare", "minimal", "full", "short", "long", "nygard", "decision", "record", "example")
)
_OTHER_STEMS = frozenset(
    (
        "readme",
        "index",
        "_index",
        "contents",
        "toc",
        "summary",
        "contributing",
        "glossary",
        "changelog",
        "license",
    )
)


def name_of(path: str) -> str:
    """Return what names the record at *path*: its stem, or its folder where it is that folder's README."""
    pure = PurePosixPath(path)
    if pure.stem.lower() in ("readme", "index") and is_marked(pure.parent.name):
        return pure.parent.name
    return pure.stem


def is_marked(name: str) -> bool:
    """Tell whether *name* begins as the names of records do: a number, a date, ``adr-``, ``draft-``."""
    return bool(
        re.match(r"\d{3,}[-_. ]|\d{4}-\d\d-\d\d|(?:[a-z]+[-_])?adr[-_. ]?\d|draft-", name, re.IGNORECASE)
    )


def number_of(name: str) -> int | None:
    """Return the number in the name of a record, None where it has none. A date is no number."""
    if _DATE.match(name):
        return None
    lead = re.match(r"(?:[A-Za-z]+[-_ ])*?(?P<number>\d{1,5})(?=[-_ .]|$)", name)
    if lead is None:
        return None
    # Words before a number make it a record's only where one of them says so: `use-http-2` is no number two.
    words = re.split(r"[-_ ]", name[: lead.start("number")].lower())
    return int(lead["number"]) if words == [""] or "adr" in words else None


def date_of(name: str) -> date | None:
    """Return the date that *name* begins with."""
    match = _DATE.match(name)
    if match is None:
        return None
    year, month, day = match.groups()[:3] if match[1] else match.groups()[3:]
    return parse_date(f"{year}-{month}-{day}")


def slug_of(name: str) -> str:
    """Return the words of *name* as an address has them, without number and date."""
    number = number_of(name)
    rest = _DATE.sub("", name, count=1) if _DATE.match(name) else name
    if number is not None:
        rest = re.sub(rf"^(?:[A-Za-z]+[-_ ])*?0*{number}(?=[-_ .]|$)", "", name)
    rest = rest.removeprefix("draft-")
    return re.sub(r"[^a-z0-9]+", "-", rest.lower()).strip("-")


def split_title(title: str, number: int | None, *, bare_numbers: bool = False) -> tuple[int | None, str]:
    """Return the number that *title* begins with, and the title without it.

    Args:
        title: The heading: ``ADR-023: Tasks``, ``4. Markdown format``, ``34 EKS Fargate``.
        number: The number of the file. A bare number before words is one only where it is the same, or is
            padded with noughts: three ways to do a thing are no third decision.
        bare_numbers: Whether titles beside this one have such numbers, so that a wrong one is one too.
    """
    text = title.strip()
    for pattern in _TITLES:
        if match := pattern.match(text):
            found = match.groupdict().get("number")
            return (int(found) if found else None), text[match.end() :].strip() or text
    bare = _BARE_NUMBER.match(text)
    if bare and (bare_numbers or int(bare["number"]) == number or re.match(r"0\d\d", text)):
        return int(bare["number"]), text[bare.end() :].strip()
    return None, text


def is_template_name(name: str) -> bool:
    """Tell whether *name* is that of a template for records. ``0012-template-engine`` is not."""
    words = [word for word in re.split(r"[^a-zà-ÿ]+", name.lower()) if word]
    return any(word in _TEMPLATE_WORDS for word in words) and all(
        word in _TEMPLATE_WORDS | _TEMPLATE_COMPANY for word in words
    )


def is_other_name(name: str) -> bool:
    """Tell whether *name* is that of a page about the records: an index, a README."""
    return name.lower() in _OTHER_STEMS or name.lower().endswith(".readme")
