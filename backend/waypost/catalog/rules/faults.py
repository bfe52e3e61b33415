"""What is wrong with one document: where in it, what, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from waypost.core.errors import Fault, InputError

Keys = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class DocumentFault:
    """One fault: the keys that lead to it, a sentence, and how to mend it."""

    keys: Keys
    message: str
    fix: str = ""

    @property
    def path(self) -> str:
        """The keys as a dotted path: ``spec.owner``."""
        return ".".join(map(str, self.keys))


class RejectedError(InputError):
    """A document is no valid entity. ``stage`` says which step of the pipeline refused it."""

    def __init__(self, stage: str, faults: list[DocumentFault]) -> None:
        super().__init__("not a valid entity", [Fault(fault.path, fault.message) for fault in faults])
        self.stage = stage
        self.document_faults = tuple(faults)


def describe(value: Any) -> str:
    """Return what JSON calls the type of *value*, with its article."""
    if value is None:
        return "null"
    names = {
        bool: "a boolean",
        int: "a number",
        float: "a number",
        str: "a string",
        list: "a list",
        dict: "an object",
    }
    return names.get(type(value), "an object")


def is_falsy(value: Any) -> bool:
    """Tell whether JavaScript takes *value* for false: an empty list or object it does not."""
    return not value and not isinstance(value, (dict, list))
