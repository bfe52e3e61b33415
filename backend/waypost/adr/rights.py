"""Decision rights: which triggers demand which scope, and who approves in each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Scope:
    """A width of decision, and the approvals that it takes: how many, and *groups* that give them."""

    name: str
    approvals: int = 0
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trigger:
    """What makes a decision need *scope*. ``retrospective`` is the time in which it may be recorded afterwards."""

    name: str
    scope: str
    retrospective: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Rights:
    """What ``decision-rights.yaml`` says. Scopes are in order, the narrowest first."""

    scopes: tuple[Scope, ...] = ()
    triggers: Mapping[str, Trigger] = field(default_factory=dict)
    path: str = ""
    lines: Callable[..., int] | None = field(default=None, compare=False, repr=False)

    def find_scope(self, name: str) -> Scope | None:
        """Return the scope called *name*, or None."""
        return next((scope for scope in self.scopes if scope.name == name), None)

    def rank(self, name: str) -> int:
        """Return the place of scope *name* among the scopes, -1 where there is none such."""
        return next((place for place, scope in enumerate(self.scopes) if scope.name == name), -1)

    def demanded_by(self, trigger: str) -> Scope | None:
        """Return the scope that *trigger* demands, or None where the trigger is not known."""
        found = self.triggers.get(trigger)
        return self.find_scope(found.scope) if found else None

    def line_of(self, *keys: str | int) -> int:
        """Return the line of the value at *keys*, 1 where there is no file."""
        return self.lines(*keys) if self.lines else 1
