"""Rules over approvals: those that do not count, those that are missing, and triggers that a change implies."""

from __future__ import annotations

from collections.abc import Iterator

from waypost.adr.approving import ApprovalState, Judged, Standing, StandingState
from waypost.adr.model import Decision, Decisions, State
from waypost.adr.rights import Rights
from waypost.adr.standings import find_standings
from waypost.adr.triggers import Implied, deciding, uncovered
from waypost.core.errors import Problem, Severity
from waypost.core.plugin import Before, CheckedAt, Knowledge
from waypost.core.workspace import Workspace

_FALSE = frozenset({ApprovalState.FUTURE, ApprovalState.EARLY, ApprovalState.DUPLICATE})
"""What cannot be true, whatever comes of the decision."""
_ELSEWHERE = frozenset({ApprovalState.COUNTS, ApprovalState.REPLACED, ApprovalState.UNKNOWN})
"""What is right, is history, or is told by the check of groups."""
_FIXES = {
    ApprovalState.LAPSED: "Have the text approved again: 'waypost adr approve'.",
    ApprovalState.DUPLICATE: "Remove one of the two.",
    ApprovalState.SELF: "Ask somebody else: nobody approves their own decision.",
    ApprovalState.OUTSIDE: "Ask one of the groups of the scope.",
    ApprovalState.UNBOUND: "Let 'waypost adr approve' write the approval.",
    ApprovalState.UNDATED: "Add 'on:' with the day.",
    ApprovalState.FUTURE: "Write the day on which it was given.",
    ApprovalState.EARLY: "Correct the day of the approval, or that of the proposal.",
}
_STANDING = frozenset({State.DRAFT, State.PROPOSED, State.ACCEPTED})
"""The states in which approvals matter: of what is over nobody approves the text any more."""


def check_approvals(workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
    """Find approvals that do not count, and accepted decisions that lack those of their scope."""
    decisions = knowledge[Decisions]
    if not any(scope.asks for scope in decisions.rights.scopes):
        return
    today = knowledge[CheckedAt].at.date()
    standings = find_standings(workspace, knowledge, today)
    for decision in decisions.ordered:
        if decision.is_own_format:
            now = standings[decision.id]
            yield from _approval_problems(decision, now)
            yield from _missing(decision, now, decisions.rights)


def _approval_problems(decision: Decision, now: Standing) -> Iterator[Problem]:
    for judged in now.approvals:
        if judged.state in _ELSEWHERE or not (now.needed or judged.state in _FALSE):
            continue
        is_over = now.state is StandingState.NOT_ASKED or decision.state not in _STANDING
        if is_over and judged.state not in _FALSE:
            continue
        yield _problem(decision, judged)


def _problem(decision: Decision, judged: Judged) -> Problem:
    line = decision.file.line_of("approvals", judged.place)
    lapsed = judged.state is ApprovalState.LAPSED
    verb = "lapsed" if lapsed else "does not count"
    message = f"the approval of {judged.approval.by} {verb}: {judged.reason}"
    severity = Severity.ERROR if judged.state in _FALSE else Severity.WARNING
    return Problem(decision.path, line, "adr/approval", message, _FIXES[judged.state], severity)


def _missing(decision: Decision, now: Standing, rights: Rights) -> Iterator[Problem]:
    if now.state not in (StandingState.MISSING, StandingState.LAPSED) or decision.state is not State.ACCEPTED:
        return
    message = f"is {decision.status}, and {told_missing(now)}"
    fix = f"Have it approved ('waypost adr approve {decision.id} --by …'), or set 'status: proposed'."
    if rights.since is None:
        fix += f" For decisions of before, set 'since:' in {rights.path}."
    line = decision.line_of("status")
    yield Problem(decision.path, line, "adr/unapproved", message, fix)


def told_missing(now: Standing) -> str:
    """Return in words what is missing: how many approvals, of whom, by which scope and trigger."""
    scope = now.scope
    if scope is None or not now.missing:
        return "nothing is missing"
    groups = now.missing_from or scope.groups
    of = f"of {' or '.join(groups)}" if not now.missing_from else f"of each of {' and '.join(groups)}"
    because = f" (trigger '{now.trigger}')" if now.trigger else ""
    lapsed = ", since text changed" if now.lapsed else ""
    plural = "approval" if now.missing == 1 else "approvals"
    return (
        f"lacks {now.missing} {plural} {of}{lapsed}: scope '{scope.name}'{because} takes {now.needed}, "
        f"and {len(now.counting)} {'counts' if len(now.counting) == 1 else 'count'}"
    )


def check_triggers(_workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
    """Find triggers that a change implies and that no decision of it names; nothing where nothing is compared."""
    if Before not in knowledge:
        return
    missing = uncovered(knowledge[Before], knowledge)
    rights = knowledge[Decisions].rights
    decisions = deciding(knowledge[Before], knowledge)
    if not decisions:
        yield from map(_undecided, missing)
        return
    # Of several, the one that stands furthest and widest answers for the change.
    first = max(decisions, key=lambda d: (d.state is not State.DRAFT, rights.rank(d.scope)))
    for implied in missing:
        yield _unnamed(first, implied)


def _undecided(implied: Implied) -> Problem:
    message = f"this change {implied.because}: a decision of scope {implied.scope} is asked for"
    fix = f"Propose one ('waypost adr new') with the trigger '{implied.trigger}', or link to the one that holds."
    return Problem(implied.path, implied.line, "adr/trigger", message, fix, Severity.WARNING)


def _unnamed(decision: Decision, implied: Implied) -> Problem:
    message = (
        f"this change {implied.because} ({implied.path}), which is '{implied.trigger}' of scope "
        f"{implied.scope}, and its triggers do not name it"
    )
    fix = f"Add '{implied.trigger}' to 'triggers:', or make that change apart from this decision."
    severity = Severity.WARNING if decision.state is State.DRAFT else Severity.ERROR
    line = decision.line_of("triggers")
    return Problem(decision.path, line, "adr/trigger", message, fix, severity)
