"""The evidence that exercises give about runbooks: that they were gone through, how that went, and when it is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from waypost.core.durations import day_after, duration_words
from waypost.core.evidence import Bearing, Evidence
from waypost.core.plugin import Knowledge
from waypost.core.workspace import Workspace
from waypost.runbooks.model import Exercise, Runbook, Runbooks


def runbook_evidence(workspace: Workspace, knowledge: Knowledge) -> Iterator[Evidence]:
    """Give each exercise on record, for its runbook or against it, and those that are overdue."""
    del workspace
    for runbook in knowledge[Runbooks].ordered:
        if runbook.is_typed:
            yield from _exercises(runbook)
            yield from _due(runbook)


def _exercises(runbook: Runbook) -> Iterator[Evidence]:
    """Give the exercises that went well, and the newest where it did not: an older failure has been tried again."""
    for exercise in runbook.exercises:
        if exercise.passed or exercise is runbook.last_exercise:
            yield _exercise(runbook, exercise)


def _exercise(runbook: Runbook, exercise: Exercise) -> Evidence:
    on = exercise.at.astimezone(UTC).date()
    where = f" in {exercise.environment}" if exercise.environment else ""
    failed = [step.step for step in exercise.steps if step.result == "failed"]
    how = f", where {_named(failed)} failed" if failed else ""
    return Evidence(
        path=runbook.path,
        kind="exercise",
        sentence=f"exercised on {on} by {exercise.by}{where}{how}",
        bearing=Bearing.REFUTES if failed else Bearing.CONFIRMS,
        on=on,
        source=exercise.path,
        remedy=f"Mend what failed, then `waypost runbook drill {runbook.name}`." if failed else "",
        # A newer exercise is given in its place; one of the same day that went well came before it.
        lasts=bool(failed),
    )


def _named(steps: list[str]) -> str:
    first = f"the step '{steps[0]}'"
    return first if len(steps) == 1 else f"{first} and {len(steps) - 1} more"


def _due(runbook: Runbook) -> Iterator[Evidence]:
    every = runbook.exercise_every
    if every is None:
        return
    last = runbook.exercised_at
    on = day_after(last.astimezone(UTC).date(), every) if last else None
    when = f"its next exercise was due on {on}" if on else "it was never exercised"
    yield Evidence(
        path=runbook.path,
        kind="exercise-due",
        sentence=f"{when}, and it asks for one every {duration_words(every)}",
        bearing=Bearing.AGED,
        on=on,
        line=runbook.line_of("exercise_every"),
        remedy=f"Go through it with `waypost runbook drill {runbook.name}`.",
        rule="runbooks/exercise-due",
        lasts=True,
    )
