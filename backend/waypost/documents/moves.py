"""Review days that were only moved: many pages marked as read in one change that touches nothing else of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Final

from waypost.core.errors import InputError, NotFoundError
from waypost.core.evidence import Evidences, Subject
from waypost.core.patches import patches_of
from waypost.core.plugin import Before, Knowledge
from waypost.core.settings import Settings
from waypost.core.workspace import Workspace
from waypost.documents.globs import compile_glob
from waypost.documents.model import Documents
from waypost.documents.settings import REVIEW_MOVES

MOVED: Final = "documents/review-moved"

_REVIEW_LINE = re.compile(
    r"(?:review|review-by)[ \t]*:|[ \t]+(?:on|by|method|every)[ \t]*:|[ \t]*[{}][ \t]*$"
)
_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_EXERCISES: Final = "/exercises/"


@dataclass(frozen=True, slots=True)
class Move:
    """A page whose review day was moved, together with those of others, and nothing else of it.

    Attributes:
        path: The page.
        on: The day on which it was moved; None for the change that is being checked.
        before: The day that stood there; None where there was none.
        together: How many pages were moved so in the same change, this one among them.
        commit: The commit that did it, "" for the change that is being checked.
    """

    path: str
    on: date | None
    before: date | None
    together: int
    commit: str = ""


@dataclass(frozen=True, slots=True)
class _Edit:
    """What one change did to a file: the lines that went and came."""

    path: str
    removed: Sequence[str]
    added: Sequence[str]


@dataclass(frozen=True)
class Moves:
    """What was only moved, by path."""

    by_path: Mapping[str, Move]


def find_moves(workspace: Workspace, knowledge: Knowledge) -> Mapping[str, Move]:
    """Return, by path, what had its review day only moved, in the change that is checked or by a commit.

    Of commits only the last of each page counts: what somebody has touched since has been looked at since. A
    page is left out where what it watches changed with it, or an exercise of it was recorded. So is every page
    where fewer moved together than the setting allows. Worked out once for loaded knowledge.
    """
    if Moves not in knowledge:
        knowledge.put(Moves({move.path: move for move in _find(workspace, knowledge)}))
    return knowledge[Moves].by_path


def _find(workspace: Workspace, knowledge: Knowledge) -> Iterator[Move]:
    if Evidences not in knowledge or not knowledge[Settings][REVIEW_MOVES]:
        return
    subjects = knowledge[Evidences].subjects
    yield from _moves_of_commits(knowledge, workspace, subjects)
    # Of two the change that is checked tells the day that stood there first.
    yield from _moves_of_change(knowledge, workspace, subjects)


def _moves_of_change(
    knowledge: Knowledge, workspace: Workspace, subjects: Mapping[str, Subject]
) -> Iterator[Move]:
    if Before not in knowledge:
        return
    before = knowledge[Before]
    changed = {change.path for change in before.changes}
    edits = [
        edit
        for path in sorted(changed & subjects.keys())
        if (edit := _edit(path, workspace, before)) is not None
    ]
    yield from _moves(edits, changed, knowledge)


def _edit(path: str, workspace: Workspace, before: Before) -> _Edit | None:
    """Return how the text of *path* differs from what it was, or None where it is new or cannot be read."""
    old_path = before.old_path(path)
    try:
        old = before.workspace.read_text(old_path) if old_path else None
        new = workspace.read_text(path)
    except (NotFoundError, InputError):
        return None
    if old is None:
        return None
    old_lines, new_lines = old.splitlines(), new.splitlines()
    start = _same(old_lines, new_lines)
    end = _same(old_lines[start:][::-1], new_lines[start:][::-1])
    return _Edit(path, old_lines[start : len(old_lines) - end], new_lines[start : len(new_lines) - end])


def _same(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many lines *one* and *other* start with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _moves_of_commits(
    knowledge: Knowledge, workspace: Workspace, subjects: Mapping[str, Subject]
) -> Iterator[Move]:
    last: dict[str, list[str]] = {}
    for path in subjects:
        history = workspace.history.of(path)
        # A commit that adds a page moves nothing.
        if history is not None and history.commits > 1:
            last.setdefault(history.last_commit, []).append(path)
    commits = [commit for commit, paths in last.items() if len(paths) >= knowledge[Settings][REVIEW_MOVES]]
    edits: dict[str, list[_Edit]] = {commit: [] for commit in commits}
    changed: dict[str, set[str]] = {commit: set() for commit in commits}
    for patch in patches_of(workspace.root, commits):
        changed[patch.commit].add(patch.path)
        if not patch.is_new:
            edits[patch.commit].append(_Edit(patch.path, patch.removed, patch.added))
    for commit in commits:
        mine = [edit for edit in edits[commit] if edit.path in last[commit]]
        history = workspace.history.of(last[commit][0])
        on = history.last.date() if history else None
        yield from _moves(mine, changed[commit], knowledge, commit, on=on)


def _moves(
    edits: Iterable[_Edit],
    changed: Iterable[str],
    knowledge: Knowledge,
    commit: str = "",
    *,
    on: date | None = None,
) -> Iterator[Move]:
    """Give those of *edits*, all of one change, that only moved a review; none where they are few."""
    moved = [edit for edit in edits if _only_review(edit) and not _has_cause(edit.path, changed, knowledge)]
    if len(moved) < knowledge[Settings][REVIEW_MOVES]:
        return
    for edit in moved:
        yield Move(edit.path, on, _day(edit.removed), len(moved), commit)


def _only_review(edit: _Edit) -> bool:
    """Tell whether *edit* changed only lines of a review, and put a day there."""
    lines = [line for line in (*edit.removed, *edit.added) if line.strip()]
    return _day(edit.added) is not None and all(_REVIEW_LINE.match(line) for line in lines)


def _has_cause(path: str, changed: Iterable[str], knowledge: Knowledge) -> bool:
    """Tell whether something that the page at *path* watches, or an exercise of it, is among what *changed*."""
    page = knowledge[Documents].find(path)
    if page is None:
        return False
    for other in changed:
        if _EXERCISES in other and other.rpartition(".")[0].endswith(f"-{page.slug}"):
            return True
        if any(compile_glob(pattern).fullmatch(other) for pattern in page.watches):
            return True
    return False


def _day(lines: Iterable[str]) -> date | None:
    """Return the first day that stands in *lines*, or None."""
    for line in lines:
        for text in _DAY.findall(line):
            try:
                return date.fromisoformat(text)
            except ValueError:
                continue
    return None
