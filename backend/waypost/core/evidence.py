"""Evidence: what speaks for or against a page still being true, and where that can be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
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
        lasts: It holds until the page or its cause is mended; otherwise a later review or exercise settles it.
    """

    path: str
    kind: str
    sentence: str
    bearing: Bearing
    on: date | None = None
    line: int = 0
    source: str = ""
    remedy: str = ""
    lasts: bool = False

    @property
    def is_against(self) -> bool:
        """Whether it speaks against the page."""
        return self.bearing is not Bearing.CONFIRMS


class Evidences:
    """All evidence about a workspace, by page: gathered when somebody first asks, then kept.

    Args:
        gather: Gives every piece, in any order.
    """

    def __init__(self, gather: Callable[[], Iterable[Evidence]]) -> None:
        self._gather = gather

    def of(self, path: str) -> tuple[Evidence, ...]:
        """Return the evidence about the page or decision at *path*, in the order of the plugins."""
        return self._by_path.get(path, ())

    def __iter__(self) -> Iterator[Evidence]:
        """Give every piece, by path."""
        return (piece for _, pieces in sorted(self._by_path.items()) for piece in pieces)

    @cached_property
    def _by_path(self) -> Mapping[str, tuple[Evidence, ...]]:
        found: dict[str, list[Evidence]] = {}
        for piece in self._gather():
            found.setdefault(piece.path, []).append(piece)
        return {path: tuple(pieces) for path, pieces in found.items()}


EvidenceSource = Callable[["Workspace", "Knowledge"], Iterator[Evidence]]
"""What a plugin gives: it is called once for a loaded workspace, and not before somebody asks."""
