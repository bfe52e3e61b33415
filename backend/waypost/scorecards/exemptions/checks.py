"""Rules over exemptions: what they name exists, and they last no longer than the scorecard allows."""

from __future__ import annotations

from collections.abc import Iterator

from waypost.catalog.model import Catalog, Definition
from waypost.core.errors import Problem
from waypost.core.plugin import Check, Knowledge
from waypost.core.workspace import Workspace
from waypost.scorecards.checks import definitions_by_place
from waypost.scorecards.exemptions.model import Exemption
from waypost.scorecards.model import Scorecard, Scorecards

RULE_EXEMPTION = "scorecards/exemption"


def check_exemptions(_workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
    """Find exemptions from what does not exist, that last too long, or that nobody named may approve."""
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


def _problem(definition: Definition, key: str, message: str, fix: str) -> Problem:
    return Problem(definition.path, definition.line_of("spec", key), RULE_EXEMPTION, message, fix)


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
    if wanted and exemption.approvers and not set(wanted) & set(exemption.approvers):
        message = f"none of its approvers may approve exemptions from '{card.name}'"
        yield _problem(definition, "approvers", message, f"ask {', '.join(wanted)}")


EXEMPTION_CHECKS = (
    Check(
        RULE_EXEMPTION,
        "An exemption names what exists, ends in time, and is approved by who may.",
        check_exemptions,
    ),
)
