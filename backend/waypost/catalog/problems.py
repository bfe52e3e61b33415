"""What is wrong in the workspace's catalog files, as problems with their places."""

from __future__ import annotations

from waypost.catalog.reading import SourceFault, Target
from waypost.core.errors import Problem


def fault_problem(path: str, fault: SourceFault) -> Problem:
    """Return the *fault* of the file at *path* as a problem."""
    return Problem(path, fault.line, fault.rule, fault.message, fault.fix, column=fault.column)


def missing_problem(path: str, target: Target) -> Problem:
    """Return the problem that a Location in the file at *path* names a *target* that is not there."""
    message = f"the target '{target.target}' does not exist in this workspace"
    return Problem(path, target.line, "catalog/missing-target", message)


def conflict_problem(path: str, line: int, ref: str, winner: str) -> Problem:
    """Return the problem that the file at *path* defines the entity *ref*, which *winner* defines already."""
    return Problem(path, line, "catalog/duplicate", f"'{ref}' is already defined in {winner}")
