"""Decisions as values: what a record says of itself, and how records stand to each other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from waypost.adr.rights import Rights
from waypost.catalog.refs import EntityRef
from waypost.core.errors import NotFoundError

if TYPE_CHECKING:
    from waypost.core.markdownfile import MarkdownFile


class State(StrEnum):
    """The states of a decision's life."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DEPRECATED = "deprecated"
    SUPERSEDED = "superseded"


# Words that other formats and languages use for the same states. Any other word is shown as it is written.
STATE_WORDS: Mapping[str, State] = {
    **{state.value: state for state in State},
    "approved": State.ACCEPTED,
    "agreed": State.ACCEPTED,
    "decided": State.ACCEPTED,
    "declined": State.REJECTED,
    "superceded": State.SUPERSEDED,
    "replaced": State.SUPERSEDED,
    "proposé": State.PROPOSED,
    "accepté": State.ACCEPTED,
    "rejeté": State.REJECTED,
    "obsolète": State.DEPRECATED,
    "remplacé": State.SUPERSEDED,
    "vorgeschlagen": State.PROPOSED,
    "angenommen": State.ACCEPTED,
    "abgelehnt": State.REJECTED,
    "veraltet": State.DEPRECATED,
    "ersetzt": State.SUPERSEDED,
}


_PAGES_OF_ALL = frozenset({"index", "timeline", "graph"})
"""Names that pages about all decisions have on the site."""


class Place(NamedTuple):
    """Where a field was found: its line, and in what (``front matter``, ``section``, ``table`` …)."""

    line: int = 0
    where: str = ""


class Mention(NamedTuple):
    """One relation as a record tells it: its kind, what it names, and where.

    ``kind`` is ``supersedes``, ``superseded by``, ``amends`` or ``amended by``; a partial supersession
    is an amendment. ``target`` is the path or the number that is named, ``decision`` the id that it leads
    to, "" for none.
    """

    kind: str
    target: str
    text: str
    line: int
    decision: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """That *by* approved the text whose hash is *text*, *on* a day."""

    by: str
    on: date | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One record. ``id`` is its number in four digits, or its slug where it has no number of its own.

    ``status`` is the word as written, in lower case, "" for none; ``dates`` holds what was written of each
    date, read or not. ``format`` is ``waypost``, ``madr4``, ``madr3``, ``madr2``, ``madr``, ``nygard``,
    ``log4brains``, ``y-statement``, ``table`` or ``other``. ``aliases`` are names that it had before.
    """

    id: str
    title: str
    path: str
    format: str
    slug: str = ""
    uid: str = ""
    number: int | None = None
    title_number: int | None = None
    status: str = ""
    implementation: str = ""
    summary: str = ""
    scope: str = ""
    triggers: tuple[str, ...] = ()
    dated: date | None = None
    proposed: date | None = None
    decided: date | None = None
    review_by: date | None = None
    deciders: tuple[str, ...] = ()
    approvals: tuple[Approval, ...] = ()
    affects: tuple[EntityRef, ...] = ()
    checks: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()
    supersedes: tuple[str, ...] = ()
    superseded_by: tuple[str, ...] = ()
    pending_successors: tuple[str, ...] = ()
    """Drafts and proposals that would supersede it, and have not yet."""
    amends: tuple[str, ...] = ()
    amended_by: tuple[str, ...] = ()
    file: MarkdownFile
    unread: Mapping[str, str] = field(default_factory=dict)
    """Dates that are there but cannot be read for certain, by field, as written."""
    places: Mapping[str, Place] = field(default_factory=dict)

    @property
    def state(self) -> State | None:
        """Where it stands: superseded where another record says so; None where its status is not known."""
        if self.superseded_by:
            return State.SUPERSEDED
        return STATE_WORDS.get(self.status)

    @property
    def in_force(self) -> bool:
        """Whether it is to be followed: accepted, and not superseded."""
        return self.state is State.ACCEPTED

    @property
    def date(self) -> date | None:
        """The day that tells its age: decided, else the record's own date, else proposed."""
        return self.decided or self.dated or self.proposed

    @property
    def body(self) -> str:
        """The text, as Markdown, without front matter."""
        return self.file.body

    @property
    def is_own_format(self) -> bool:
        """Whether it is written in Waypost's format, and so checked strictly."""
        return self.format == "waypost"

    @property
    def page_uri(self) -> str:
        """Where its page lies below the site's root."""
        name = (
            self.id if self.slug in ("", self.id) or self.id.endswith(self.slug) else f"{self.id}-{self.slug}"
        )
        return f"decisions/{name}{'-decision' if name in _PAGES_OF_ALL else ''}.md"

    def line_of(self, name: str) -> int:
        """Return the line where field *name* was found; where it was not, that of the title, or the first."""
        place = self.places.get(name) or self.places.get("title")
        return max(place.line, 1) if place else 1


@dataclass(frozen=True)
class Decisions:
    """Every decision of the workspace, in the order of their ids. ``others`` are files that are no decisions."""

    ordered: tuple[Decision, ...] = ()
    others: tuple[str, ...] = ()
    rights: Rights = field(default_factory=Rights)
    folder: str = "adr"

    @cached_property
    def by_id(self) -> Mapping[str, Decision]:
        """Decisions by id."""
        return {decision.id: decision for decision in self.ordered}

    @cached_property
    def by_path(self) -> Mapping[str, Decision]:
        """Decisions by the path of their file."""
        return {decision.path: decision for decision in self.ordered}

    def find(self, name: str | int) -> Decision | None:
        """Return what *name* names: an id, a uid, a file's path, its name now or before, or a number that only one has."""
        text = str(name).strip()
        if text in self.by_path:
            return self.by_path[text]
        number = re.fullmatch(r"(?:adr[-_ ]?)?0*(\d{1,5})", text, re.IGNORECASE)
        if number:
            found = [d for d in self.ordered if d.number == int(number[1])]
            return found[0] if len(found) == 1 else None
        return self._by_name.get(text.lower()) if text else None

    @cached_property
    def _by_name(self) -> Mapping[str, Decision]:
        """Decisions by everything that names them; what names two leads to the first."""
        names: dict[str, Decision] = {}
        for decision in self.ordered:
            for name in (decision.id, decision.uid, decision.slug, PurePosixPath(decision.path).stem):
                names.setdefault(name.lower(), decision)
        # What one is called now goes before what another was called.
        for decision in self.ordered:
            for name in decision.aliases:
                names.setdefault(name.lower(), decision)
        return names

    def get(self, name: str | int) -> Decision:
        """Return what *name* names.

        Raises:
            NotFoundError: Nothing, or more than one.
        """
        found = self.find(name)
        if found is None:
            raise NotFoundError("decision", name)
        return found

    def affecting(self, ref: EntityRef) -> tuple[Decision, ...]:
        """Return the decisions that say they affect *ref*."""
        return tuple(decision for decision in self.ordered if ref in decision.affects)


def in_order(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Return *decisions* by number, those without a number last, then by id."""
    return tuple(sorted(decisions, key=lambda d: (d.number is None, d.number or 0, d.id)))
