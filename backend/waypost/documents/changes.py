"""Changes of files that pages watch: the last of each, from git's history and from the working tree."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property

from waypost.core.baseline import changed_files
from waypost.core.errors import InputError
from waypost.core.workspace import Workspace
from waypost.documents.globs import MAGIC, compile_glob


@dataclass(frozen=True, slots=True)
class LastChange:
    """The last change of a file: its day, and whether it is committed."""

    path: str
    on: date
    is_committed: bool = True


class Changes:
    """The last changes of a workspace's files. Git is asked when somebody first asks for one, and once.

    Outside a repository nothing is known to have changed.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._matching: dict[str, tuple[LastChange, ...]] = {}

    def after(self, day: date, pattern: str, beside: str) -> list[LastChange]:
        """Return the files that *pattern* stands for and that last changed after *day*, the newest first.

        What was committed together with the file *beside* is left out: whoever wrote the page had it before them.
        So is a change on *day* itself, which may have come before.
        """
        newer = itertools.takewhile(lambda change: change.on > day, self._of(pattern))
        return [change for change in newer if change.path != beside and not self._is_together(change, beside)]

    def _is_together(self, change: LastChange, beside: str) -> bool:
        one, other = self._workspace.history.of(change.path), self._workspace.history.of(beside)
        return (
            change.is_committed
            and one is not None
            and other is not None
            and one.last_commit == other.last_commit
        )

    def _of(self, pattern: str) -> tuple[LastChange, ...]:
        """Return what *pattern* stands for, a folder for all below it; the newest first."""
        if pattern not in self._matching:
            magic = MAGIC.search(pattern)
            matches = compile_glob(pattern).fullmatch
            inside = f"{pattern.rstrip('/')}/"
            near = self._below(pattern[: magic.start()] if magic else pattern)
            found = [each for each in near if matches(each.path) or each.path.startswith(inside)]
            found.sort(key=lambda each: (each.on, each.path), reverse=True)
            self._matching[pattern] = tuple(found)
        return self._matching[pattern]

    def _below(self, prefix: str) -> Iterator[LastChange]:
        """Give the files whose paths start with *prefix*, without looking at the others."""
        for path in itertools.islice(self._paths, bisect_left(self._paths, prefix), None):
            if not path.startswith(prefix):
                return
            yield self._last[path]

    @cached_property
    def _paths(self) -> list[str]:
        return sorted(self._last)

    @cached_property
    def _last(self) -> dict[str, LastChange]:
        history = self._workspace.history
        # Where old commits were not fetched, the oldest that is there seems to have added every file.
        least = 2 if history.is_shallow else 1
        found = {
            path: LastChange(path, file.last.date())
            for path, file in history.files.items()
            if file.commits >= least
        }
        return found | {change.path: change for change in self._uncommitted()}

    def _uncommitted(self) -> Iterator[LastChange]:
        root = self._workspace.root
        if not self._workspace.history.files:
            return
        try:
            changed = changed_files(root, "HEAD")
        except InputError:
            return
        for change in changed:
            file = root / change.path
            if file.is_file():
                on = datetime.fromtimestamp(file.stat().st_mtime, UTC).date()
                yield LastChange(change.path, on, is_committed=False)
