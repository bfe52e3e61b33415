"""How long decisions take: from proposed to decided, by scope, with what is open and what was approved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from waypost.adr.approving import Standing, StandingState
from waypost.adr.model import Decision, Decisions, State
from waypost.adr.standings import find_standings
from waypost.adr.versions import Version, read_lineages, read_texts, states_of
from waypost.core.plugin import Knowledge
from waypost.core.workspace import Workspace

_DECIDED = frozenset({State.ACCEPTED, State.REJECTED, State.DEPRECATED, State.SUPERSEDED})
_APPROVABLE = frozenset({State.ACCEPTED, State.DEPRECATED, State.SUPERSEDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """When one decision was proposed and decided, as far as its file or git says so.

    ``from_git`` names the days that git tells: those of the commits that set the state. ``scope`` is the one
    that it needs, "" where none is known. ``standing`` and ``missing`` are those of its approvals.
    """

    decision: str
    title: str
    path: str
    state: str = ""
    scope: str = ""
    proposed: date | None = None
    decided: date | None = None
    from_git: tuple[str, ...] = ()
    standing: str = ""
    missing: int = 0

    @property
    def days(self) -> int | None:
        """The days from proposed to decided; None where one is not known, negative where it was recorded afterwards."""
        return (self.decided - self.proposed).days if self.proposed and self.decided else None


class Figures(NamedTuple):
    """Half of *n* decisions of a scope took ``p50_days`` at most, nine in ten ``p90_days``; None where *n* is 0."""

    scope: str
    n: int
    p50_days: int | None = None
    p90_days: int | None = None


class Ageing(NamedTuple):
    """A proposal that is open: since when, for how many days, and how many approvals are still to come.

    Where nobody knows since when, both are None.
    """

    decision: str
    title: str
    path: str
    scope: str
    since: date | None
    days: int | None
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleTime:
    """The cycle time of decisions as of a day, each figure with the number of decisions behind it.

    Of ``asked`` accepted decisions whose scope asks for approvals, ``approved`` have those that it takes, for the
    text as it is. Left out of the figures are ``undated`` ones, which lack a day, and ``retrospective`` ones,
    which were recorded after they were decided.
    """

    as_of: date
    since: date | None = None
    overall: Figures
    scopes: tuple[Figures, ...] = ()
    ageing: tuple[Ageing, ...] = ()
    asked: int = 0
    approved: int = 0
    undated: int = 0
    retrospective: int = 0

    @property
    def approved_share(self) -> float | None:
        """The share of decisions with the approvals that they need, from 0 to 1; None where none needs any."""
        return self.approved / self.asked if self.asked else None


def measure(spans: Iterable[Span], *, today: date, since: date | None = None) -> CycleTime:
    """Return the cycle time of *spans*.

    Args:
        spans: Every decision.
        today: The day on which open proposals are counted.
        since: Leave out what was decided before this day. What is open counts in any case.
    """
    known = list(spans)
    over = [s for s in known if s.state in _DECIDED and (since is None or (s.decided and s.decided >= since))]
    timed = [span for span in over if span.days is not None and span.days >= 0]
    names = list(dict.fromkeys(span.scope for span in known))
    asked = [s for s in over if s.state in _APPROVABLE and s.standing in _ASKED]
    return CycleTime(
        as_of=today,
        since=since,
        overall=_figures("", timed),
        scopes=tuple(_figures(name, [span for span in timed if span.scope == name]) for name in names),
        ageing=tuple(sorted(_open(known, today), key=lambda a: (a.since is None, a.since, a.decision))),
        asked=len(asked),
        approved=sum(span.standing == StandingState.APPROVED for span in asked),
        undated=sum(span.days is None for span in over),
        retrospective=sum(span.days is not None and span.days < 0 for span in over),
    )


_ASKED = frozenset({StandingState.APPROVED, StandingState.LAPSED, StandingState.MISSING})


def _figures(scope: str, spans: Sequence[Span]) -> Figures:
    days = sorted(span.days for span in spans if span.days is not None)
    return Figures(scope, len(days), percentile(days, 50), percentile(days, 90))


def percentile(ordered: Sequence[int], percent: int) -> int | None:
    """Return the smallest of *ordered* that at least *percent* of them do not exceed (nearest rank); None for none."""
    if not ordered:
        return None
    rank = -(-percent * len(ordered) // 100)
    return ordered[max(rank, 1) - 1]


def _open(spans: Iterable[Span], today: date) -> Iterator[Ageing]:
    for span in spans:
        if span.state == State.PROPOSED:
            days = (today - span.proposed).days if span.proposed else None
            where = (span.decision, span.title, span.path, span.scope)
            yield Ageing(*where, since=span.proposed, days=days, missing=span.missing)


def find_cycle_time(
    workspace: Workspace, knowledge: Knowledge, today: date, since: date | None = None
) -> CycleTime:
    """Return the cycle time of the workspace's decisions as its files and git tell it."""
    standings = find_standings(workspace, knowledge, today)
    return measure(find_spans(workspace, knowledge, standings), today=today, since=since)


