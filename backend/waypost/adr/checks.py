"""Rules over decisions. In Waypost's own format a fault is an error; in others what cannot be read is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from waypost.adr.aliases import check_aliases
from waypost.adr.approval_checks import check_approvals, check_triggers
from waypost.adr.lifecycle_checks import check_lifecycle, check_work
from waypost.adr.links import check_links
from waypost.adr.model import STATE_WORDS, Decision, Decisions, State
from waypost.adr.relations import SUPERSEDED_BY
from waypost.adr.rights_checks import check_recorded, check_rights, check_scope
from waypost.catalog.model import Catalog
from waypost.core.errors import Edit, Problem, Severity, one_close
from waypost.core.frontmatteredits import respell_word
from waypost.core.plugin import Check, Knowledge
from waypost.core.workspace import Workspace

Rule = Callable[[Decision, Knowledge], Iterator[Problem]]


def check_decisions(_workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
    """Find what is wrong with each decision, and between them."""
    decisions = knowledge[Decisions]
    for decision in decisions.ordered:
        for rule in _RULES:
            yield from rule(decision, knowledge)
    yield from check_duplicates(decisions)


def check_duplicates(decisions: Decisions) -> Iterator[Problem]:
    """Find numbers and uids that two decisions of one folder share."""
    numbers: dict[tuple[str, int], Decision] = {}
    uids: dict[str, Decision] = {}
    for decision in sorted(decisions.ordered, key=lambda d: d.path):
        if decision.number is not None:
            first = numbers.setdefault((str(PurePosixPath(decision.path).parent), decision.number), decision)
            if first is not decision:
                message = f"number {decision.number} is already that of {first.path}"
                line = decision.line_of("title")
                fix = "Give the later one another: waypost adr number --collisions."
                yield Problem(decision.path, line, "adr/duplicate-number", message, fix)
        first = uids.setdefault(decision.uid, decision) if decision.uid else decision
        if first is not decision:
            message = f"uid '{decision.uid}' is already that of {first.path}"
            line = decision.line_of("uid")
            yield Problem(
                decision.path, line, "adr/duplicate-uid", message, "Make up another uid for the newer one."
            )


def check_status(decision: Decision, _knowledge: Knowledge) -> Iterator[Problem]:
    """Find statuses that are missing, or none of the known."""
    line = decision.line_of("status")
    known = ", ".join(State)
    if not decision.status and not decision.is_own_format:
        message = "says nothing of its status"
        fix = f"Add a status: {known}."
        yield Problem(decision.path, line, "adr/missing-status", message, fix, Severity.WARNING)
    elif decision.status and decision.status not in STATE_WORDS:
        message = f"its status '{decision.status}' is none that Waypost knows; it is shown as written"
        edit = respell_word(decision.file, line, decision.status, one_close(decision.status, list(State)))
        yield Problem(
            decision.path,
            line,
            "adr/unknown-status",
            message,
            f"Use one of {known}.",
            Severity.WARNING,
            edit=edit,
        )


def check_title(decision: Decision, _knowledge: Knowledge) -> Iterator[Problem]:
    """Find titles that are missing, and numbers in titles that are not the file's."""
    if decision.places["title"].where == "name":
        message = f"has no title of its own; '{decision.title}' is taken from its name"
        yield _told(decision, "title", "adr/missing-title", message, "Begin the text with a heading '# …'.")
    number, wrong = decision.number, decision.title_number
    if number is not None and wrong is not None and number != wrong:
        message = f"its title says number {wrong}, its file number {number}"
        told = _told(decision, "title", "adr/number-mismatch", message, f"Write {number} in the title.")
        yield replace(told, edit=_renumbered(decision, told.line, wrong, number))


def _renumbered(decision: Decision, line: int, wrong: int, number: int) -> Edit | None:
    """Return the edit that writes *number* for *wrong* in the title, with as many digits; None where it is not there once."""
    source = "".join(decision.file.text.split("\n")[line - 1 : line])
    found = [match for match in re.finditer(r"\d+", source) if int(match[0]) == wrong]
    if len(found) != 1:
        return None
    old = found[0]
    return Edit(decision.path, line, old[0], f"{number:0{len(old[0])}}", old.start() + 1)


