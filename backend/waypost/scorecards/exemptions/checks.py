"""Rules over exemptions: what they name exists, and they last no longer than the scorecard allows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from waypost.catalog.model import Catalog, Definition
from waypost.core.errors import Problem, Severity
from waypost.core.plugin import Check, CheckedAt, Knowledge
from waypost.core.workspace import Workspace
from waypost.scorecards.exemptions.ledger import SOON
from waypost.scorecards.exemptions.model import Exemption, Terms, is_approved, renews
from waypost.scorecards.load import definitions_by_place
from waypost.scorecards.model import Scorecard, Scorecards

RULE_EXEMPTION = "scorecards/exemption"
RULE_ENDS = "scorecards/exemption-ends"


def check_exemptions(_workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
    """Find exemptions from what does not exist, that last too long, end soon, or that nobody approved who may."""
    definitions = definitions_by_place(knowledge, "Exemption")
    known = knowledge[Scorecards]
    for exemption in known.exemptions:
        definition = definitions[exemption.path, exemption.line]
        card = known.find(exemption.scorecard)
        yield from _unknown_entities(definition, exemption, knowledge[Catalog])
        if card is None:
            message = f"no scorecard is named '{exemption.scorecard}'"
            yield _problem(definition, "scorecard", message, "name one of catalog/")
            continue
        yield from _unknown_checks(definition, exemption, card)
        yield from _too_long(definition, exemption, card)
        yield from _approvers(definition, exemption, card)
        yield from _findings(definition, exemption, card)
        yield from _same_ticket(definition, exemption, known)
        if CheckedAt in knowledge:
            yield from _ends_soon(definition, exemption, knowledge[CheckedAt].at)


def _problem(
    definition: Definition, key: str, message: str, fix: str, *, severity: Severity = Severity.ERROR
) -> Problem:
    return Problem(definition.path, definition.line_of("spec", key), RULE_EXEMPTION, message, fix, severity)


def _unknown_entities(definition: Definition, exemption: Exemption, catalog: Catalog) -> Iterator[Problem]:
    for key, refs in (("entities", exemption.entities), ("approvers", exemption.approvers)):
        for ref in refs:
            if catalog.find(ref) is None:
                yield _problem(definition, key, f"no entity is named '{ref}'", "write a reference in full")


def _unknown_checks(definition: Definition, exemption: Exemption, card: Scorecard) -> Iterator[Problem]:
    known = {check.id for check in card.checks}
    for check in exemption.checks:
        if check not in known:
            message = f"scorecard '{card.name}' has no check '{check}'"
            yield _problem(definition, "checks", message, f"its checks: {', '.join(sorted(known))}")


def _too_long(definition: Definition, exemption: Exemption, card: Scorecard) -> Iterator[Problem]:
    """Find what is too long for every tier. For a tier that allows less, it ends when that time is over."""
    allowed = list(card.exemptions.max_duration.values())
    lasts = exemption.expires_at - exemption.starts_at
    if allowed and lasts > max(allowed):
        message = f"it lasts {lasts.days} days, and '{card.name}' allows {max(allowed).days} at most"
        yield _problem(definition, "expires", message, "let it end earlier; it is not active after that time")


def _approvers(definition: Definition, exemption: Exemption, card: Scorecard) -> Iterator[Problem]:
    wanted = card.exemptions.approvers
    if not is_approved(exemption, Terms(approvers=wanted)):
        told = "none of its approvers may" if exemption.approvers else "nobody is named who may"
        message = f"it is not active: {told} approve exemptions from '{card.name}'"
        yield _problem(definition, "approvers", message, f"ask {', '.join(wanted)}")


def _findings(definition: Definition, exemption: Exemption, card: Scorecard) -> Iterator[Problem]:
    """Find checks that show no evidence: nobody can say which of its findings are exempt."""
    for check in card.checks if exemption.findings else ():
        if check.id in exemption.checks and not check.evidence:
            message = f"check '{check.id}' of '{card.name}' has no evidence to look for findings in"
            yield _problem(definition, "findings", message, "give the check evidence that lists its findings")


def _ends_soon(definition: Definition, exemption: Exemption, at: datetime) -> Iterator[Problem]:
    if exemption.starts_at <= at < exemption.expires_at <= at + SOON:
        last = exemption.expires_at - timedelta(seconds=1)
        message = f"exemption '{exemption.name}' ends after {last:%Y-%m-%d}; then its checks count again"
        fix = "mend what it is from, or ask for a new one with a ticket of its own"
        line = definition.line_of("spec", "expires")
        yield Problem(definition.path, line, RULE_ENDS, message, fix, Severity.WARNING)


def _same_ticket(definition: Definition, exemption: Exemption, known: Scorecards) -> Iterator[Problem]:
    for other in known.exemptions:
        if exemption.ticket and other.ticket == exemption.ticket and renews(exemption, other):
            message = f"it renews '{other.name}' by the same ticket: nobody asked again"
            fix = "name the ticket in which it was asked for and approved anew"
            yield _problem(definition, "ticket", message, fix, severity=Severity.WARNING)


EXEMPTION_CHECKS = (
    Check(
        RULE_EXEMPTION,
        "An exemption names what exists, lasts no longer than allowed, and is approved by who may.",
        check_exemptions,
    ),
    Check(RULE_ENDS, "An exemption does not end within thirty days: its owner has it in the calendar."),
)
