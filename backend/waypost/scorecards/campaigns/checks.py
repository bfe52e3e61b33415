"""Rules over campaigns: what they name exists, and their ramp leads from the start to the deadline."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from waypost.catalog.model import Catalog, Definition
from waypost.core.errors import Problem, Severity
from waypost.core.plugin import Check, Knowledge
from waypost.core.workspace import Workspace
from waypost.scorecards.campaigns.model import Campaign, Campaigns
from waypost.scorecards.load import definitions_by_place
from waypost.scorecards.model import Lifecycle, Scorecard, Scorecards

RULE_CAMPAIGN = "scorecards/campaign"


def check_campaigns(_workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
    """Find campaigns for what does not exist, and those whose steps cannot be followed."""
    definitions = definitions_by_place(knowledge, "Campaign")
    for campaign in knowledge[Campaigns].campaigns:
        definition = definitions[campaign.path, campaign.line]
        yield from _ramp(definition, campaign)
        if campaign.owner and knowledge[Catalog].find(campaign.owner) is None:
            line = definition.line_of("metadata", "owner")
            message = f"no entity is named '{campaign.owner}'"
            yield Problem(definition.path, line, RULE_CAMPAIGN, message, "write a reference in full")
        card = knowledge[Scorecards].find(campaign.scorecard)
        if card is None:
            message = f"no scorecard is named '{campaign.scorecard}'"
            yield _problem(definition, ("scorecard",), message, "name one of catalog/")
            continue
        yield from _checks(definition, campaign, card)
        yield from _scope(definition, campaign, card)


def _problem(
    definition: Definition, keys: tuple[str | int, ...], message: str, fix: str, *, is_warning: bool = False
) -> Problem:
    severity = Severity.WARNING if is_warning else Severity.ERROR
    line = definition.line_of("spec", *keys)
    return Problem(definition.path, line, RULE_CAMPAIGN, message, fix, severity)


def _ramp(definition: Definition, campaign: Campaign) -> Iterator[Problem]:
    for number, step in enumerate(campaign.ramp):
        if not campaign.start <= step.day <= campaign.deadline:
            message = f"the step of {step.day} is not between {campaign.start} and {campaign.deadline}"
            yield _problem(definition, ("ramp", number), message, "give it a day from start to deadline")
    for number, (before, after) in enumerate(pairwise(campaign.ramp), 1):
        if after.day <= before.day or after.percent <= before.percent:
            message = f"the step of {after.day} ({after.percent:g}%) does not rise from that of {before.day} ({before.percent:g}%)"
            yield _problem(
                definition, ("ramp", number), message, "let days and percent rise from step to step"
            )


def _checks(definition: Definition, campaign: Campaign, card: Scorecard) -> Iterator[Problem]:
    known = {check.id: check for check in card.checks}
    for number, name in enumerate(campaign.checks):
        if name not in known:
            message = f"scorecard '{card.name}' has no check '{name}'"
            fix = f"its checks: {', '.join(sorted(known))}"
            yield _problem(definition, ("checks", number), message, fix)
        elif (day := known[name].not_before) and day > campaign.start:
            message = f"'{name}' counts from {day}, after the start: no course is on record before"
            yield _problem(definition, ("checks", number), message, "start on that day", is_warning=True)


def _scope(definition: Definition, campaign: Campaign, card: Scorecard) -> Iterator[Problem]:
    if card.lifecycle in (Lifecycle.DRAFT, Lifecycle.SHADOW):
        message = f"scorecard '{card.name}' is a {card.lifecycle}: no team sees the campaign"
        yield _problem(definition, ("scorecard",), message, "let it be active first", is_warning=True)
    own, whole = campaign.applies_to, card.applies_to
    for key, asked, allowed in (
        ("kinds", own.kinds, whole.kinds),
        ("types", own.types, whole.types),
        ("lifecycles", own.lifecycles, whole.lifecycles),
    ):
        strange = [name for name in asked if allowed and name.lower() not in {one.lower() for one in allowed}]
        if strange:
            message = f"scorecard '{card.name}' does not apply to {', '.join(strange)}"
            yield _problem(definition, ("appliesTo", key), message, f"name some of {', '.join(allowed)}")


CAMPAIGN_CHECKS = (
    Check(
        RULE_CAMPAIGN,
        "A campaign names a scorecard and checks that exist, and its ramp rises between start and deadline.",
        check_campaigns,
    ),
)