def check_dates(decision: Decision, knowledge: Knowledge) -> Iterator[Problem]:
    """Find dates that cannot be read for certain, and dates in an impossible order."""
    for name, text in decision.unread.items():
        message = f"its {name} '{text}' cannot be read for certain"
        yield _told(decision, name, "adr/unread-date", message, "Write the date as 2026-09-19.")
    proposed, decided, review = decision.proposed, decision.decided, decision.review_by
    if proposed and decided and decided < proposed:
        yield from check_recorded(decision, proposed - decided, knowledge[Decisions].rights)
    if decided and review and review <= decided:
        message = f"its review is due on {review}, not after it was decided on {decided}"
        yield _wrong(decision, "review-by", "adr/date-order", message, "Set a later review-by.")


def check_required(decision: Decision, _knowledge: Knowledge) -> Iterator[Problem]:
    """Find keys that a decision of our own format needs in its state, and has not."""
    if not decision.is_own_format:
        return
    for key, value, states in (
        ("summary", decision.summary, _PROPOSED),
        ("scope", decision.scope, _PROPOSED),
        ("proposed", decision.proposed, _PROPOSED),
        ("decided", decision.decided, _DECIDED),
        ("decision-makers", decision.deciders, _DECIDED),
    ):
        # A key that is there and wrong has been told already.
        if decision.status in states and not value and key not in decision.file.front_matter:
            message = f"is {decision.status} and has no {key}"
            yield _wrong(decision, "status", "adr/missing-key", message, f"Add '{key}:' to the front matter.")
    left = _PLACEHOLDER.search(decision.summary) if decision.status in _PROPOSED else None
    if left:
        message = f"is {decision.status}, and its summary is still that of the template: '{left[0]}'"
        fix = "Say it in one sentence that stands alone in a list."
        yield replace(_wrong(decision, "summary", "adr/missing-key", message, fix), severity=Severity.WARNING)


def check_relations(decision: Decision, knowledge: Knowledge) -> Iterator[Problem]:
    """Find relations that lead nowhere, and those that contradict each other."""
    decisions = knowledge[Decisions]
    for mention in decision.mentions:
        if not mention.decision and not mention.target.startswith(("http:", "https:")):
            message = f"{mention.kind} '{mention.text}', which is no decision here"
            severity = Severity.ERROR if decision.is_own_format else Severity.WARNING
            fix = "Name a decision by its number, or link to its file."
            yield Problem(decision.path, mention.line, "adr/unknown-decision", message, fix, severity)
        elif mention.decision == decision.id:
            message = f"{mention.kind} itself"
            yield Problem(
                decision.path, mention.line, "adr/contradiction", message, "Name the other decision."
            )
    for other in sorted(set(decision.supersedes) & set(decision.superseded_by)):
        message = f"supersedes {other}, and is superseded by it"
        yield _wrong(decision, "supersedes", "adr/contradiction", message, "Keep the side that is true.")
    state = STATE_WORDS.get(decision.status)
    if state is State.SUPERSEDED and not decision.superseded_by and not _names_successor(decision):
        message = "is superseded, and no decision says that it supersedes it"
        fix = f"Add 'supersedes: [{decision.id}]' to the decision that did, or say deprecated."
        yield _told(decision, "status", "adr/contradiction", message, fix)
    if decision.supersedes and state is State.REJECTED:
        first = decisions.by_id[decision.supersedes[0]]
        message = f"is {state}, and supersedes {first.id}"
        yield _told(decision, "status", "adr/contradiction", message, "A rejected decision replaces nothing.")