def find_spans(
    workspace: Workspace, knowledge: Knowledge, standings: Mapping[str, Standing]
) -> tuple[Span, ...]:
    """Return the span of each decision. Git is asked only for days that front matter does not say, in one pass.

    Args:
        workspace: Where the decisions are.
        knowledge: What was loaded of it.
        standings: Where each decision stands, by its id.
    """
    decisions = knowledge[Decisions]
    spans = {decision.path: _written(decision, standings[decision.id]) for decision in decisions.ordered}
    lacking = {path for path, span in spans.items() if _lacks(span)}
    if lacking:
        for path, states in _states(workspace, decisions.folder, lacking):
            spans[path] = with_history(spans[path], states)
    order = {scope.name: place for place, scope in enumerate(decisions.rights.scopes)}
    return tuple(sorted(spans.values(), key=lambda s: (order.get(s.scope, len(order)), s.scope, s.decision)))


def _written(decision: Decision, now: Standing) -> Span:
    return Span(
        decision=decision.id,
        title=decision.title,
        path=decision.path,
        state=str(decision.state or ""),
        scope=now.scope.name if now.scope else decision.scope,
        proposed=decision.proposed,
        decided=decision.decided if decision.state in _DECIDED else None,
        standing=str(now.state),
        missing=now.missing,
    )


def _lacks(span: Span) -> bool:
    if span.state in _DECIDED:
        return span.proposed is None or span.decided is None
    return span.state == State.PROPOSED and span.proposed is None


def _states(
    workspace: Workspace, folder: str, paths: set[str]
) -> Iterator[tuple[str, tuple[tuple[Version, State | None], ...]]]:
    lineages = {p: versions for p, versions in read_lineages(workspace, folder).items() if p in paths}
    texts = read_texts(workspace, (version for versions in lineages.values() for version in versions))
    # Of a history that was fetched in part, the first version is not where the file began.
    first = 1 if workspace.history.is_shallow else 0
    for path, versions in lineages.items():
        yield path, states_of(versions, texts)[first:]


def with_history(span: Span, states: Sequence[tuple[Version, State | None]]) -> Span:
    """Return *span* with the days that it lacks, from the commits that set the state.

    A record that was committed when all was decided says nothing of how long that took: it keeps no day.
    """
    proposed = next((v.at.date() for v, state in states if state is State.PROPOSED), None)
    begun = bool(states) and states[0][1] not in _DECIDED
    decided = next((v.at.date() for v, state in states if state in _DECIDED), None) if begun else None
    if span.state not in _DECIDED:
        decided = None
    days = (("proposed", span.proposed, proposed), ("decided", span.decided, decided))
    told = tuple(name for name, written, found in days if written is None and found)
    return replace(span, proposed=span.proposed or proposed, decided=span.decided or decided, from_git=told)
