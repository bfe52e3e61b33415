"""Loads the records of exercises: who went through which runbook, when, where, and how each step went."""

from __future__ import annotations

from collections.abc import Iterator

from waypost.core.content import load_yaml
from waypost.core.errors import Fault, Problem, suggest
from waypost.core.schemas import faults_of, keys_of
from waypost.core.workspace import Workspace
from waypost.core.yamlfile import YamlDocument
from waypost.runbooks.model import Exercise, StepResult
from waypost.runbooks.schemas import ExerciseSchema

FOLDER = "site/runbooks/exercises"
_RULE = "runbooks/exercise"


def load_exercises(workspace: Workspace, problems: list[Problem]) -> Iterator[Exercise]:
    """Give every exercise that can be read; faults go to *problems*."""
    for path in workspace.files(FOLDER, ".yaml", ".yml"):
        for document in load_yaml(workspace, path, _RULE, problems):
            yield from _read(path, document, problems)


def _read(path: str, document: YamlDocument, problems: list[Problem]) -> Iterator[Exercise]:
    messages = ExerciseSchema().validate(document.value) if isinstance(document.value, dict) else None
    if messages is None:
        problems.append(Problem(path, document.line, _RULE, "is not a mapping", "Write keys and values."))
    elif messages:
        problems += [_problem(path, document, fault) for fault in faults_of(messages)]
    else:
        data = ExerciseSchema().load(document.value)
        yield Exercise(
            runbook=data["runbook"],
            by=data["by"],
            at=data["at"],
            path=path,
            environment=data["environment"],
            commit=data["commit"],
            steps=tuple(StepResult(**step) for step in data["steps"]),
        )


def _problem(path: str, document: YamlDocument, fault: Fault) -> Problem:
    keys = keys_of(fault, document.value)
    fix = "Correct it; 'waypost runbook drill' writes such records."
    if fault.message == "Unknown field.":
        fix = f"{fix} {suggest(str(keys[-1]), ExerciseSchema().fields)}".rstrip()
    return Problem(path, document.line_of(*keys), _RULE, f"{fault.path}: {fault.message}", fix)