def check_affects(decision: Decision, knowledge: Knowledge) -> Iterator[Problem]:
    """Find affected entities that the catalog does not hold."""
    catalog = knowledge[Catalog]
    for place, ref in enumerate(decision.affects):
        if catalog.find(ref) is None:
            line = decision.file.line_of("affects", place)
            message = f"affects {ref}, which is not in the catalog"
            yield Problem(
                decision.path,
                line,
                "adr/unknown-entity",
                message,
                "Correct the reference, or add the entity.",
            )


def _names_successor(decision: Decision) -> bool:
    return any(mention.kind == SUPERSEDED_BY for mention in decision.mentions)


def _wrong(decision: Decision, field: str, rule: str, *told: str) -> Problem:
    message, fix = told
    return Problem(decision.path, decision.line_of(field), rule, message, fix)


def _told(decision: Decision, field: str, rule: str, *told: str) -> Problem:
    """Return a problem that is an error in our own format, and a warning in others'."""
    message, fix = told
    severity = Severity.ERROR if decision.is_own_format else Severity.WARNING
    return Problem(decision.path, decision.line_of(field), rule, message, fix, severity)


_PLACEHOLDER = re.compile(r"<the [^<>]+>")
"""What our templates leave to be written."""
_DECIDED = frozenset({State.ACCEPTED, State.REJECTED, State.DEPRECATED, State.SUPERSEDED})
_PROPOSED = _DECIDED | {State.PROPOSED}
_RULES: tuple[Rule, ...] = (
    check_status,
    check_title,
    check_dates,
    check_required,
    check_relations,
    check_affects,
    check_scope,
)

CHECKS = (
    Check("adr/unreadable", "A decision is UTF-8 text."),
    Check(
        "adr/front-matter",
        "The front matter of a decision can be read, and each value is what its key takes.",
    ),
    Check("adr/unknown-key", "Front matter in Waypost's own format has only keys that somebody reads."),
    Check(
        "adr/missing-key",
        "A decision in Waypost's own format has every key that its state needs.",
        check_decisions,
    ),
    Check("adr/duplicate-number", "No two decisions of a folder have the same number."),
    Check("adr/duplicate-uid", "No two decisions have the same uid."),
    Check("adr/alias", "No decision has a name that another had before.", check_aliases),
    Check("adr/missing-status", "A decision says what its status is."),
    Check("adr/unknown-status", "A status is one of the words that Waypost knows."),
    Check("adr/missing-title", "A decision has a title."),
    Check("adr/number-mismatch", "The number in a title is the file's."),
    Check("adr/unread-date", "A date can be read in one way only."),
    Check("adr/date-order", "A decision was proposed before it was decided, and is reviewed later."),
    Check("adr/unknown-decision", "What a decision supersedes or amends exists."),
    Check("adr/contradiction", "Decisions do not contradict each other on which of them holds."),
    Check("adr/unknown-entity", "What a decision affects is in the catalog."),
    Check("adr/rights", "decision-rights.yaml can be read, and its scopes and groups exist.", check_rights),
    Check("adr/scope", "A decision's scope is as wide as its triggers demand."),
    Check("adr/approval", "Each approval counts: of the right people, on its day, for the text as it is."),
    Check("adr/unapproved", "An accepted decision has the approvals that its scope takes.", check_approvals),
    Check(
        "adr/trigger",
        "A decision names the triggers that its change implies; compared with a revision.",
        check_triggers,
    ),
    Check(
        "adr/transition",
        "No state follows that may not: what was rejected stays so, what was accepted is no draft again.",
        check_lifecycle,
    ),
    Check("adr/rewritten", "What an accepted decision decides is not rewritten; compared with a revision."),
    Check("adr/uid-changed", "A uid never changes; compared with a revision."),
    Check("adr/deleted", "What was proposed stays on record; compared with a revision."),
    Check("adr/implementation", "Nothing is begun before it is decided.", check_work),
    Check("adr/idle", "What was accepted is begun within 90 days."),
    Check("adr/unknown-group", "Groups that decide and approve are in the catalog."),
    Check("adr/broken-link", "Links in decisions, and links to decisions, lead somewhere.", check_links),
)
