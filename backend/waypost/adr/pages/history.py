"""The history of a decision, day by day: what its file tells, and what git does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from markupsafe import Markup

from waypost.adr.model import Decision, Decisions
from waypost.adr.pages.words import day_html, link_of
from waypost.adr.text import entity_link
from waypost.catalog.model import Catalog
from waypost.core.git import FileHistory
from waypost.core.markup import listed
from waypost.core.workspace import Workspace


def history_html(decision: Decision, decisions: Decisions, catalog: Catalog, workspace: Workspace) -> Markup:
    """Return what happened to *decision* as a list, the oldest first."""
    found = workspace.history.of(decision.path)
    events = [*_written(decision, decisions, catalog), *_committed(found)]
    # The sort is stable: what happened on one day stays in the order of a decision's life.
    ordered = sorted(events, key=lambda event: event[0])
    shown = [Markup("{} {}").format(day_html(day), what) for day, what in ordered]
    if found is None:
        shown.append(Markup("not committed yet"))
    return listed(shown, ordered=True)


def _written(decision: Decision, decisions: Decisions, catalog: Catalog) -> Iterator[tuple[date, Markup]]:
    if decision.proposed:
        yield decision.proposed, Markup("proposed")
    for approval in decision.approvals:
        if approval.on:
            yield approval.on, Markup("approved by {}").format(entity_link(approval.by, catalog))
    if decision.decided:
        yield decision.decided, Markup("decided")
    elif decision.dated:
        yield decision.dated, Markup("the date that it bears")
    for name, ids in (("superseded", decision.superseded_by), ("amended", decision.amended_by)):
        for other in map(decisions.by_id.__getitem__, ids):
            if other.date:
                yield other.date, Markup("{} by {}").format(name, link_of(other))


def _committed(found: FileHistory | None) -> Iterator[tuple[date, Markup]]:
    if found is None:
        return
    first, last = found.first.date(), found.last.date()
    yield first, Markup("first committed") if found.commits > 1 else Markup("committed")
    if found.commits > 1:
        yield last, Markup("last changed, by commit {} of {}").format(found.commits, found.commits)
