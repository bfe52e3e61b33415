"""What a change does to decisions: their state, who must approve them, and which approvals lapse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from waypost.adr.approving import ApprovalState, Standing, StandingState, standing
from waypost.adr.model import Decision, Decisions, State
from waypost.adr.standings import find_standing
from waypost.catalog.model import Catalog
from waypost.core.plugin import Before, Knowledge
from waypost.core.report import ReportPart, code, table, told
from waypost.core.words import counted
from waypost.core.workspace import Workspace

_ORDER: Final = 10
# What does not hold asks nobody to approve it.
_ENDED: Final = (State.REJECTED, State.DEPRECATED, State.SUPERSEDED)


def report_decisions(workspace: Workspace, knowledge: Knowledge, at: datetime) -> Iterator[ReportPart]:
    """Give the decisions that the change adds, changes or takes away; nothing for none."""
    rows = list(_rows(workspace, knowledge, at.date()))
    if rows:
        text = table(("Decision", "State", "Scope", "Approvals"), rows)
        yield ReportPart(_ORDER, "Decisions", counted(len(rows), "decision"), text)


def _rows(workspace: Workspace, knowledge: Knowledge, today: date) -> Iterator[tuple[str, str, str, str]]:
    decisions, before = knowledge[Decisions], knowledge[Before]
    old_decisions = before.knowledge[Decisions]
    kept: set[str] = set()
    for decision in decisions.ordered:
        old = _old_of(decision, old_decisions, before)
        kept |= {old.path} if old else set()
        if old is None or not _is_same(old, decision):
            now = find_standing(workspace, knowledge, decision, today)
            then = old and standing(old, old_decisions, before.knowledge[Catalog], today=today)
            approvals = "; ".join(_approvals(decision, now, then or None, knowledge[Catalog]))
            yield _name(decision), _state(old, decision), _scope(now), approvals
    for old in old_decisions.ordered:
        if old.path not in kept:
            yield _name(old), f"{_status(old)}, **removed**", "", ""


def _old_of(decision: Decision, old_decisions: Decisions, before: Before) -> Decision | None:
    """Return what *decision* was before: by its uid, which never changes, or else by its file."""
    by_uid = next((old for old in old_decisions.ordered if decision.uid and old.uid == decision.uid), None)
    return by_uid or old_decisions.by_path.get(before.old_path(decision.path))


def _is_same(old: Decision, now: Decision) -> bool:
    return old.file.text == now.file.text and old.path == now.path and old.state == now.state


def _name(decision: Decision) -> str:
    number = f"{decision.number:04d} " if decision.number is not None else ""
    return f"{told(number + decision.title)}<br>{code(decision.path)}"


def _state(old: Decision | None, now: Decision) -> str:
    status = _status(now)
    if old is None:
        return f"new, {status}"
    if _status(old) != status:
        return f"{_status(old)} → **{status}**"
    if old.number != now.number:
        return f"{status}, gets its number"
    return f"{status}, text changed" if old.file.body != now.file.body else f"{status}, front matter changed"


def _status(decision: Decision) -> str:
    return told(str(decision.state or decision.status or "no status"))


def _scope(now: Standing) -> str:
    if now.scope is None:
        return "not given"
    return told(now.scope.name) + (f", for {code(now.trigger)}" if now.trigger else "")


def _approvals(decision: Decision, now: Standing, then: Standing | None, catalog: Catalog) -> Iterator[str]:
    if now.state is StandingState.NOT_NEEDED:
        yield "none needed"
        return
    if now.state is StandingState.NOT_ASKED:
        yield "none asked for: decided before the rights were in force"
        return
    held = {each.approval for each in then.counting} if then else set()
    for each in now.lapsed:
        again = "**lapses with this change**" if each.approval in held else "has lapsed"
        yield f"the approval of {_who(each.approval.by, catalog)} {again}: {told(each.reason)}"
    for each in now.approvals:
        if each.state not in (ApprovalState.COUNTS, ApprovalState.LAPSED, ApprovalState.REPLACED):
            yield f"the approval of {_who(each.approval.by, catalog)} does not count: {told(each.reason)}"
    yield f"{len(now.counting)} of {now.needed}"
    if now.missing and now.scope and decision.state not in _ENDED:
        groups = now.missing_from or now.scope.groups
        yield f"**{now.missing} to come from {' or '.join(_who(group, catalog) for group in groups)}**"
        command = f"waypost adr approve {decision.id} --by {(*groups, 'group:…')[0]}"
        yield f"by {code(command)}"


def _who(reference: str, catalog: Catalog) -> str:
    entity = catalog.find(reference)
    return told(entity.title) if entity else code(reference)
