"""Keeps the campaigns with the entities that they are about: a job beside the evaluation."""

from __future__ import annotations

from collections.abc import Sequence

from waypost.catalog.model import Catalog, Entity
from waypost.core.plugin import Context
from waypost.core.words import counted
from waypost.facts import service as facts
from waypost.facts.model import FactSources
from waypost.scorecards.campaigns.model import Campaign, Campaigns
from waypost.scorecards.campaigns.store import Kept, put_campaigns
from waypost.scorecards.evaluation.engine import Engine, Subject
from waypost.scorecards.model import AppliesTo, Check, Scorecard

BATCH = 250


def keep_campaigns(context: Context) -> str:
    """Write the campaigns, and which entities those that narrow their scorecard are about now."""
    campaigns = context.knowledge[Campaigns].campaigns
    entities = context.knowledge[Catalog].written
    by_rule = [campaign for campaign in campaigns if campaign.applies_to.when]
    ruled = _ruled(context, by_rule, entities)
    kept = [Kept(campaign, ruled.get(campaign.name) or _plain(campaign, entities)) for campaign in campaigns]
    put_campaigns(context.connection, kept)
    return f"Kept {counted(len(campaigns), 'campaign')}."


def _plain(campaign: Campaign, entities: Sequence[Entity]) -> frozenset[str] | None:
    """Return the entities that *campaign* is about as far as kinds, types and lifecycles tell; None for any."""
    if campaign.applies_to == AppliesTo():
        return None
    if campaign.applies_to.when:
        return frozenset()
    return frozenset(str(one.ref) for one in entities if campaign.applies_to.fits(one.document))


def _ruled(
    context: Context, campaigns: Sequence[Campaign], entities: Sequence[Entity]
) -> dict[str, frozenset[str]]:
    """Return the entities that the rule of each campaign fits; one for which it breaks is left out."""
    if not campaigns:
        return {}
    sources = context.knowledge[FactSources]
    # A scorecard that asks nothing but to whom it applies: guarded, and judged as any other.
    cards = [
        Scorecard(c.name, c.name, (Check("any", "Any", "true"),), applies_to=c.applies_to) for c in campaigns
    ]
    found: dict[str, set[str]] = {}
    with Engine(cards, (), sources, facts.unread_paths(context.connection, sources)) as engine:
        for start in range(0, len(entities), BATCH):
            batch = entities[start : start + BATCH]
            known = facts.latest(context.connection, [str(one.ref) for one in batch])
            subjects = [Subject(str(one.ref), one.document, known.get(str(one.ref), {})) for one in batch]
            for each in engine.evaluate(subjects, context.now):
                if each.outcomes[0].state == "pass":
                    found.setdefault(each.scorecard.name, set()).add(each.subject.ref)
    return {name: frozenset(refs) for name, refs in found.items()}
