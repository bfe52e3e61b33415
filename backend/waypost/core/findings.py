"""Findings: what each check found in a loaded workspace; a check runs once, whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from waypost.core.errors import Problem
    from waypost.core.plugin import Knowledge, Plugin
    from waypost.core.workspace import Workspace

    _Run = Callable[[Workspace, Knowledge], Iterator[Problem]]


class Findings:
    """What the checks of *plugins* find: each runs when somebody first asks for what it tells, then is kept.

    Evidence takes dead links from here, and so they are not looked for a second time.
    """

    def __init__(self, workspace: Workspace, knowledge: Knowledge, plugins: Iterable[Plugin]) -> None:
        self._workspace = workspace
        self._knowledge = knowledge
        self._plugins = tuple(plugins)
        self._found: dict[_Run, tuple[Problem, ...]] = {}

    def of(self, *rules: str) -> Iterator[Problem]:
        """Give the problems under *rules*, those that loading met among them; a rule that nobody has gives none."""
        yield from (problem for problem in self._knowledge.problems if problem.rule in rules)
        for run in dict.fromkeys(self._runs[rule] for rule in rules if rule in self._runs):
            yield from (problem for problem in self.run(run) if problem.rule in rules)

    def run(self, run: _Run) -> tuple[Problem, ...]:
        """Return what the check function *run* finds; it runs at the first call only."""
        if run not in self._found:
            self._found[run] = tuple(run(self._workspace, self._knowledge))
        return self._found[run]

    @cached_property
    def _runs(self) -> Mapping[str, _Run]:
        """The function that finds each rule: a rule declared without one is found by that before it."""
        found: dict[str, _Run] = {}
        for plugin in self._plugins:
            last: _Run | None = None
            for check in plugin.checks:
                last = check.run or last
                if last is not None:
                    found.setdefault(check.rule, last)
        return found
