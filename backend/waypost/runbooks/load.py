"""Loads the runbooks: typed pages, plain guides, exercises and alert rules of a workspace."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from waypost.core.errors import Problem
from waypost.core.markdownfile import MarkdownFile
from waypost.core.plugin import Knowledge, Loaded
from waypost.core.schemas import load_sound
from waypost.core.settings import Settings
from waypost.core.workspace import Workspace
from waypost.documents.model import Documents, Page
from waypost.documents.schemas import SCHEMAS
from waypost.runbooks.commandtext import SHELLS
from waypost.runbooks.exercises import load_exercises
from waypost.runbooks.metrics import load_metrics
from waypost.runbooks.model import Escalation, Runbook, Runbooks, Step, Variable
from waypost.runbooks.rules import load_rules
from waypost.runbooks.settings import GUIDES, METRICS

_NO_GUIDES = frozenset({"index", "readme", "_index", "contributing"})
_ALERT_NAME = re.compile(r"(?=.*[a-z])(?=(?:.*[A-Z]){2})[A-Z][A-Za-z0-9]*\Z")


def load_runbooks(workspace: Workspace, knowledge: Knowledge) -> Loaded[Runbooks]:
    """Read every runbook among the pages, the exercises on record, and the alerts of the rule files."""
    problems: list[Problem] = []
    guides: tuple[str, ...] = knowledge[Settings][GUIDES]
    found = [
        runbook
        for page in knowledge[Documents].pages.values()
        if (runbook := read_runbook(page, guides)) is not None
    ]
    named = {runbook.name: runbook for runbook in with_unique_names(found)}
    exercises = list(load_exercises(workspace, problems))
    ordered = (
        replace(runbook, exercises=tuple(e for e in exercises if e.runbook == name))
        for name, runbook in sorted(named.items())
    )
    strays = tuple(exercise for exercise in exercises if exercise.runbook not in named)
    settings = knowledge[Settings]
    defined = load_rules(workspace, settings, problems)
    loaded = Runbooks(
        tuple(ordered),
        strays,
        defined.alerts,
        defined.recordings,
        defined.templates,
        load_metrics(workspace, settings[METRICS], problems),
    )
    return Loaded(loaded, problems)


def read_runbook(page: Page, guides: tuple[str, ...] = GUIDES.default) -> Runbook | None:
    """Return *page* as a runbook, or None where it is none.

    A page of kind runbook is one wherever it lies; a page without a kind is a guide below one of the folders
    *guides*.
    """
    path = PurePosixPath(page.path)
    if page.kind == "runbook":
        return _typed(page)
    is_guide = not page.kind and _is_in(page.uri, guides) and path.stem.lower() not in _NO_GUIDES
    if not is_guide:
        return None
    return Runbook(
        name=path.stem,
        page=page,
        is_typed=False,
        # A guide that is called as alerts are is the guide of that alert.
        alerts=(path.stem,) if _ALERT_NAME.match(path.stem) else (),
        steps=tuple(read_steps(page.file)),
    )


def _is_in(uri: str, folders: tuple[str, ...]) -> bool:
    return any(folder == "." or uri.startswith(f"{folder.strip('/')}/") for folder in folders)


def _typed(page: Page) -> Runbook:
    # What is wrong with a page's keys, the pages' own check tells.
    data, _ = load_sound(SCHEMAS["runbook"], page.front)
    return Runbook(
        name=PurePosixPath(page.path).stem,
        page=page,
        alerts=tuple(data.get("alerts", ())),
        severity=data.get("severity", ""),
        tier=data.get("tier", ""),
        escalation=tuple(Escalation(step["after"], step["to"]) for step in data.get("escalation", ())),
        variables={name: Variable(name, **given) for name, given in data.get("variables", {}).items()},
        dashboards=tuple(data.get("dashboards", ())),
        steps=tuple(read_steps(page.file)),
        exercise_every=data.get("exercise_every"),
    )


def read_steps(file: MarkdownFile) -> Iterator[Step]:
    """Give the shell blocks of *file*, in order."""
    for fence in file.fences:
        if fence.language.lower() not in SHELLS:
            continue
        above = [heading.text for heading in file.headings if heading.line < fence.line]
        yield Step(
            language=fence.language,
            text=fence.text,
            line=fence.line,
            section=above[-1] if above else "",
            effect=fence.attributes.get("effect", ""),
            expect=fence.attributes.get("expect", ""),
            undo=fence.attributes.get("undo", ""),
            precondition=fence.attributes.get("precondition", ""),
        )


def with_unique_names(runbooks: Iterable[Runbook]) -> list[Runbook]:
    """Return *runbooks* with names that differ: who shares a file's name is called by folder and name."""
    found = list(runbooks)
    counts = Counter(runbook.name for runbook in found)
    return [replace(r, name=_long_name(r.page.uri)) if counts[r.name] > 1 else r for r in found]


def _long_name(uri: str) -> str:
    return uri.removeprefix("runbooks/").rpartition(".")[0].replace("/", "-")
