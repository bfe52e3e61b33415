"""One run of the checks as a command wants it: of which files, compared with what, and told to whom."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

from waypost.cli.comparing import compare
from waypost.cli.reports import Report
from waypost.core.before import opened_before
from waypost.core.clock import utc_now
from waypost.core.contentcache import ContentCache, open_cache
from waypost.core.errors import Problem
from waypost.core.garbage import collection_paused
from waypost.core.git import run_git
from waypost.core.host import Host, check_workspace, load_knowledge
from waypost.core.plugin import Before, Progress
from waypost.core.progress import SilentProgress, open_progress


@dataclass(frozen=True, slots=True)
class Checking:
    """What a check asks: each ``report`` looks anew, so that it tells what is so after files were mended.

    ``wanted`` are the paths of which problems are told, all where it is empty. ``before`` is what the change is
    compared with, None for nothing.
    """

    host: Host
    wanted: tuple[str, ...]
    before: Before | None
    cache: ContentCache
    progress: Progress
    at: datetime
    prefix: str = ""

    def report(self) -> Report:
        """Run the checks, and return what they find."""
        # Nearly all that is made stays to the end: nobody need look for what can go, not afterwards either.
        with collection_paused():
            report = self._report()
            gc.freeze()
        return report

    def _report(self) -> Report:
        host, given = self.host, (self.cache,)
        if self.before is None:
            knowledge = load_knowledge(
                host.workspace,
                host.plugins,
                host.settings,
                host.find_engine(),
                given=given,
                progress=self.progress,
            )
            problems = check_workspace(
                host.workspace, host.plugins, knowledge, at=self.at, progress=self.progress
            )
            return self._told(problems)
        found = compare(host, self.before, self.at, given=given, progress=self.progress)
        return self._told(found.brought, found.kept, found.solved, is_compared=True)

    def _told(
        self,
        problems: Iterable[Problem],
        kept: Iterable[Problem] = (),
        solved: Iterable[Problem] = (),
        *,
        is_compared: bool = False,
    ) -> Report:
        return Report(
            self._within(problems),
            _summaries(self.host),
            is_compared,
            self._within(kept),
            self._within(solved),
            self.prefix,
            self.host.workspace,
        )

    def _within(self, problems: Iterable[Problem]) -> list[Problem]:
        return [one for one in problems if not self.wanted or self._is_wanted(one.path)]

    def _is_wanted(self, path: str) -> bool:
        return any(at in (".", path) or path.startswith(f"{at}/") for at in self.wanted)


@contextmanager
def open_checking(host: Host, wanted: tuple[str, ...], changed_since: str | None) -> Iterator[Checking]:
    """Give a check of *host*'s workspace; what it is compared with is there until the end.

    Args:
        wanted: The paths of which problems are told, all where it is empty.
        changed_since: The revision that the change started from; None compares nothing.

    Raises:
        InputError: There is no such revision, or nothing that can be compared.
    """
    with ExitStack() as stack:
        cache = stack.enter_context(open_cache(host.workspace.root))
        # A log would hold a line for every step: bars are for those who wait.
        progress: Progress = stack.enter_context(open_progress()) if sys.stderr.isatty() else SilentProgress()
        before = None
        if changed_since is not None:
            before = stack.enter_context(
                opened_before(host, changed_since, given=(cache,), progress=progress)
            )
        prefix = run_git(host.workspace.root, "rev-parse", "--show-prefix") or ""
        yield Checking(host, wanted, before, cache, progress, utc_now(), prefix.removesuffix("\n"))


def _summaries(host: Host) -> Mapping[str, str]:
    return {check.rule: check.summary for plugin in host.plugins for check in plugin.checks}
