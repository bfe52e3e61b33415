"""What the exemptions that are active for a check do to its result: none, the whole of it, or single findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from waypost.core.words import counted
from waypost.scorecards.exemptions.model import Exemption, Place, Terms, ends_at, is_active, is_approved

SHOWN: Final = 5
"""So many findings that remain are named; the evidence has them all."""


@dataclass(frozen=True, slots=True)
class Found:
    """The findings of a check's evidence, by whether exemptions cover them.

    ``exemptions`` are those that cover one at least. ``remaining`` are the findings that none covers.
    """

    exemptions: tuple[Exemption, ...] = ()
    covered: tuple[str, ...] = ()
    remaining: tuple[str, ...] = ()

    @property
    def names(self) -> str:
        """The names of the exemptions, as a result keeps them."""
        return ", ".join(exemption.name for exemption in self.exemptions)

    @property
    def is_whole(self) -> bool:
        """Whether there were findings, and each is covered."""
        return bool(self.covered) and not self.remaining

    @property
    def text(self) -> str:
        """How many findings are exempt and which remain, as an addition to a message; "" where none is exempt."""
        if not self.covered:
            return ""
        rest = len(self.remaining) - SHOWN
        named = ", ".join(self.remaining[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")
        whole = counted(len(self.covered) + len(self.remaining), "finding")
        return f"{len(self.covered)} of {whole} exempt; remaining: {named}"


@dataclass(frozen=True, slots=True)
class Cover:
    """The exemptions that are active for a place: from the whole check, and from single findings of it."""

    whole: Exemption | None = None
    partial: tuple[Exemption, ...] = ()

    def find(self, evidence: Any) -> Found:
        """Return what is covered of the findings in *evidence*; nothing where it lists none."""
        findings = findings_of(evidence)
        covered = [one for one in findings if any(one in exemption.findings for exemption in self.partial)]
        using = [exemption for exemption in self.partial if any(one in exemption.findings for one in covered)]
        remaining = [one for one in findings if one not in covered]
        return Found(tuple(using), tuple(covered), tuple(remaining))


NO_COVER: Final = Cover()


def find_cover(exemptions: Iterable[Exemption], place: Place, at: datetime) -> Cover:
    """Return which of *exemptions* are active for *place* *at* a time; of those from the whole check the longest."""
    active = [exemption for exemption in exemptions if is_active(exemption, place, at)]
    if not active:
        return NO_COVER
    active.sort(key=lambda found: (ends_at(found, place.terms), found.name))
    whole = [exemption for exemption in active if not exemption.findings]
    return Cover(whole[-1] if whole else None, tuple(found for found in active if found.findings))


def findings_of(evidence: Any) -> tuple[str, ...]:
    """Return the findings that *evidence* lists: texts, or objects with an ``id``; none where one has no name."""
    if not isinstance(evidence, list | tuple):
        return ()
    names = [one.get("id") if isinstance(one, Mapping) else one for one in evidence]
    texts = [name for name in names if isinstance(name, str) and name]
    return tuple(dict.fromkeys(texts)) if len(texts) == len(names) else ()


def next_edge(exemptions: Iterable[Exemption], terms: Terms, at: datetime) -> datetime | None:
    """Return the next time after *at* when one of *exemptions* begins or ends on *terms*; None for never."""
    edges = [
        edge
        for exemption in exemptions
        if is_approved(exemption, terms)
        for edge in (exemption.starts_at, ends_at(exemption, terms))
        if edge > at
    ]
    return min(edges, default=None)
