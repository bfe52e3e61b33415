"""Loads the records of exercises: who went through which runbook, when, where, and how each step went."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from waypost.core.errors import Fault, InputError, Problem
from waypost.core.schemas import faults_of
from waypost.core.workspace import Workspace
from waypost.core.yamlfile import YamlDocument, parse_yaml
from waypost.runbooks.model import Exercise, StepResult
from waypost.runbooks.schemas import ExerciseSchema

FOLDER = "site/runbooks/exercises"
_RULE = "runbooks/exercise"


def load_exercises(workspace: Workspace, problems: list[Problem]) -> Iterator[Exercise]:
    """Give every exercise that can be read; faults go to *problems*."""
    for path in workspace.files(FOLDER, ".yaml", ".yml"):
        try:
            documents, faults = parse_yaml(workspace.read_text(path))
        except InputError as error:
            problems.append(Problem(path, 0, _RULE, str(error), "Save the file as UTF-8 text."))
            continue
        problems += [Problem(path, fault.line, _RULE, fault.message, "Mend the YAML.") for fault in faults]
        for document in documents:
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
    keys = [int(key) if key.isdigit() else key for key in fault.path.split(".")]
    near = get_close_matches(str(keys[-1]), list(ExerciseSchema().fields), n=1)
    hint = f" Did you mean '{near[0]}'?" if near and fault.message == "Unknown field." else ""
    fix = f"See guide/runbooks.md for the keys of an exercise.{hint}"
    return Problem(path, document.line_of(*keys), _RULE, f"{fault.path}: {fault.message}", fix)
