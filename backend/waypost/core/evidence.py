"""Evidence: what speaks for or against a page still being true, and where that can be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from waypost.core.plugin import Knowledge
    from waypost.core.workspace import Workspace


class Bearing(StrEnum):
    """What a piece of evidence says of its page."""

    CONFIRMS = "confirms"
    """Somebody or something found that the page holds."""
    DOUBTS = "doubts"
    """The page may no longer hold: somebody has to look."""
    REFUTES = "refutes"
    """Something on the page is known not to hold."""
    AGED = "aged"
    """Time has passed since somebody looked, and nothing more is known: a matter for its owner alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing that is known about a page or a decision, and what follows for its being true.

    Attributes:
        path: The page or decision that it speaks of, as a path of the workspace.
        kind: One word for what it is: ``exercise``, ``watched``, ``version``; the same for all of its sort.
        sentence: What is so, for a reader, with its day where that matters: ``infra/dns.tf changed on 2026-10-01``.
        bearing: Whether it speaks for the page or against it.
        on: The day since which it is so; None where no day is known. A day to come counts from that day on.
        line: Where on the page it is seen; 0 for the whole page.
        source: The file that shows it, where that is another than the page.
        remedy: What settles it, as a sentence to the owner; a command stands in backquotes.
        rule: The rule of a check that tells it already, "" for none.
        lasts: It holds until the page or its cause is mended. Otherwise something later settles it: any confirmation
            a doubt, one of the same kind a refutation.
    """

    path: str
    kind: str
    sentence: str
    bearing: Bearing
    on: date | None = None
    line: int = 0
    source: str = ""
    remedy: str = ""
    rule: str = ""
    lasts: bool = False

    @property
    def is_against(self) -> bool:
        """Whether it speaks against the page."""
        return self.bearing is not Bearing.CONFIRMS


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A page or decision that somebody answers for, and that is to be kept true.

    Attributes:
        path: Its file, as a path of the workspace.
        uri: Where it lies on the site, as a Markdown file.
        kind: What it is: the kind of a page, or ``decision``.
        owner: The reference of who answers for it, "" for nobody.
        every: How long a confirmation holds; None for ever.
        due_on: The day on which it is to be read again, where that day is written down itself.
        due_key: The key of its front matter that holds ``due_on``, "" where a review is written instead.
        line: Where its front matter says when it was read.
    """

    path: str
    title: str
    uri: str
    kind: str
    owner: str = ""
    tier: str = ""
    severity: str = ""
    every: timedelta | None = None
    due_on: date | None = None
    due_key: str = ""
    line: int = 1


class Evidences:
    """What is to be kept true, and all evidence about it: gathered when somebody first asks, then kept.

    Args:
        list_subjects: Gives every page and decision that is to be kept true, in any order.
        gather: Gives every piece of evidence, in any order.
    """

    def __init__(
        self, list_subjects: Callable[[], Iterable[Subject]], gather: Callable[[], Iterable[Evidence]]
    ) -> None:
        self._list_subjects = list_subjects
        self._gather = gather

    def of(self, path: str) -> tuple[Evidence, ...]:
        """Return the evidence about the page or decision at *path*, in the order of the plugins."""
        return self._by_path.get(path, ())

    @cached_property
    def subjects(self) -> Mapping[str, Subject]:
        """What is to be kept true, by path."""
        return {each.path: each for each in sorted(self._list_subjects(), key=lambda each: each.path)}

    @cached_property
    def _by_path(self) -> Mapping[str, tuple[Evidence, ...]]:
        found: dict[str, list[Evidence]] = {}
        for piece in self._gather():
            found.setdefault(piece.path, []).append(piece)
        return {path: tuple(pieces) for path, pieces in found.items()}


EvidenceSource = Callable[["Workspace", "Knowledge"], Iterator[Evidence]]
"""What a plugin gives: it is called once for a loaded workspace, and not before somebody asks."""
SubjectSource = Callable[["Workspace", "Knowledge"], Iterator[Subject]]
"""Gives what a plugin wants to be kept true."""
