"""Rules over who may decide what: the file of rights, and each decision's scope and approvals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from waypost.adr.model import Decision, Decisions
from waypost.adr.rights import Rights, Scope, Trigger
from waypost.catalog.model import Catalog
from waypost.core.durations import duration_text
from waypost.core.errors import Problem, Severity, suggest
from waypost.core.plugin import Knowledge
from waypost.core.workspace import Workspace
from waypost.documents.kinds import KINDS


def check_rights(_workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
    """Find scopes whose approvals nobody can give, triggers of unknown scopes, and groups that do not exist."""
    rights, catalog = knowledge[Decisions].rights, knowledge[Catalog]
    for scope in rights.scopes:
        yield from _scope_faults(scope, rights, catalog)
    for trigger in rights.triggers.values():
        yield from _trigger_faults(trigger, rights)


def _scope_faults(scope: Scope, rights: Rights, catalog: Catalog) -> Iterator[Problem]:
    line = rights.line_of("scopes", scope.name)
    if (scope.approvals or scope.each) and not scope.groups:
        message = f"scope '{scope.name}' asks for approvals and says from nobody"
        yield Problem(rights.path, line, "adr/rights", message, "Add 'from:' with the groups that approve.")
        return
    unknown = [group for group in scope.groups if not _is_known_group(catalog, group)]
    yield from (_unknown_group(rights.path, line, group) for group in unknown)
    voices = {voice for group in scope.groups for voice in (group, *_members(catalog, group))}
    if not unknown and scope.asks and len(voices) < scope.quorum:
        message = (
            f"scope '{scope.name}' takes {scope.quorum} approvals, and only {len(voices)} can be given: each of its "
            "groups counts once, and each of their members that the catalog knows"
        )
        fix = "Ask for fewer, name more groups in 'from:', or add the members to the catalog as users."
        yield Problem(rights.path, line, "adr/rights", message, fix, Severity.WARNING)


def _members(catalog: Catalog, group: str) -> list[str]:
    found = catalog.find(group)
    return [str(ref) for ref in found.relations("hasMember")] if found else []


def _trigger_faults(trigger: Trigger, rights: Rights) -> Iterator[Problem]:
    if rights.find_scope(trigger.scope) is None:
        message = f"trigger '{trigger.name}' demands scope '{trigger.scope}', which is not defined"
        line = rights.line_of("triggers", trigger.name)
        yield Problem(rights.path, line, "adr/rights", message, "Define the scope, or name another.")
    for place, condition in enumerate(trigger.when):
        for kind in condition.pages:
            if kind not in KINDS:
                message = f"trigger '{trigger.name}' looks for pages of kind '{kind}', which is none"
                line = rights.line_of("triggers", trigger.name, "when", place)
                fix = suggest(kind, KINDS, f"Use one of {', '.join(KINDS)}.")
                yield Problem(rights.path, line, "adr/rights", message, fix)


def check_scope(decision: Decision, knowledge: Knowledge) -> Iterator[Problem]:
    """Find scopes that are unknown or narrower than the triggers demand, and deciders who do not exist."""
    rights = knowledge[Decisions].rights
    if decision.is_own_format and rights.scopes:
        yield from _scope_problems(decision, rights)
    yield from _decider_problems(decision, knowledge[Catalog])


def check_recorded(decision: Decision, after: timedelta, rights: Rights) -> Iterator[Problem]:
    """Find what is wrong with *decision*, which was written down only *after* it was decided: mostly, that it was."""
    window = rights.retrospective(decision.scope, decision.triggers)
    if window is not None and after <= window:
        return
    line = decision.line_of("decided")
    if window is None:
        message = f"was decided on {decision.decided}, before it was proposed on {decision.proposed}"
        fix = "Correct the date that is wrong."
    else:
        message = (
            f"was decided on {decision.decided} and written down {after.days} days later, on {decision.proposed}: "
            f"its triggers give it {duration_text(window)}"
        )
        fix = "Correct the dates, or have it decided anew by those who must approve a change of this kind."
    yield Problem(decision.path, line, "adr/date-order", message, fix)


def _scope_problems(decision: Decision, rights: Rights) -> Iterator[Problem]:
    known = ", ".join(scope.name for scope in rights.scopes)
    line = decision.line_of("scope")
    if decision.scope and rights.find_scope(decision.scope) is None:
        message = f"its scope '{decision.scope}' is not in {rights.path}"
        yield Problem(decision.path, line, "adr/scope", message, f"Use one of {known}.")
    for place, trigger in enumerate(decision.triggers):
        demanded = rights.demanded_by(trigger)
        if trigger not in rights.triggers:
            at = decision.file.line_of("triggers", place)
            message = f"its trigger '{trigger}' is not in {rights.path}"
            yield Problem(decision.path, at, "adr/scope", message, "Correct it, or add the trigger there.")
        elif demanded and decision.scope and rights.rank(decision.scope) < rights.rank(demanded.name):
            message = (
                f"trigger '{trigger}' demands scope '{demanded.name}', and its scope is '{decision.scope}'"
            )
            yield Problem(decision.path, line, "adr/scope", message, f"Set 'scope: {demanded.name}'.")


def _decider_problems(decision: Decision, catalog: Catalog) -> Iterator[Problem]:
    named = [("decision-makers", place, name) for place, name in enumerate(decision.deciders)]
    named += [("approvals", place, approval.by) for place, approval in enumerate(decision.approvals)]
    for key, place, name in named:
        # A name that is no reference is a person's, as MADR has it.
        if name.startswith(("group:", "user:")) and catalog.find(name) is None:
            yield _unknown_group(decision.path, decision.file.line_of(key, place), name)


def _is_known_group(catalog: Catalog, name: str) -> bool:
    found = catalog.find(name)
    return found is not None and found.ref.kind == "group"


def _unknown_group(path: str, line: int, name: str) -> Problem:
    message = f"{name} is {'not in' if name.startswith('user:') else 'no group of'} the catalog"
    return Problem(
        path, line, "adr/unknown-group", message, "Correct the name, or add the group.", Severity.ERROR
    )
