"""A change against what it starts from: which problems it brings, which were there before, which it solves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from waypost.core.baseline import changed_files, merge_base, tree_at
from waypost.core.errors import Problem, SettingError
from waypost.core.host import Host, all_settings, check_workspace, load_knowledge
from waypost.core.plugin import Before, Knowledge
from waypost.core.settings import FILE_NAME, Settings, read_settings

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
def compared(host: Host, revision: str, at: datetime) -> Iterator[Comparison]:
    """Compare the workspace with the commit where HEAD left *revision*; the files of then are there until the end.

    Args:
        at: The time that checks take for now, on both sides: what only came of age is no change's fault.

    Raises:
        InputError: There is no such revision, or nothing that can be compared.
    """
    base = merge_base(host.workspace.root, revision)
    changes = changed_files(host.workspace.root, revision)
    with tree_at(host.workspace, base) as tree:
        settings = _settings_of(tree.root, host)
        old = load_knowledge(tree, host.plugins, settings, host.engine)
        before = Before(base, tree, old, changes)
        now = load_knowledge(host.workspace, host.plugins, host.settings, host.engine)
        now.put(before)
        problems = check_workspace(host.workspace, host.plugins, now, at=at)
        earlier = check_workspace(tree, host.plugins, old, at=at)
        brought, kept = _split(
            problems, _same_before(earlier), lambda problem: _key(problem, before.old_path)
        )
        solved, _ = _split(earlier, _same_before(problems, before.old_path), _key)
        yield Comparison(now, tuple(brought), tuple(kept), tuple(solved))


def _settings_of(root: Path, host: Host) -> Settings:
    """Return the settings that the files of before ask for; those of now where they cannot be read."""
    try:
        return read_settings(all_settings(host.plugins), root / FILE_NAME)
    except SettingError:
        return host.settings


def _key(problem: Problem, name: Callable[[str], str] = str) -> _Key:
    """Return what is the same of a problem when lines above it come and go."""
    return name(problem.path) or problem.path, problem.rule, problem.message


def _same_before(problems: Iterable[Problem], name: Callable[[str], str] = str) -> Counter[_Key]:
    return Counter(_key(problem, name) for problem in problems)


def _split(
    problems: Iterable[Problem], others: Counter[_Key], key: Callable[[Problem], _Key]
) -> tuple[list[Problem], list[Problem]]:
    """Return the *problems* that *others* do not hold, and those that they do; each counts once."""
    left = Counter(others)
    lone: list[Problem] = []
    shared: list[Problem] = []
    for problem in problems:
        one = key(problem)
        (shared if left[one] > 0 else lone).append(problem)
        left[one] -= 1
    return lone, shared
