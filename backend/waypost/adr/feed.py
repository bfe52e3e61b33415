"""The feed of decisions: an Atom entry for each change of a state, as RFC 4287 has it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape, quoteattr

from waypost import __version__
from waypost.adr.model import State

LIMIT: Final = 200
"""Entries of the feed, the newest: readers ask for it every hour."""

_NO_XML: Final = re.compile(r"[\x00-\x1f\ud800-\udfff\ufffe\uffff]")

MEDIA_TYPE: Final = "application/atom+xml"

_TOLD: Final = {
    State.DRAFT: "Drafted",
    State.PROPOSED: "Proposed",
    State.ACCEPTED: "Accepted",
    State.REJECTED: "Rejected",
    State.DEPRECATED: "Deprecated",
    State.SUPERSEDED: "Superseded",
}


_LIFE: Final = tuple(State)


@dataclass(frozen=True, slots=True)
class Change:
    """That a decision came to *state* on *day*. ``document`` is the decision as it is served."""

    document: Mapping[str, Any]
    state: State
    day: date
    by: str = ""
    """The title of the decision that superseded it, "" for other states."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a feed says of itself.

    ``site`` is the address of the site, with a slash at its end, "" where nobody knows: links then start at the feed's own.
    ``address`` is that of the feed. ``title_of`` gives what somebody who decided is called.
    """

    name: str
    site: str
    address: str
    title_of: Callable[[str], str] = str


def changes_of(documents: Sequence[Mapping[str, Any]]) -> list[Change]:
    """Return every change of a state that the days of *documents* tell, the newest first.

    A decision without a date is left out: nobody knows when it changed. One that was superseded changed on the
    day of the decision that took its place.
    """
    by_id = {document["id"]: document for document in documents}
    found = [change for document in documents for change in _changes(document, by_id)]
    # What was proposed and decided on one day was decided last.
    return sorted(
        found, key=lambda change: (change.day, _LIFE.index(change.state), change.document["id"]), reverse=True
    )


def _changes(document: Mapping[str, Any], by_id: Mapping[str, Mapping[str, Any]]) -> Iterator[Change]:
    state, proposed = document["state"], _day(document["proposed"])
    decided = _day(document["decided"]) or _day(document["date"])
    if proposed:
        yield Change(document, State.PROPOSED, proposed)
    if state in (None, State.DRAFT) or not decided or (state == State.PROPOSED and proposed):
        return
    if state != State.SUPERSEDED:
        yield Change(document, State(state), decided)
        return
    yield Change(document, State.ACCEPTED, decided)
    newer = [by_id[id_] for id_ in document["supersededBy"] if id_ in by_id]
    for other in newer:
        day = _day(other["decided"]) or _day(other["date"])
        if day:
            yield Change(document, State.SUPERSEDED, day, other["title"])
            return


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def atom(documents: Sequence[Mapping[str, Any]], feed: Feed) -> str:
    """Return the feed of *documents*, which are decisions as they are served."""
    changes = changes_of(documents)[:LIMIT]
    updated = changes[0].day if changes else date(1970, 1, 1)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">',
        f"  <id>{_urn('feed', feed.name)}</id>",
        f"  <title>{escape(_clean(feed.name))}: decisions</title>",
        f"  <updated>{_time(updated)}</updated>",
        f'  <generator version="{__version__}">Waypost</generator>',
        f"  <author><name>{escape(_clean(feed.name))}</name></author>",
        f'  <link rel="self" type="{MEDIA_TYPE}" href={quoteattr(feed.address)}/>',
        f'  <link rel="alternate" type="text/html" href={quoteattr(f"{feed.site}decisions/" if feed.site else "./")}/>',
    ]
    for change in changes:
        lines += _entry(change, feed)
    return "\n".join([*lines, "</feed>", ""])


def _entry(change: Change, feed: Feed) -> Iterator[str]:
    document = change.document
    number = f"{document['number']:04d} " if document["number"] is not None else ""
    address = f"{document['page'].removesuffix('.md')}/"
    link = f"{feed.site}{address}" if feed.site else address.removeprefix("decisions/")
    # A file's name holds its id only where nothing else does: a uid outlives every name.
    identity = document["uid"] or f"{feed.name}/{document['id']}"
    yield "  <entry>"
    yield f"    <id>{_urn(identity, change.state)}</id>"
    yield f"    <title>{_TOLD[change.state]}: {escape(_clean(number + document['title']))}</title>"
    yield f"    <updated>{_time(change.day)}</updated>"
    yield f'    <link rel="alternate" type="text/html" href={quoteattr(link)}/>'
    yield from (
        f"    <author><name>{escape(_clean(name))}</name></author>"
        for name in map(feed.title_of, document["deciders"])
    )
    yield f'    <category term="{change.state}"/>'
    yield from (f"    <category term={quoteattr(_clean(tag))}/>" for tag in document["tags"])
    yield f"    <summary>{escape(_clean(_summary(change)))}</summary>"
    yield "  </entry>"


def _summary(change: Change) -> str:
    summary = str(change.document["summary"] or change.document["title"])
    return f"Superseded by “{change.by}”. {summary}" if change.by else summary


def _urn(*parts: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, '/'.join(['waypost:decisions', *parts]))}"


def _time(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _clean(text: str) -> str:
    """Return *text* on one line, without the characters that XML cannot hold."""
    return " ".join(_NO_XML.sub(" ", text).split())
