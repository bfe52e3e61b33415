"""Whether a change may move a scorecard at all: what is asked before anything is evaluated."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from waypost.adr.model import Decisions
from waypost.core.plugin import Before, Knowledge
from waypost.core.settings import FILE_NAME
from waypost.documents.globs import compile_glob
from waypost.documents.model import Documents
from waypost.facts.codeowners import PLACES
from waypost.scorecards.model import Scorecards

CATALOG = "catalog"


def may_move(knowledge: Knowledge) -> bool:
    """Tell whether the change from ``knowledge[Before]`` touches anything that scorecards hang on.

    That is a file of the catalog, a page or what lies beside it, a decision, a file that a page watches, the settings,
    or CODEOWNERS. Where no side has a scorecard nothing can move.
    """
    before = knowledge[Before]
    sides = (before.knowledge, knowledge)
    if not any(side[Scorecards].scorecards or _writes_scorecards(side) for side in sides):
        return False
    folders = (
        {CATALOG} | {side[Documents].folder for side in sides} | {side[Decisions].folder for side in sides}
    )
    changed = {path for change in before.changes for path in (change.path, change.old_path) if path}
    if any(path in {FILE_NAME, *PLACES} or _is_below(path, folders) for path in changed):
        return True
    watched = [compile_glob(pattern) for pattern in {p for side in sides for p in _watched(side)}]
    return any(pattern.fullmatch(path) for pattern in watched for path in changed)


def _writes_scorecards(side: Knowledge) -> bool:
    return any(problem.rule.startswith("scorecards/") for problem in side.problems)


def _is_below(path: str, folders: set[str]) -> bool:
    return any(str(parent) in folders for parent in PurePosixPath(path).parents)


def _watched(side: Knowledge) -> Iterator[str]:
    for page in side[Documents].pages.values():
        yield from page.watches
        # A folder that is watched is watched with all that lies in it.
        yield from (f"{pattern.rstrip('/')}/**" for pattern in page.watches)
