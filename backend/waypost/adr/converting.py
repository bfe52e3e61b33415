"""One record of another format as one of ours: what front matter can say moves there, all else stays as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from waypost.adr.dates import DateOrder, is_only_date, parse_date
from waypost.adr.fields import Found, field_of, plain_value
from waypost.adr.model import STATE_WORDS, State
from waypost.adr.recognise import Record
from waypost.adr.status import parse_status
from waypost.core.errors import InputError
from waypost.core.frontmatter import (
    Entry,
    front_matter_end,
    read_entries,
    split_lines,
    with_keys,
    without_keys,
    yaml_list,
    yaml_text,
)

_FIELDS: Final = ("status", "date", "decided", "proposed", "deciders", "tags")
"""What a line may say, and front matter then says instead of it."""
_KEPT: Final = frozenset({"consulted", "informed"})
_LIST: Final = re.compile(r"\s*[,;]\s*")
_NEW_LINE: Final = re.compile(r"\s*(?:$|[-*+#|>]|\*\*|__|\d+\.\s|[^\W\d_][\w .-]{2,30}:|<!--|```|~~~)")
_UNDERLINE: Final = re.compile(r"\s{0,3}(?:=+|-+)\s*")
_RULE_OF_TABLE: Final = re.compile(r"\s*\|?[\s:|-]*-[\s:|-]*")
_COMMENT: Final = "<!-- The front matter of this record had also:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What the front matter of the converted record says. Decisions are named as a list of ours names them."""

    uid: str
    title: str
    status: State
    scope: str
    summary: str = ""
    proposed: date | None = None
    decided: date | None = None
    deciders: tuple[str, ...] = ()
    supersedes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    unread: frozenset[str] = frozenset()
    """Dates of the record that could not be read for certain, and so stay where they are."""

    def written(self) -> dict[str, str]:
        """Return the keys with their values as YAML, those that hold nothing left out."""
        found = {
            "uid": self.uid,
            "title": yaml_text(self.title),
            "status": self.status.value,
            "summary": yaml_text(self.summary) if self.summary else "",
            "scope": yaml_text(self.scope) if self.scope else "",
            "proposed": self.proposed.isoformat() if self.proposed else "",
            "decided": self.decided.isoformat() if self.decided else "",
            "decision-makers": yaml_list(self.deciders) if self.deciders else "",
            "supersedes": f"[{', '.join(self.supersedes)}]" if self.supersedes else "",
            "tags": yaml_list(self.tags) if self.tags else "",
            "aliases": yaml_list(self.aliases) if self.aliases else "",
        }
        return {key: value for key, value in found.items() if value}


def convert(record: Record, text: str, values: Values) -> str:
    """Return *text*, which *record* was read from, with *values* as its front matter.

    A line of the text is taken out only where it says nothing that the front matter does not say now. Keys
    that nobody reads become a comment on top of the text.

    Raises:
        InputError: The front matter holds something that cannot be kept so.
    """
    lines = split_lines(text)
    gone = carried_lines(record, values)
    kept = _without(lines, gone)
    head = "".join(kept)
    entries = read_entries(split_lines(head))
    dropped, left = _sorted_entries(record, lines, values)
    if any("-->" in line for line in left):
        raise InputError(record.path, ["its front matter holds '-->', which cannot be kept in a comment"])
    head = without_keys(head, (entry.key for entry in entries if entry.key in dropped))
    return _with_comment(with_keys(head, values.written()), left)


def with_number(text: str, line: int, was: int, number: int) -> str:
    """Return *text* with *number* for *was* in that *line*, with as many digits; as it is where it is not there once."""
    lines = split_lines(text)
    found = [match for match in re.finditer(r"\d+", lines[line - 1]) if int(match[0]) == was]
    if len(found) == 1:
        first, last = found[0].span()
        digits = f"{number:0{last - first}}"
        lines[line - 1] = lines[line - 1][:first] + digits + lines[line - 1][last:]
    return "".join(lines)


def _without(lines: Sequence[str], gone: frozenset[int]) -> list[str]:
    """Return *lines* without those whose numbers, from 1, are *gone*, and without a second blank line in their place."""
    kept: list[str] = []
    after_gap = False
    for number, line in enumerate(lines, start=1):
        if number in gone:
            after_gap = True
            continue
        if after_gap and not line.strip() and (not kept or not kept[-1].strip()):
            continue
        after_gap = False
        kept.append(line)
    return kept


def _with_comment(text: str, left: Sequence[str]) -> str:
    if not left:
        return text
    lines = split_lines(text)
    end = front_matter_end(lines) + 1
    ending = lines[0][len(lines[0].rstrip("\r\n")) :]
    written = [
        ending,
        f"{_COMMENT}{ending}",
        *(line.rstrip("\r\n") + ending for line in left),
        f"-->{ending}",
    ]
    if end < len(lines) and lines[end].strip():
        written.append(ending)
    return "".join([*lines[:end], *written, *lines[end:]])


