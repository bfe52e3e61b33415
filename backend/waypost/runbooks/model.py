"""Runbooks as values: the alerts they answer, their steps, and when they were last exercised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property

from waypost.catalog.refs import EntityRef
from waypost.core.errors import NotFoundError
from waypost.documents.model import Page


class Effect(StrEnum):
    """What a command does to the world."""

    READ = "read"
    """Looks, and changes nothing."""
    CHANGE = "change"
    """Changes something, and can be repeated or taken back without loss."""
    DESTRUCTIVE = "destructive"
    """Takes something away or stops it: it needs an undo."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A value that the reader fills in, and every command of the page takes."""

    name: str
    description: str = ""
    example: str = ""
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A shell block of a runbook. ``effect`` is as written, "" for none; ``section`` the heading it stands under."""

    language: str
    text: str
    line: int
    section: str = ""
    effect: str = ""
    expect: str = ""
    undo: str = ""
    precondition: str = ""


@dataclass(frozen=True, slots=True)
class Escalation:
    """Whom to call when a time has passed since the alert."""

    after: timedelta
    to: EntityRef


@dataclass(frozen=True, slots=True)
class StepResult:
    """How one step went in an exercise: ``ok``, ``failed`` or ``skipped``, and how long it took."""

    step: str
    result: str
    took: timedelta | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Exercise:
    """A record that a group went through a runbook: the evidence that it works."""

    runbook: str
    by: EntityRef
    at: datetime
    path: str
    environment: str = ""
    commit: str = ""
    steps: tuple[StepResult, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether no step failed."""
        return all(step.result != "failed" for step in self.steps)


@dataclass(frozen=True, slots=True)
class RuleText:
    """What a rule says besides its name: its labels, its expression with the line of it, and its ``runbook_url``."""

    expr: str = ""
    expr_line: int = 0
    labels: tuple[tuple[str, str], ...] = ()
    runbook_url: str = ""
    url_line: int = 0


@dataclass(frozen=True, slots=True)
class AlertRule:
    """An alert of a Prometheus rule file, one for each severity that the file gives it.

    ``pages_somebody`` tells whether it wakes somebody: then it must have a runbook.
    """

    name: str
    severity: str
    path: str
    line: int
    pages_somebody: bool = False
    text: RuleText = field(default=RuleText(), repr=False)


@dataclass(frozen=True, slots=True)
class RecordingRule:
    """A metric that a Prometheus rule file makes of others."""

    name: str
    path: str
    line: int
    text: RuleText = field(default=RuleText(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Runbook:
    """A runbook. ``name`` is that of its file; ``page`` what every page has: title, owner, what it is about.

    A guide without front matter is read as one too: ``is_typed`` is then false, and it is not checked.
    """

    name: str
    page: Page
    is_typed: bool = True
    alerts: tuple[str, ...] = ()
    severity: str = ""
    tier: str = ""
    escalation: tuple[Escalation, ...] = ()
    variables: Mapping[str, Variable] = field(default_factory=dict)
    dashboards: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    exercise_every: timedelta | None = None
    exercises: tuple[Exercise, ...] = ()

    @property
    def title(self) -> str:
        """The title of its page."""
        return self.page.title or self.name

    @property
    def path(self) -> str:
        """The file of its page."""
        return self.page.path

    @property
    def uri(self) -> str:
        """Where its page lies below the site's root."""
        return self.page.uri

    @property
    def owner(self) -> EntityRef | None:
        """Who looks after it."""
        return self.page.owner

    @property
    def status(self) -> str:
        """The status of its page."""
        return self.page.status

    @property
    def about(self) -> tuple[EntityRef, ...]:
        """The entities that it helps with."""
        return self.page.about

    @property
    def reviewed_on(self) -> date | None:
        """The day of its last review, or None."""
        return self.page.review.on if self.page.review else None

    @property
    def last_exercise(self) -> Exercise | None:
        """The newest exercise on record, or None."""
        return max(self.exercises, key=lambda exercise: exercise.at, default=None)

    @property
    def exercised_at(self) -> datetime | None:
        """When it was last exercised, or None for never."""
        return self.last_exercise.at if self.last_exercise else None

    def is_exercise_due(self, now: datetime) -> bool:
        """Tell whether the next exercise is due at *now*; never, where no interval is asked for."""
        if self.exercise_every is None:
            return False
        return self.exercised_at is None or now - self.exercised_at >= self.exercise_every

    def line_of(self, *keys: str | int) -> int:
        """Return the line of the front matter's value at *keys*."""
        return self.page.file.line_of(*keys)


@dataclass(frozen=True)
class Runbooks:
    """Every runbook, by name, the exercises that name none of them, and what rule files and lists of metrics define.

    ``metrics`` is None where no list names them; ``templates`` are rule files that say nothing before they are rendered.
    """

    ordered: tuple[Runbook, ...] = ()
    strays: tuple[Exercise, ...] = ()
    rules: tuple[AlertRule, ...] = ()
    recordings: tuple[RecordingRule, ...] = ()
    templates: tuple[str, ...] = ()
    metrics: frozenset[str] | None = None

    @cached_property
    def by_name(self) -> Mapping[str, Runbook]:
        """Runbooks by name."""
        return {runbook.name: runbook for runbook in self.ordered}

    @cached_property
    def by_path(self) -> Mapping[str, Runbook]:
        """Runbooks by the path of their page."""
        return {runbook.path: runbook for runbook in self.ordered}

    @cached_property
    def _by_alert(self) -> Mapping[str, Runbook]:
        found: dict[str, Runbook] = {}
        # A runbook that says which alerts it answers goes before a guide that is only named like one.
        for runbook in sorted(self.ordered, key=lambda runbook: not runbook.is_typed):
            for alert in runbook.alerts:
                found.setdefault(alert.lower(), runbook)
        return found

    @cached_property
    def alerts(self) -> Mapping[str, Runbook]:
        """The runbook of each alert, by the alert's name as written, sorted without regard to case."""
        names = {alert: self._by_alert[alert.lower()] for runbook in self.ordered for alert in runbook.alerts}
        return dict(sorted(names.items(), key=lambda item: item[0].lower()))

    def get(self, name: str) -> Runbook:
        """Return the runbook called *name*.

        Raises:
            NotFoundError: There is none.
        """
        if name not in self.by_name:
            raise NotFoundError("runbook", name)
        return self.by_name[name]

    def find_by_alert(self, alert: str) -> Runbook | None:
        """Return the runbook that answers *alert*, written in any case, or None."""
        return self._by_alert.get(alert.lower())

    def about(self, ref: EntityRef) -> tuple[Runbook, ...]:
        """Return the runbooks about *ref*, by name."""
        return tuple(runbook for runbook in self.ordered if ref in runbook.about)
