"""Decision rights: which triggers demand which scope, what implies a trigger, and who approves in each scope."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Scope:
    """A width of decision, and the approvals that it takes: how many, and *groups* that give them.

    ``each`` is how many of them must come from every one of the groups.
    """

    name: str
    approvals: int = 0
    groups: tuple[str, ...] = ()
    each: int = 0
    description: str = ""

    @property
    def asks(self) -> bool:
        """Whether anybody has to approve."""
        return self.approvals > 0 or (self.each > 0 and bool(self.groups))

    @property
    def quorum(self) -> int:
        """How many have to approve in all."""
        return max(self.approvals, self.each)


CHANGES = ("added", "modified", "removed", "deprecated", "section-removed")
"""The kinds of change that a condition may name."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What implies a trigger: a change for which every part that is given holds.

    ``paths`` are patterns of files, ``pages`` kinds of pages, ``entities`` kinds of entities and ``types`` their
    types. ``keys`` are what changed in front matter or an entity (``spec.type``), ``to`` what it became.
    ``changes`` are kinds of change. ``owners`` is the least number of owners whose things one change touches.
    An empty part asks for nothing.
    """

    paths: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    owners: int = 0


@dataclass(frozen=True, slots=True)
class Trigger:
    """What makes a decision need *scope*. ``retrospective`` is the time in which it may be recorded afterwards."""

    name: str
    scope: str
    retrospective: timedelta | None = None
    description: str = ""
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Rights:
    """What ``decision-rights.yaml`` says. Scopes are in order, the narrowest first.

    ``since`` is the day from which decisions need the approvals of their scope; None for always.
    """

    scopes: tuple[Scope, ...] = ()
    triggers: Mapping[str, Trigger] = field(default_factory=dict)
    path: str = ""
    lines: Callable[..., int] | None = field(default=None, compare=False, repr=False)
    since: date | None = None

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

    def widest(self, declared: str, triggers: Iterable[str]) -> tuple[Scope | None, str]:
        """Return the widest scope of *declared* and what *triggers* demand, and the trigger that demands it.

        The trigger is "" where the declared scope is as wide; the scope None where nothing known is named.
        """
        found, because = self.find_scope(declared), ""
        for trigger in triggers:
            demanded = self.demanded_by(trigger)
            if demanded and (found is None or self.rank(demanded.name) > self.rank(found.name)):
                found, because = demanded, trigger
            elif demanded and found and demanded.name == found.name and not because:
                because = trigger
        return found, because

    def retrospective(self, declared: str, triggers: Sequence[str]) -> timedelta | None:
        """Return the time in which such a decision may be recorded afterwards, None where it may not.

        It may where one of *triggers* gives time for that, and nothing asks for a wider scope.
        """
        scope, _ = self.widest(declared, triggers)
        widest = self.rank(scope.name) if scope else -1
        known = [self.triggers[name] for name in triggers if name in self.triggers]
        windows = [t.retrospective for t in known if t.retrospective and self.rank(t.scope) >= widest]
        return max(windows, default=None)

    def line_of(self, *keys: str | int) -> int:
        """Return the line of the value at *keys*, 1 where there is no file."""
        return self.lines(*keys) if self.lines else 1
