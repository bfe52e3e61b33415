"""Reads the campaigns of ``catalog/``."""

from __future__ import annotations

from dataclasses import replace

from waypost.catalog.model import Catalog, Definition
from waypost.core.errors import Problem
from waypost.core.plugin import Knowledge, Loaded
from waypost.core.workspace import Workspace
from waypost.facts.load import read_spec, text_metadata
from waypost.scorecards.campaigns.model import Campaign, Campaigns
from waypost.scorecards.campaigns.schemas import CampaignSpecSchema
from waypost.scorecards.load import RULE_COMPILES, RULE_DUPLICATE, RULE_INVALID, owner_of, problem_at
from waypost.scorecards.rules.compiling import RuleError, compile_rule


def load_campaigns(_workspace: Workspace, knowledge: Knowledge) -> Loaded[Campaigns]:
    """Read every ``kind: Campaign``; one that breaks the schema is left out, with its problems."""
    found: dict[str, Campaign] = {}
    problems: list[Problem] = []
    for definition in knowledge[Catalog].definitions_of("Campaign"):
        campaign, faults = _read(definition)
        if definition.name in found:
            message = f"two documents of kind Campaign are named '{definition.name}'"
            faults.append(problem_at(definition, (), RULE_DUPLICATE, message))
        if definition.name == "index":
            message = "no campaign may be named 'index': that is the page of all of them"
            faults.append(problem_at(definition, ("metadata", "name"), RULE_INVALID, message))
        if campaign is not None and not faults:
            found[campaign.name] = campaign
        problems += faults
    return Loaded(Campaigns(tuple(found.values())), problems)


def _read(definition: Definition) -> tuple[Campaign | None, list[Problem]]:
    campaign, faults = read_spec(definition, CampaignSpecSchema(), RULE_INVALID)
    if campaign is None:
        return None, faults
    try:
        if campaign.applies_to.when:
            compile_rule(campaign.applies_to.when)
    except RuleError as error:
        message = f"the expression does not compile: {error}"
        faults.append(problem_at(definition, ("spec", "appliesTo", "when"), RULE_COMPILES, message))
    place = {"path": definition.path, "line": definition.line, "owner": owner_of(definition, faults)}
    return replace(campaign, name=definition.name, **place, **text_metadata(definition)), faults
