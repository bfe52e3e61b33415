"""Paths with wildcards, matched part by part: ``*`` stands for any part of a name, ``**`` for any folders."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import translate
from functools import cached_property

_SIGNS = re.compile(r"[*?]")


def has_wildcards(path: str) -> bool:
    """Tell whether *path* stands for several."""
    return _SIGNS.search(path) is not None


@dataclass(frozen=True)
class Wildcards:
    """A path with wildcards. Names that begin with a dot are matched only where the pattern writes the dot."""

    path: str

    def matches(self, path: str) -> bool:
        """Tell whether *path*, relative to the same folder, is one of those it stands for."""
        return len(self._parts) in self._reached(path.split("/"))

    def may_be_below(self, folder: str) -> bool:
        """Tell whether a path below *folder* can match; "" is the folder that all are relative to."""
        reached = self._reached(folder.split("/") if folder else ())
        return any(at < len(self._parts) for at in reached)

    @property
    def fixed_folder(self) -> str:
        """The folder that all of them lie in, "" for the uppermost."""
        before = _SIGNS.split(self.path, maxsplit=1)[0]
        return before.rpartition("/")[0]

    @cached_property
    def _parts(self) -> tuple[re.Pattern[str] | None, ...]:
        """The parts of the pattern, None for any folders."""
        return tuple(None if part == "**" else _compile(part) for part in self.path.split("/"))

    def _reached(self, names: Iterable[str]) -> set[int]:
        """Return how many parts of the pattern can be used up when *names* are: all ways at once, so that none is slow."""
        reached = self._beyond({0})
        for name in names:
            reached = self._beyond(set(self._after(name, reached)))
        return reached

    def _after(self, name: str, reached: Iterable[int]) -> Iterable[int]:
        for at in reached:
            if at == len(self._parts):
                continue
            part = self._parts[at]
            if part is None and not name.startswith("."):
                yield at
            elif part is not None and part.match(name):
                yield at + 1

    def _beyond(self, reached: set[int]) -> set[int]:
        """Add what is reached when any folders are none."""
        found = set(reached)
        for at, part in enumerate(self._parts):
            if at in found and part is None:
                found.add(at + 1)
        return found


def _compile(part: str) -> re.Pattern[str]:
    hidden = "" if part.startswith(".") else r"(?!\.)"
    # Only the two signs count: a bracket is an ordinary letter.
    return re.compile(hidden + translate(part.replace("[", "[[]")))
