"""The timeline of decisions: for each, from when to when it was weighed, by the year in which it was decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from waypost.adr.cycle import Span as Measured
from waypost.adr.model import Decision, Decisions, State

_OPEN = (State.PROPOSED, State.DRAFT)


@dataclass(frozen=True, slots=True)
class Span:
    """How long *decision* was weighed: from ``proposed``, where that is known, to ``end``.

    ``is_open`` tells that it still is: then ``end`` is today.
    """

    decision: Decision
    proposed: date | None
    end: date
    is_open: bool = False

    @property
    def start(self) -> date:
        """The day on which it began: that of its end, where no other is known."""
        return self.proposed or self.end

    @property
    def days(self) -> int:
        """How many days it took, or has taken until now."""
        return (self.end - self.start).days


@dataclass(frozen=True, slots=True)
class Timeline:
    """Every decision with a date, by year, newest year and newest decision first; and those without any."""

    years: Mapping[int, tuple[Span, ...]]
    undated: tuple[Decision, ...]


def timeline_of(decisions: Decisions, measured: Iterable[Measured], today: date) -> Timeline:
    """Return the timeline of *decisions* as of *today*; days that a file lacks are those that git tells."""
    by_id = {span.decision: span for span in measured}
    years: dict[int, list[Span]] = {}
    undated: list[Decision] = []
    for decision in decisions.ordered:
        span = _span(decision, by_id[decision.id], today)
        if span is None:
            undated.append(decision)
        else:
            years.setdefault(span.end.year, []).append(span)
    ordered = {
        year: tuple(sorted(spans, key=lambda span: (span.end, span.start), reverse=True))
        for year, spans in sorted(years.items(), reverse=True)
    }
    return Timeline(ordered, tuple(undated))


def _span(decision: Decision, measured: Measured, today: date) -> Span | None:
    proposed = decision.proposed or measured.proposed
    end = decision.decided or decision.dated or measured.decided or proposed
    if end is None:
        return None
    if decision.state in _OPEN and not decision.decided:
        return Span(decision, proposed or end, max(proposed or end, today), is_open=True)
    # A proposal that is said to be later than the decision was recorded afterwards: it took no time.
    return Span(decision, min(proposed, end) if proposed else None, end)
