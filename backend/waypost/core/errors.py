"""What can go wrong: problems in content, and errors that a person can act on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum


class Severity(StrEnum):
    """How bad a problem is. Only errors fail a check."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    r"""The one right way to mend a problem: in the file at ``path`` the text ``old`` becomes ``new``.

    ``old`` begins in the line ``line``, at the character ``column``; both start at 1. A column of 0 stands for the
    only place of that line where ``old`` begins: where it stands there twice, or no longer, nothing is changed.
    Line ends are written ``\n`` in both, whatever the file has. Give one only where no other answer would do: what
    is a guess belongs into ``Problem.fix``, for a person.
    """

    path: str
    line: int
    old: str
    new: str
    column: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault in content: where it is, what it is, and how to mend it.

    ``path`` is relative to the workspace, with forward slashes. ``line`` and ``column`` start at 1; a
    line of 0 means the whole file. ``rule`` names the check, as ``plugin/what-is-wrong``. ``fix`` tells a person
    how to mend it; ``edit`` mends it, where there is one right answer: ``waypost check --fix`` does.
    """

    path: str
    line: int
    rule: str
    message: str
    fix: str = ""
    severity: Severity = Severity.ERROR
    column: int = 0
    edit: Edit | None = field(default=None, compare=False)

    def __str__(self) -> str:
        """Return the problem as one line, the way compilers write theirs."""
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where}: {self.severity}: {self.message} [{self.rule}]"


def suggest(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return the question whether the nearest of *known* was meant by *name*, or *otherwise* where none is near."""
    near = get_close_matches(name, list(known), n=1)
    return f"Did you mean '{near[0]}'?" if near else otherwise


def one_close(name: str, known: Iterable[str]) -> str:
    """Return the one of *known* that *name* was meant to be, "" where none or several are that close."""
    near = get_close_matches(name.lower(), list(known), n=2, cutoff=0.8)
    return near[0] if len(near) == 1 else ""


class WaypostError(Exception):
    """Base of every error that is ours. Its text is a sentence for a person who can act.

    ``status`` is the HTTP status that it becomes at the edge; the class's name is its name on the wire.
    """

    status = 500


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in data from outside: the path to it (``spec.owner``) and a sentence."""

    path: str
    message: str

    def __str__(self) -> str:
        """Return the fault as ``path: sentence``."""
        return f"{self.path}: {self.message}" if self.path else self.message


class InputError(WaypostError):
    """Data from outside breaks its schema, or a request cannot be understood.

    ``line`` is the first that is wrong, where *source* is a file and only a line tells the place.
    """

    status = 400

    def __init__(self, source: str, faults: Iterable[Fault | str] = (), *, line: int = 1) -> None:
        self.source = source
        self.line = line
        self.faults = tuple(f if isinstance(f, Fault) else Fault("", f) for f in faults)
        told = "; ".join(map(str, self.faults))
        super().__init__(f"{source}: {told}" if told else source)


class NotFoundError(WaypostError):
    """A thing was named that does not exist."""

    status = 404

    def __init__(self, what: str, name: object) -> None:
        super().__init__(f"no {what} is named '{name}'")
        self.what = what
        self.name = name


class ConflictError(WaypostError):
    """What was asked cannot be done beside what is already there."""

    status = 409


class AuthenticationError(WaypostError):
    """A request carries no token, or one that is not known."""

    status = 401


class NotAllowedError(WaypostError):
    """The caller is known, and may not do this."""

    status = 403


class SettingError(WaypostError):
    """A setting has a name that nobody reads, or a value that it cannot take."""

    status = 400


class ServiceUnavailableError(WaypostError):
    """Something this answer needs cannot be reached just now."""

    status = 503
