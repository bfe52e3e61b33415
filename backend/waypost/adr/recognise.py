"""Reads one file: whether it is a decision at all, and everything it says of itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from waypost.adr import names
from waypost.adr.fields import Fields, Found, read_fields, visible_lines
from waypost.adr.formats import find_y_statement
from waypost.adr.status import is_unfilled, parse_status
from waypost.core.markdownfile import MarkdownFile

_DECISION_HEADINGS = frozenset({"decision", "decision outcome", "outcome", "context and problem statement"})
_UNFILLED_TITLE = re.compile(r"\{.*\}|<.*>|\[?short title.*|title|title of (?:the|this) .*", re.IGNORECASE)
_GENERIC_TITLE = re.compile(
    r"(?:.{1,60} [-\u2013\u2014] )?architectur\w+ decision records?(?: template)?", re.IGNORECASE
)
_ITEM = re.compile(r"\s*(?:[-*+]|\d+\.) +")
_LEADS_ON = re.compile(r"\W*(?:we )?(?:chosen?|chose|selected|the chosen) options?\W*", re.IGNORECASE)
_SUMMARY_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Record:
    """A file that may be a decision, with what was found in it."""

    file: MarkdownFile
    name: str
    fields: Fields

    @property
    def path(self) -> str:
        """The path of the file."""
        return self.file.path

    @property
    def folder(self) -> str:
        """The folder in which its number and its dates are one of many."""
        parent = PurePosixPath(self.path).parent
        return str(parent if PurePosixPath(self.path).stem == self.name else parent.parent)


def read_record(file: MarkdownFile) -> Record:
    """Read what *file* says of itself, without judging it."""
    return Record(file, names.name_of(file.path), read_fields(file))


def is_decision(record: Record) -> bool:
    """Tell whether *record* is a decision: not a template, not an index, not a page beside one."""
    stem = PurePosixPath(record.path).stem
    if names.is_template_name(names.slug_of(record.name)) or names.is_other_name(record.name):
        return False
    title, status = heading_of(record), record.fields.first("status")
    marked = names.is_marked(record.name) or names.number_of(record.name) is not None
    unfilled = title is not None and is_unfilled_title(title.text)
    # A title left over in a numbered file is an oversight; with the status left over as well, a template.
    if unfilled and not (status and parse_status(status.text)) and (status or not marked):
        return False
    if marked:
        return True
    beside = names.is_marked(PurePosixPath(record.path).parent.name) and stem == record.name
    return not beside and (status is not None or _has_decision_headings(record))


def _has_decision_headings(record: Record) -> bool:
    return any(heading.text.strip().lower() in _DECISION_HEADINGS for heading in record.file.headings)


def heading_of(record: Record) -> Found | None:
    """Return the heading that is the record's title: the first, where it is of level 1 or has a number."""
    first = next(iter(record.file.headings), None)
    if first is None or (first.level > 1 and names.split_title(first.text, None)[0] is None):
        return None
    return Found(first.text.strip(), first.line, "heading")


def is_unfilled_title(title: str) -> bool:
    """Tell whether *title* was left as the template has it."""
    return not title.strip() or bool(_UNFILLED_TITLE.fullmatch(title.strip()))


def find_title(
    record: Record, template_titles: frozenset[str], *, bare_numbers: bool
) -> tuple[int | None, str, Found]:
    """Return the number in the title, the title without it, and where it was found.

    Args:
        template_titles: Titles of the templates beside it: who left one has not given a title.
        bare_numbers: Whether titles of this folder begin with a number and a space.
    """
    number = names.number_of(record.name)
    own = record.fields.first("title")
    for found in (heading_of(record), own):
        if found is None or is_unfilled_title(found.text) or found.text in template_titles:
            continue
        if _GENERIC_TITLE.fullmatch(found.text) or found.text.lower() in _DECISION_HEADINGS:
            continue
        in_title, title = names.split_title(found.text, number, bare_numbers=bare_numbers)
        return in_title, title, found
    words = names.slug_of(record.name).replace("-", " ")
    return None, words[:1].upper() + words[1:] or record.name, Found(record.name, 0, "name")


def find_status(record: Record) -> tuple[str, Found | None]:
    """Return the status and where it was found; "" where there is none, or only what the template says."""
    for found in record.fields.by_name.get("status", ()):
        if found.text and (status := parse_status(found.text)):
            return status, found
    # Some explain above what the states are, and name theirs below.
    for found in record.fields.status_lines:
        if not is_unfilled(found.text) and (status := parse_status(found.text)):
            return status, found
    return "", record.fields.first("status")


def find_summary(record: Record) -> str:
    """Return one sentence that tells the decision: its Y-statement, or the first of its outcome."""
    statement = find_y_statement(record.file.body)
    if statement:
        return statement[:_SUMMARY_CHARACTERS]
    lines = visible_lines(record.file)
    for heading in record.file.headings:
        if heading.text.strip().lower() in ("decision outcome", "decision", "outcome"):
            return _first_sentence(lines[heading.line :])
    return ""


def _says_nothing_yet(paragraph: list[str]) -> bool:
    return not paragraph or bool(_LEADS_ON.fullmatch(" ".join(paragraph)))


def _first_sentence(lines: list[str]) -> str:
    paragraph: list[str] = []
    for line in lines:
        item = _ITEM.match(line)
        if item and _says_nothing_yet(paragraph) and len(item[0]) < len(line):
            # A list without a sentence before it: its first item tells.
            paragraph.append(line[item.end() :].strip())
            break
        if item or re.match(r"\s*(?:#|\||!\[|>)", line):
            break
        if not line.strip() and not _says_nothing_yet(paragraph):
            break
        paragraph += [line.strip()] if line.strip() else []
    text = re.sub(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])", r"\1", " ".join(paragraph))
    sentence = re.split(r"(?<=[.!?])\s+(?=[A-Z])", re.sub(r"[*`]", "", text), maxsplit=1)[0]
    return re.sub(r",? because$", "", sentence[:_SUMMARY_CHARACTERS].rstrip(" :"))
