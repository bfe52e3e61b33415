"""Findings: what each check found in a loaded workspace; a check runs once, whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from waypost.core.errors import Problem
    from waypost.core.plugin import Knowledge
    from waypost.core.workspace import Workspace

    _Run = Callable[[Workspace, Knowledge], Iterator[Problem]]


class Findings:
    """What checks find in *workspace*: each runs when somebody first asks for what it tells, then that is kept.

    Evidence takes dead links from here, and so they are not looked for a second time.
    """

    def __init__(self, workspace: Workspace, knowledge: Knowledge) -> None:
        self._workspace = workspace
        self._knowledge = knowledge
        self._found: dict[_Run, tuple[Problem, ...]] = {}

    def of(self, run: _Run) -> tuple[Problem, ...]:
        """Return what the function *run* of a check finds; it runs at the first call only."""
        if run not in self._found:
            self._found[run] = tuple(run(self._workspace, self._knowledge))
        return self._found[run]
