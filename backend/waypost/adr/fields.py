"""Finds what a record says of itself, wherever it says it: front matter, bullets, table, bold, plain, sections."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from waypost.adr.dates import is_only_date
from waypost.core.markdownfile import Heading, MarkdownFile

# What people call the fields, in lower case with single spaces; our own front matter is read by its schema.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "status": ("status", "statut", "estado", "stato", "adr status", "decision status"),
    "date": ("date", "datum", "fecha", "data", "last updated", "updated"),
    "decided": ("decided", "decision date", "date decided", "accepted on", "approved on"),
    "proposed": ("proposed", "date proposed", "created"),
    "deciders": ("deciders", "decision makers", "authors", "author", "décisionnaires", "entscheider"),
    "supersedes": ("supersedes", "supercedes", "replaces"),
    "superseded by": ("superseded by", "superceded by", "replaced by"),
    "amends": ("amends",),
    "amended by": ("amended by",),
    "tags": ("tags",),
    "title": ("title",),
}
FIELD_OF: Mapping[str, str] = {name: field for field, names in _NAMES.items() for name in names}
_CHANGELOGS = frozenset({"changelog", "change log", "history", "revision history", "revisions"})
_METADATA_HEADINGS = frozenset({"metadata", "meta", "details", "document information"})

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_ENTRY = re.compile(r"\s*(?:[*+-]\s+)?(?P<key>[^\W\d_][\w .-]{2,30}?)\s*:\s*(?P<value>.*)")
_BOLD = re.compile(r"\s*(?:[*+-]\s+)?(?:\*\*|__)(?P<key>[^*_:]{3,30}):?(?:\*\*|__)\s*:?\s*(?P<value>.*)")
_PLAIN_DATE = re.compile(r"\s*(?P<key>date)\s+(?P<value>\d.*)", re.IGNORECASE)
_ROW = re.compile(r"\s*\|(?P<key>[^|]+)\|(?P<value>[^|]*)")
_FRONT_ENTRY = re.compile(r"(?P<key>[A-Za-z][\w -]*?)\s*:\s*(?P<value>.*)")
_TOP_HEADINGS = 3
_DATES = frozenset({"date", "decided", "proposed"})


class Found(NamedTuple):
    """One field as it stands: its text, its line, and in what it was found."""

    text: str
    line: int
    where: str


class Fields(NamedTuple):
    """All that was found: by field, best place first; the lines of the status section; the change log."""

    by_name: Mapping[str, tuple[Found, ...]]
    status_lines: tuple[Found, ...]
    changes: tuple[Found, ...]

    def first(self, name: str) -> Found | None:
        """Return the field called *name* from the best place that has text for it."""
        return next((found for found in self.by_name.get(name, ()) if found.text), None)


def visible_lines(file: MarkdownFile) -> list[str]:
    """Return the lines of the whole file, with comments, code and the front matter emptied."""
    text = _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), file.text)
    lines = text.split("\n")
    fence = ""
    first = file.body_line - 1
    for place, line in enumerate(lines):
        mark = _FENCE.match(line)
        if place < first or fence or mark:
            lines[place] = ""
        if mark and not fence:
            fence = mark[1][:3]
        elif mark and line.strip().startswith(fence):
            fence = ""
    return lines


def read_fields(file: MarkdownFile) -> Fields:
    """Return every field that *file* gives, in whatever shape."""
    lines = visible_lines(file)
    by_name: dict[str, list[Found]] = {}
    for name, found in (
        *_from_front_matter(file),
        *_from_preamble(file, lines),
        *_from_sections(file, lines),
    ):
        by_name.setdefault(name, []).append(found)
    return Fields(
        {name: tuple(found) for name, found in by_name.items()},
        tuple(_lines_of(file, lines, "status")),
        tuple(_changes(file, lines)),
    )


def plain_value(value: Any) -> str:
    """Return a front matter value as text.

    ``{ accepted }``, braces left from a template, is a mapping to YAML: its key is what was meant.
    """
    if isinstance(value, Mapping):
        return ", ".join(str(key) for key in value) if not any(value.values()) else ""
    if isinstance(value, list):
        return ", ".join(plain_value(item) for item in value if item is not None)
    return "" if value is None else str(value).strip()


def field_of(key: str) -> str | None:
    """Return the field that people call *key*, None for none."""
    return FIELD_OF.get(" ".join(key.replace("-", " ").replace("_", " ").strip(" *:").lower().split()))


def _from_front_matter(file: MarkdownFile) -> Iterator[tuple[str, Found]]:
    if file.front_matter:
        for key, value in file.front_matter.items():
            if name := field_of(str(key)):
                yield name, Found(plain_value(value), file.line_of(key), "front matter")
        return
    # A front matter that is no YAML still says what it says, line by line.
    for number, line in enumerate(file.text.split("\n")[: max(file.body_line - 1, 0)], start=1):
        entry = _FRONT_ENTRY.match(line)
        if entry and (name := field_of(entry["key"])):
            text = entry["value"].split(" #")[0].strip().strip("\"'")
            yield name, Found(text.strip("{} ") if "|" not in text else text, number, "front matter")


def _from_preamble(file: MarkdownFile, lines: list[str]) -> Iterator[tuple[str, Found]]:
    for number in range(file.body_line, _preamble_end(file, len(lines)) + 1):
        line = lines[number - 1] if number <= len(lines) else ""
        for where, pattern in (("table", _ROW), ("bold", _BOLD), ("line", _ENTRY), ("line", _PLAIN_DATE)):
            entry = pattern.match(line)
            if entry and (name := field_of(entry["key"])):
                kind = "bullet" if where == "line" and line.lstrip()[:1] in "*+-" else where
                yield name, Found(_clean(entry["value"]), number, kind)
                break
        else:
            # Some write the day below the title, and do not say what it is.
            if is_only_date(_clean(line)):
                yield "date", Found(_clean(line), number, "line")


def _preamble_end(file: MarkdownFile, last: int) -> int:
    """Return the last line before the text proper begins."""
    tops = 0
    for heading in file.headings:
        tops += heading.level == 1
        if heading.text.strip().lower() in _METADATA_HEADINGS:
            continue
        if heading.level > 1 or tops == _TOP_HEADINGS:
            return heading.line - 1
    return last


def _from_sections(file: MarkdownFile, lines: list[str]) -> Iterator[tuple[str, Found]]:
    for heading in file.headings:
        key, colon, rest = heading.text.partition(":")
        name = field_of(key)
        if name is None or name == "title":
            continue
        if colon and rest.strip():
            yield name, Found(_clean(rest), heading.line, "heading")
            continue
        found = next(_below(file, lines, heading), None)
        # "Proposed" is a heading of many things; with a date below it, it is a date.
        if found and (name not in _DATES or re.search(r"\d", found.text)):
            yield name, _without_key(name, found)


def _without_key(name: str, found: Found) -> Found:
    """Take ``Status:`` off a line of the section called Status."""
    entry = _ENTRY.match(found.text)
    if entry and field_of(entry["key"]) == name:
        return found._replace(text=_clean(entry["value"]))
    return found


def _lines_of(file: MarkdownFile, lines: list[str], name: str) -> Iterator[Found]:
    for heading in file.headings:
        if field_of(heading.text) == name:
            yield from _below(file, lines, heading)


def _changes(file: MarkdownFile, lines: list[str]) -> Iterator[Found]:
    for place, heading in enumerate(file.headings):
        if heading.text.strip().lower() not in _CHANGELOGS:
            continue
        yield from _below(file, lines, heading)
        # Some make each entry a heading of its own.
        for entry in file.headings[place + 1 :]:
            if entry.level <= heading.level:
                break
            yield Found(entry.text, entry.line, "heading")


def _below(file: MarkdownFile, lines: list[str], heading: Heading) -> Iterator[Found]:
    """Give the lines of *heading*'s own text: no quotation, no rule, nothing of the headings below it."""
    ends = (other.line for other in file.headings if other.line > heading.line)
    end = next(ends, len(lines) + 1)
    for number in range(heading.line + 1, end):
        line = lines[number - 1] if number <= len(lines) else ""
        if line.strip() and not re.match(r"\s*(?:>|[-=*_]{3,}\s*$)", line):
            yield Found(_clean(line), number, "section")


def _clean(text: str) -> str:
    return re.sub(r"\*\*|__", "", re.sub(r"^\s*[*+-]\s+", "", text)).strip().strip('"').strip()
