"""The timeline of decisions: for each, from when to when it was weighed, by the year in which it was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from waypost.adr.model import Decision, Decisions, State

_OPEN = (State.PROPOSED, State.DRAFT)


@dataclass(frozen=True, slots=True)
class Span:
    """How long *decision* was weighed: from ``start`` to ``end``, which are one day where only one is known.

    ``is_open`` tells that it still is: then ``end`` is today.
    """

    decision: Decision
    start: date
    end: date
    is_open: bool = False

    @property
    def days(self) -> int:
        """How many days it took, or has taken until now."""
        return (self.end - self.start).days


@dataclass(frozen=True, slots=True)
class Timeline:
    """Every decision with a date, by year, newest year and newest decision first; and those without any."""

    years: Mapping[int, tuple[Span, ...]]
    undated: tuple[Decision, ...]


def timeline_of(decisions: Decisions, today: date) -> Timeline:
    """Return the timeline of *decisions* as of *today*."""
    years: dict[int, list[Span]] = {}
    undated: list[Decision] = []
    for decision in decisions.ordered:
        span = _span(decision, today)
        if span is None:
            undated.append(decision)
        else:
            years.setdefault(span.end.year, []).append(span)
    ordered = {
        year: tuple(sorted(spans, key=lambda span: (span.end, span.start), reverse=True))
        for year, spans in sorted(years.items(), reverse=True)
    }
    return Timeline(ordered, tuple(undated))


def _span(decision: Decision, today: date) -> Span | None:
    end = decision.date
    if end is None:
        return None
    if decision.state in _OPEN and not decision.decided:
        start = decision.proposed or end
        return Span(decision, start, max(start, today), is_open=True)
    # A proposal that is said to be later than the decision is a fault of its file: the day of the decision counts.
    start = min(decision.proposed or end, end)
    return Span(decision, start, end)
