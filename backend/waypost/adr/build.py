"""From records of one folder to decisions: dates in the folder's order, ids, and our own keys."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from waypost.adr import names
from waypost.adr.dates import DateOrder, learn_order, parse_date
from waypost.adr.fields import Found, visible_lines
from waypost.adr.formats import find_format
from waypost.adr.model import Decision, Mention, Place
from waypost.adr.recognise import Record, find_status, find_summary, find_title, heading_of
from waypost.adr.relations import AMENDED_BY, AMENDS, SUPERSEDES, read_mentions

_DATES = ("date", "decided", "proposed")
_PLACED = (*_DATES, "deciders", "tags")
_A_HABIT = 2
_LIST = re.compile(r"\s*(?:,|;|<br ?/?>)\s*")
_LINK = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")


class Folder(NamedTuple):
    """What the records of a folder have in common, and each is read by."""

    order: DateOrder
    template_titles: frozenset[str]
    bare_numbers: bool


def build_folder(records: Sequence[Record], others: Iterable[Record]) -> list[Decision]:
    """Return the decisions of one folder, each by itself: ids are not yet unique.

    Args:
        records: The decisions of the folder.
        others: Its templates and indexes: their titles are nobody's.
    """
    order = learn_order(text for record in records for text in _date_texts(record))
    headings = (heading_of(other) for other in others)
    template_titles = frozenset(heading.text for heading in headings if heading is not None)
    bare = sum(_has_bare_number(record) for record in records) >= _A_HABIT
    folder = Folder(order, template_titles, bare)
    return [build_decision(record, folder) for record in records]


def _has_bare_number(record: Record) -> bool:
    heading, number = heading_of(record), names.number_of(record.name)
    return heading is not None and number is not None and bool(re.match(rf"0*{number}\s+\D", heading.text))


def build_decision(record: Record, folder: Folder) -> Decision:
    """Return what *record* says, as one decision."""
    title_number, title, title_at = find_title(
        record, folder.template_titles, bare_numbers=folder.bare_numbers
    )
    status, status_at = find_status(record)
    dates, unread = _dates(record, folder.order)
    number = names.number_of(record.name)
    places = {"title": _place(title_at)}
    if status_at is not None:
        places["status"] = _place(status_at)
    found = {name: record.fields.first(name) for name in _PLACED}
    places |= {name: _place(entry) for name, entry in found.items() if entry is not None}
    inferred = Place(where="change log" if record.fields.changes else "name")
    places |= {name: inferred for name in dates if name not in places}
    return Decision(
        id=f"{number:04d}" if number is not None else names.slug_of(record.name) or record.name.lower(),
        title=title,
        path=record.path,
        format=find_format(record.file, record.fields),
        slug=names.slug_of(record.name),
        number=number,
        title_number=title_number,
        status=status,
        summary=find_summary(record),
        dated=dates.get("date"),
        proposed=dates.get("proposed"),
        decided=dates.get("decided"),
        deciders=_listed(record, "deciders"),
        tags=_listed(record, "tags"),
        aliases=_aliases(record),
        mentions=read_mentions(record.fields, _prose(record)),
        file=record.file,
        unread=unread,
        places=places,
    )


def apply_front_matter(decision: Decision, record: Record, data: Mapping[str, Any]) -> Decision:
    """Return *decision* with what its checked front matter says, which goes before anything in the text."""
    front = record.file.front_matter
    places = {key: Place(record.file.line_of(key), "front matter") for key in front}
    mentions = [
        Mention(SUPERSEDES, target, target, record.file.line_of("supersedes", place))
        for place, target in enumerate(data["supersedes"])
    ]
    # Our front matter has no key for amendment: the text tells of it in every format.
    mentions += [mention for mention in decision.mentions if mention.kind in (AMENDS, AMENDED_BY)]
    return replace(
        decision,
        uid=data.get("uid", ""),
        title=names.split_title(data.get("title", ""), decision.number)[1],
        status=data.get("status", ""),
        implementation=data["implementation"],
        summary=data["summary"] or decision.summary,
        scope=data["scope"],
        triggers=tuple(data["triggers"]),
        dated=data["date"],
        proposed=data["proposed"],
        decided=data["decided"],
        review_by=data["review_by"],
        deciders=tuple(data["decision_makers"]),
        approvals=tuple(data["approvals"]),
        affects=tuple(data["affects"]),
        checks=tuple(data["checks"]),
        tags=tuple(data["tags"]),
        mentions=tuple(mentions),
        unread={},
        places={**decision.places, **places},
    )


def with_unique_ids(decisions: Sequence[Decision]) -> list[Decision]:
    """Return *decisions* with ids that differ.

    A number that several have names none of them: each is then known by number and slug, and where that
    is not enough by its folder as well.
    """
    for widen in (_number_and_slug, _folder_and_id):
        counts = Counter(decision.id for decision in decisions)
        decisions = [widen(decision) if counts[decision.id] > 1 else decision for decision in decisions]
    return list(decisions)


def _number_and_slug(decision: Decision) -> Decision:
    if decision.number is None or not decision.slug:
        return decision
    return replace(decision, id=f"{decision.number:04d}-{decision.slug}")


def _folder_and_id(decision: Decision) -> Decision:
    parts = decision.path.split("/")[:-1]
    return replace(decision, id="-".join([*parts, decision.id]).lower())


def _place(found: Found) -> Place:
    return Place(found.line, found.where)


def _listed(record: Record, name: str) -> tuple[str, ...]:
    found = record.fields.first(name)
    if found is None or found.text.startswith(("{", "[list")):
        return ()
    parts = _LIST.split(_LINK.sub(r"\1", found.text))
    return tuple(part.strip() for part in parts if part.strip())


def _aliases(record: Record) -> tuple[str, ...]:
    """Return the names that the record had before, which `waypost adr number` writes in every format."""
    found = record.file.front_matter.get("aliases")
    return tuple(name for name in found if isinstance(name, str)) if isinstance(found, list) else ()


def _date_texts(record: Record) -> Iterable[str]:
    for name in _DATES:
        yield from (found.text for found in record.fields.by_name.get(name, ()))
    yield from (change.text for change in record.fields.changes)


def _dates(record: Record, order: DateOrder) -> tuple[dict[str, date], dict[str, str]]:
    """Return the dates that can be read for certain, and the texts of those that cannot, by field."""
    dates: dict[str, date] = {}
    unread: dict[str, str] = {}
    for name in _DATES:
        found = record.fields.first(name)
        if found is None:
            continue
        if read := parse_date(found.text, order):
            dates[name] = read
        else:
            unread[name] = found.text
    changes = [read for change in record.fields.changes if (read := parse_date(change.text[:40], order))]
    if changes:
        dates.setdefault("proposed", min(changes))
        if "date" not in unread:
            dates.setdefault("date", max(changes))
    named = names.date_of(record.name)
    if named and not dates and not unread:
        dates["date"] = named
    return dates, unread


def _prose(record: Record) -> Iterable[Found]:
    """Give the lines of the text whose sentences may tell a relation: each with the line that follows it.

    A heading, a list of options and a quotation tell what others do.
    """
    lines = visible_lines(record.file)
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.lstrip().startswith(("#", ">", "|")):
            following = lines[number] if number < len(lines) else ""
            yield Found(f"{line.strip()} {following.strip()}", number, "text")
