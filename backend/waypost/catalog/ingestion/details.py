"""What is kept of a source beside its entities, as JSON holds it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waypost.catalog.ingestion.reading import SourceContent, SourceFault, Target
from waypost.catalog.ingestion.sources import resolve
from waypost.catalog.ingestion.tracing import Links
from waypost.core.errors import Problem

if TYPE_CHECKING:
    # A check of files alone needs no database.
    from waypost.catalog.ingestion.sourcestore import Details


@dataclass(frozen=True, slots=True)
class StoredDefinition:
    """A document of Waypost's own kinds, as it was read from a source."""

    document: dict[str, Any]
    line: int


def links_of(path: str, content: SourceContent) -> Links:
    """Return what the *content* of the file at *path* says of other files."""
    return Links(content.targets, tuple(resolve(path, target) for target in content.includes))


def details_of(content: SourceContent, links: Links) -> dict[str, Any]:
    """Return what is kept of *content*, which leads to *links*; what is empty is left out."""
    every = {
        "targets": [list(target) for target in links.targets],
        "includes": list(links.includes),
        "definitions": [[defined.document, defined.line] for defined in content.definitions],
        "problems": [_kept_fault(fault) for fault in content.faults],
    }
    return {name: value for name, value in every.items() if value}


def kept_links(details: Details) -> Links:
    """Return where the source with these *details* leads."""
    targets = tuple(Target(*values) for values in details.get("targets", ()))
    return Links(targets, tuple(details.get("includes", ())))


def kept_definitions(details: Details) -> Iterator[StoredDefinition]:
    """Give the definitions of the source with these *details*."""
    for document, line in details.get("definitions", ()):
        yield StoredDefinition(document, line)


def kept_problems(path: str, details: Details) -> Iterator[Problem]:
    """Give what is wrong in the file at *path* with these *details*."""
    for line, column, rule, message, fix in details.get("problems", ()):
        yield Problem(path, line, rule, message, fix, column=column)
    for values in details.get("missing", ()):
        yield missing_problem(path, Target(*values))


def missing_problem(path: str, target: Target) -> Problem:
    """Return the problem that a Location in the file at *path* names a *target* that is not there."""
    message = f"the target '{target.target}' does not exist in this workspace"
    return Problem(path, target.line, "catalog/missing-target", message)


def fault_problem(path: str, fault: SourceFault) -> Problem:
    """Return the *fault* of the file at *path* as a problem."""
    return Problem(path, fault.line, fault.rule, fault.message, fault.fix, column=fault.column)


def conflict_problem(path: str, line: int, ref: str, winner: str) -> Problem:
    """Return the problem that the file at *path* defines the entity *ref*, which *winner* defines already."""
    return Problem(path, line, "catalog/duplicate", f"'{ref}' is already defined in {winner}")


def told_errors(path: str, faults: Iterable[SourceFault]) -> list[dict[str, str]]:
    """Return *faults* of the file at *path* as a status tells them."""
    return [
        {
            "name": "InputError",
            "message": f"{path}:{fault.line}: {fault.message}" if fault.line else fault.message,
        }
        for fault in faults
    ]


def missing_error(target: Target) -> dict[str, str]:
    """Return that a *target* is not there, as a status tells it."""
    return {
        "name": "NotFoundError",
        "message": f"the target '{target.target}' does not exist in this workspace",
    }


def _kept_fault(fault: SourceFault) -> list[Any]:
    return [fault.line, fault.column, fault.rule, fault.message, fault.fix]
