"""A change against what it starts from: which problems it brings, which were there before, which it solves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from waypost.cli.fingerprints import same_words
from waypost.core.before import opened_before
from waypost.core.errors import InputError, NotFoundError, Problem
from waypost.core.host import Host, check_workspace, load_knowledge
from waypost.core.plugin import Before, Knowledge, Progress
from waypost.core.workspace import Workspace

_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a change makes of the problems. ``knowledge`` is that of now, and holds ``Before``.

    ``brought`` are new: the change is to blame, in whatever file they are seen. ``kept`` were there before, as
    far as the words tell: the line may be another. ``solved`` are gone; they name the files of before.
    """

    knowledge: Knowledge
    brought: tuple[Problem, ...]
    kept: tuple[Problem, ...]
    solved: tuple[Problem, ...]


@contextmanager
def compared(
    host: Host, revision: str, at: datetime, *, given: Sequence[object] = ()
) -> Iterator[Comparison]:
    """Compare the workspace with the commit where HEAD left *revision*; the files of then are there until the end.

    Args:
        at: The time that checks take for now, on both sides: what only came of age is no change's fault.
        given: What loaders and checks of both sides find in their knowledge, such as a cache.

    Raises:
        InputError: There is no such revision, or nothing that can be compared.
    """
    with opened_before(host, revision, given=given) as before:
        yield compare(host, before, at, given=given)


def compare(
    host: Host,
    before: Before,
    at: datetime,
    *,
    given: Sequence[object] = (),
    progress: Progress | None = None,
) -> Comparison:
    """Return what differs between the workspace of now and *before*.

    Args:
        at: As of ``compared``, and so is *given*.
    """
    knowledge = load_knowledge(
        host.workspace, host.plugins, host.settings, host.find_engine(), given=given, progress=progress
    )
    knowledge.put(before)
    now = check_workspace(host.workspace, host.plugins, knowledge, at=at, progress=progress)
    earlier = check_workspace(before.workspace, host.plugins, before.knowledge, at=at, progress=progress)
    of_now = _Side(host.workspace, lambda path: before.old_path(path) or path)
    of_before = _Side(before.workspace, str)
    same = dict(_pairs(of_now.by_key(now), of_before.by_key(earlier), of_now, of_before))
    touched = {change.path for change in before.changes}
    brought: list[Problem] = []
    kept: list[Problem] = []
    for problem in now:
        # Of a file that git ignores nobody knows what it was.
        is_unknown = problem.path not in touched and not before.workspace.exists(problem.path)
        (kept if problem in same or is_unknown else brought).append(problem)
    found_again = set(same.values())
    solved = [problem for problem in earlier if problem not in found_again]
    return Comparison(knowledge, tuple(brought), tuple(kept), tuple(solved))


@dataclass(frozen=True, slots=True)
class _Side:
    """The files of one side, and what a path of it was before."""

    workspace: Workspace
    old_path: Callable[[str], str]

    def by_key(self, problems: Iterable[Problem]) -> dict[_Key, list[Problem]]:
        """Return *problems* by what stays of them when lines above come and go."""
        found: dict[_Key, list[Problem]] = {}
        for problem in problems:
            key = (self.old_path(problem.path), problem.rule, same_words(problem.message))
            found.setdefault(key, []).append(problem)
        return found

    def known_first(self, problems: list[Problem], known: frozenset[str]) -> list[Problem]:
        """Return *problems* with those in front whose line is one of *known*."""
        return sorted(problems, key=lambda problem: self.line(problem) not in known) if known else problems

    def line(self, problem: Problem) -> str:
        """Return the text of the line that *problem* is in."""
        try:
            lines = self.workspace.read_text(problem.path).splitlines()
        except (NotFoundError, InputError):
            return ""
        return lines[problem.line - 1] if 0 < problem.line <= len(lines) else ""


def _pairs(
    now: Mapping[_Key, list[Problem]],
    earlier: Mapping[_Key, list[Problem]],
    of_now: _Side,
    of_before: _Side,
) -> Iterator[tuple[Problem, Problem]]:
    """Give each problem of now that was there before, beside that one.

    Where a file says the same more often than before, those in lines that were there are the old ones.
    """
    for key, found in now.items():
        others = earlier.get(key, [])
        known = frozenset[str]()
        if others and len(found) != len(others):
            known = frozenset(map(of_now.line, found)) & frozenset(map(of_before.line, others))
        yield from zip(of_now.known_first(found, known), of_before.known_first(others, known), strict=False)
