"""Rules over the life of decisions: states that may not follow, records that are gone, work that began too early or never."""

from __future__ import annotations

from collections.abc import Iterator

from waypost.adr.lifecycle import (
    Pair,
    changed_substance,
    find_cycles,
    follow,
    idle_days,
    may_become,
    written_state,
)
from waypost.adr.model import Decision, Decisions, State
from waypost.adr.standings import find_standing
from waypost.adr.versions import read_lineages, read_texts, states_of
from waypost.core.errors import Problem, Severity
from waypost.core.plugin import Before, CheckedAt, Knowledge
from waypost.core.workspace import Workspace

_BEGUN = frozenset({"in-progress", "done"})
_UNDECIDED = frozenset({State.DRAFT, State.PROPOSED, State.REJECTED})


def check_lifecycle(workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
    """Find what a change does to records that may not be, and what history shows of the same."""
    changed: set[str] = set()
    for problem in _compared(workspace, knowledge):
        changed.add(problem.path)
        yield problem
    for problem in _past(workspace, knowledge):
        if problem.path not in changed:
            yield problem


def _compared(workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
    if Before not in knowledge:
        return
    before, decisions = knowledge[Before], knowledge[Decisions]
    for pair in follow(before, decisions):
        was, now = pair
        if now is None:
            yield from _gone(was)
        elif was.file.text != now.file.text or was.state != now.state:
            yield from _uid_changed(was, now)
            yield from _transition(was, now)
            yield from _rewritten(pair, workspace, knowledge)


def _gone(was: Decision) -> Iterator[Problem]:
    if written_state(was) is State.DRAFT:
        return
    message = f"the record '{was.title}', {was.status or 'without a status'}, is gone"
    fix = "Put it back: what was proposed stays on record, as rejected, deprecated or superseded."
    severity = Severity.ERROR if was.is_own_format else Severity.WARNING
    yield Problem(was.path, 1, "adr/deleted", message, fix, severity)


def _uid_changed(was: Decision, now: Decision) -> Iterator[Problem]:
    if was.uid and now.uid != was.uid:
        told = f"is '{now.uid}'" if now.uid else "is gone"
        message = f"its uid was '{was.uid}', and {told}: a uid never changes"
        yield Problem(
            now.path, now.line_of("uid"), "adr/uid-changed", message, f"Write 'uid: {was.uid}' again."
        )


def _transition(was: Decision, now: Decision) -> Iterator[Problem]:
    old, new = written_state(was), written_state(now)
    if old is None or new is None or may_become(old, new):
        return
    severity = Severity.ERROR if now.is_own_format else Severity.WARNING
    message = f"was {old}, and is {new} now"
    yield Problem(now.path, now.line_of("status"), "adr/transition", message, _fix(old, new), severity)


def _fix(old: State, new: State) -> str:
    back = f"Set 'status: {old}' again"
    if old is State.REJECTED or (old is not State.ACCEPTED and new is State.ACCEPTED):
        return f"{back}, and write a new decision that says what has changed since."
    if old is State.ACCEPTED:
        return f"{back}; to undo it, say deprecated, or write a decision that supersedes it."
    return f"{back}; a new decision may supersede it."


def _rewritten(pair: Pair, workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
    was, now = pair
    if now is None or not now.is_own_format or State.ACCEPTED not in (written_state(was), was.state):
        return
    decisions, before = knowledge[Decisions], knowledge[Before].knowledge[Decisions]
    differs = changed_substance(was, now, before, decisions)
    if not differs:
        return
    today = knowledge[CheckedAt].at.date()
    standing = find_standing(workspace, knowledge, now, today)
    if standing.needed and standing.is_met:
        # Who must approve has approved the new text.
        return
    named = ", ".join(f"'{name}'" for name in differs)
    message = f"was accepted, and what it decides is changed: {named}"
    fix = "Put the words back, and write a decision that supersedes it; corrections belong below 'More Information'."
    severity = Severity.ERROR if standing.needed and standing.is_asked else Severity.WARNING
    yield Problem(now.path, _line_of(now, differs[0]), "adr/rewritten", message, fix, severity)


def _line_of(decision: Decision, name: str) -> int:
    for heading in decision.file.headings:
        if heading.text == name:
            return heading.line
    return decision.line_of(name)


def _past(workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
    """Find decisions of our own format whose state cannot follow from one that a commit gave them."""
    decisions = knowledge[Decisions]
    own = {decision.path: decision for decision in decisions.ordered if decision.is_own_format}
    if Before in knowledge:
        # What was wrong before a change is not of its making.
        changed = {change.path for change in knowledge[Before].changes}
        own = {path: decision for path, decision in own.items() if path in changed}
    lineages = read_lineages(workspace, decisions.folder) if own else {}
    lineages = {path: versions for path, versions in lineages.items() if path in own and len(versions) > 1}
    texts = read_texts(workspace, (version for versions in lineages.values() for version in versions))
    for path, versions in lineages.items():
        now = written_state(own[path])
        for version, state in states_of(versions, texts):
            if state and now and not may_become(state, now):
                message = (
                    f"was {state} on {version.at.date()} (commit {version.commit[:10]}), and is {now} now"
                )
                line = own[path].line_of("status")
                yield Problem(path, line, "adr/transition", message, _fix(state, now), Severity.WARNING)
                break


def check_work(_workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
    """Find work that began before its decision, or never, and supersession that cannot be."""
    decisions, today = knowledge[Decisions], knowledge[CheckedAt].at.date()
    for decision in decisions.ordered:
        if decision.is_own_format:
            yield from _begun_early(decision, decisions)
        days = idle_days(decision, today)
        if days:
            message = f"was accepted {days} days ago, and nothing of it is begun"
            fix = "Begin, say where it stands in 'implementation:', or deprecate it."
            line = decision.line_of("implementation")
            yield Problem(decision.path, line, "adr/idle", message, fix, Severity.WARNING)
        yield from _impossible(decision, decisions)
    for cycle in find_cycles(decisions):
        first = decisions.by_id[cycle[0]]
        message = f"supersedes itself in a circle: {' → '.join((*cycle, cycle[0]))}"
        line = first.line_of("supersedes")
        fix = "Take out the one that is not true: the newest is superseded by none."
        yield Problem(first.path, line, "adr/contradiction", message, fix, _severity(first))


def _begun_early(decision: Decision, decisions: Decisions) -> Iterator[Problem]:
    state = written_state(decision)
    if decision.implementation not in _BEGUN or state not in _UNDECIDED:
        return
    if state is not State.REJECTED and decisions.rights.retrospective(decision.scope, decision.triggers):
        # Acted on first, by right.
        return
    message = f"is {state}, and its implementation is {decision.implementation}"
    fix = "Set 'implementation: not-started' until it is accepted."
    if state is State.REJECTED:
        fix = "Set 'implementation: not-applicable', and take back what was begun."
    severity = Severity.ERROR if state is State.DRAFT else Severity.WARNING
    line = decision.line_of("implementation")
    yield Problem(decision.path, line, "adr/implementation", message, fix, severity)


def _impossible(decision: Decision, decisions: Decisions) -> Iterator[Problem]:
    """Find what *decision* supersedes and cannot: what was never decided, and what is newer."""
    for mention in decision.mentions:
        other = decisions.by_id.get(mention.decision)
        if mention.kind != "supersedes" or other is None or other is decision:
            continue
        state = written_state(other)
        if state in _UNDECIDED and written_state(decision) not in _UNDECIDED:
            message = f"supersedes {other.id}, which is {state}: it never held"
            fix = "Take it out of 'supersedes'; say in the text what became of it."
        elif _is_newer(other, decision):
            message = f"supersedes {other.id}, which is newer"
            fix = f"Write 'supersedes: [{decision.id}]' in {other.path} if that is the other way round."
        else:
            continue
        yield Problem(decision.path, mention.line, "adr/contradiction", message, fix, _severity(decision))


def _is_newer(other: Decision, than: Decision) -> bool:
    if other.decided and than.decided:
        return other.decided > than.decided
    if other.number is None or than.number is None:
        return False
    return other.number > than.number


def _severity(decision: Decision) -> Severity:
    return Severity.ERROR if decision.is_own_format else Severity.WARNING