def _sorted_entries(record: Record, lines: Sequence[str], values: Values) -> tuple[set[str], list[str]]:
    """Return the keys that leave the front matter of *record*, and the lines of those that are kept as a comment."""
    gone: set[str] = set()
    left: list[str] = []
    for entry in read_entries(list(lines)):
        own = list(lines[entry.first : entry.last])
        is_carried_over = _is_front_carried(record, entry, own, values)
        if entry.key in _KEPT or (entry.key == "date" and not is_carried_over and _is_day(record, entry)):
            continue
        gone.add(entry.key)
        left += [line for line in own if line.strip() and not is_carried_over]
    return gone, left


def _is_day(record: Record, entry: Entry) -> bool:
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", plain_value(record.file.front_matter.get(entry.key))))


def _is_front_carried(record: Record, entry: Entry, own: Sequence[str], values: Values) -> bool:
    """Tell whether the new front matter says all that *entry* says."""
    value = record.file.front_matter.get(entry.key)
    text = plain_value(value)
    if any(re.search(r"\s#", line) for line in own):
        return False
    if not text and not isinstance(value, Mapping):
        return True
    name = field_of(entry.key)
    if name == "title":
        return text.strip() == values.title or text.rstrip().endswith(f" {values.title}")
    if entry.key == "summary":
        return text == values.summary
    if entry.key == "aliases":
        return set(value if isinstance(value, list) else []) <= set(values.aliases)
    return name in _FIELDS and is_carried(name, text, values)


def is_carried(name: str, text: str, values: Values) -> bool:
    """Tell whether *text*, found as field *name*, says nothing that *values* do not say."""
    if name == "status":
        word = re.sub(r"[*_`.\s]", "", text).lower()
        return word == parse_status(text) and STATE_WORDS.get(word) is values.status
    if name in ("date", "decided", "proposed"):
        if name in values.unread or not is_only_date(text):
            return False
        read = {parse_date(text, order) for order in (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST)} - {None}
        return bool(read & {values.decided, values.proposed})
    parts = tuple(part for part in _LIST.split(text) if part)
    written = values.deciders if name == "deciders" else values.tags
    return bool(parts) and parts == written


def carried_lines(record: Record, values: Values) -> frozenset[int]:
    """Return the numbers of the lines below the front matter that say nothing that *values* do not say."""
    lines = record.file.text.split("\n")
    gone: set[int] = set()
    for name in _FIELDS:
        for found in record.fields.by_name.get(name, ()):
            # A comment is not seen by who reads the fields, and a day of a change is not all that it says.
            says_more = re.search(r"<!--|updated", lines[found.line - 1], re.IGNORECASE)
            if found.line >= record.file.body_line and not says_more and is_carried(name, found.text, values):
                gone.update(_taken(found, record, lines))
    return frozenset(gone)


def _taken(found: Found, record: Record, lines: Sequence[str]) -> Iterator[int]:
    """Give the lines that go with *found*, none where something else stands in them."""
    following = lines[found.line] if found.line < len(lines) else ""
    if found.where == "table":
        cells = [cell.strip() for cell in lines[found.line - 1].strip().strip("|").split("|")]
        if not any(cells[2:]) and not _RULE_OF_TABLE.fullmatch(following):
            yield found.line
    elif found.where in ("bullet", "line", "bold"):
        if _NEW_LINE.match(following):
            yield found.line
    elif found.where in ("section", "heading"):
        yield from _section(found, record, lines)


def _section(found: Found, record: Record, lines: Sequence[str]) -> Iterator[int]:
    """Give the line of *found*, and its heading where nothing else stands below that."""
    above = [heading for heading in record.file.headings if heading.line <= found.line]
    if not above:
        return
    heading = above[-1]
    if any(link.target == f"#{heading.anchor}" for link in record.file.links):
        # A table of contents leads here: the section stays, whole.
        return
    later = [other for other in record.file.headings if other.line > heading.line]
    end = later[0].line if later else len(lines) + 1
    below = [number for number in range(heading.line + 1, end) if lines[number - 1].strip()]
    underline = [n for n in below[:1] if n == heading.line + 1 and _UNDERLINE.fullmatch(lines[n - 1])]
    own = [number for number in below if number not in underline]
    # A heading with others below it holds more than these lines.
    is_leaf = not later or later[0].level <= heading.level
    if found.where == "section" and own == [found.line]:
        yield found.line
        if is_leaf:
            yield from (heading.line, *underline)
    elif found.where == "section" and _stands_alone(found.line, lines):
        yield found.line
    elif found.where == "heading" and not own and is_leaf:
        yield from (heading.line, *underline)


def _stands_alone(line: int, lines: Sequence[str]) -> bool:
    before, after = lines[line - 2], lines[line] if line < len(lines) else ""
    return not before.strip() and not after.strip()
