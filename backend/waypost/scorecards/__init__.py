"""Scorecards: rules, levels, results and exemptions; what they ask, what entities come to, and why."""

from __future__ import annotations

from waypost.core.later import Later, later
from waypost.core.plugin import Job, Loader, Plugin
from waypost.scorecards.notifying.settings import WEBHOOK_SETTINGS
from waypost.scorecards.reading.settings import READING_SETTINGS

plugin = Plugin(
    name="scorecards",
    summary="What is asked of entities, how far they are, and how to get further.",
    after=("catalog", "documents", "adr", "facts"),
    settings=(*WEBHOOK_SETTINGS, *READING_SETTINGS),
    tables=Later(
        "waypost.scorecards.tables:TABLES",
        "waypost.scorecards.reading.tables:TREND_TABLES",
        "waypost.scorecards.exemptions.tables:EXEMPTION_TABLES",
        "waypost.scorecards.campaigns.tables:CAMPAIGN_TABLES",
        "waypost.scorecards.notifying.tables:WEBHOOK_TABLES",
    ),
    migrations="waypost.scorecards.migrations",
    routes=later("waypost.scorecards.routes:make_routes"),
    roots={"metrics": later("waypost.scorecards.metricsroutes:make_metrics")},
    commands=Later(
        "waypost.scorecards.commands:evaluate",
        "waypost.scorecards.commands:score",
        "waypost.scorecards.rules.commands:rule",
        "waypost.scorecards.exemptions.commands:exemption",
        "waypost.scorecards.campaigns.commands:campaign",
        "waypost.scorecards.notifying.commands:webhook",
    ),
    loaders=(
        Loader("scorecards", later("waypost.scorecards.load:load_scorecards")),
        Loader("campaigns", later("waypost.scorecards.campaigns.load:load_campaigns")),
    ),
    checks=Later(
        "waypost.scorecards.checks:CHECKS",
        "waypost.scorecards.rules.checks:RULE_CHECKS",
        "waypost.scorecards.exemptions.checks:EXEMPTION_CHECKS",
        "waypost.scorecards.campaigns.checks:CAMPAIGN_CHECKS",
    ),
    pages=(
        later("waypost.scorecards.pages.scorecards:scorecard_pages"),
        later("waypost.scorecards.pages.badges:badge_pages"),
        later("waypost.scorecards.exemptions.pages:ledger_pages"),
        later("waypost.scorecards.campaigns.pages:campaign_pages"),
    ),
    jobs=(
        Job("evaluate", "evaluate", later("waypost.scorecards.evaluation.recording:evaluate")),
        Job("campaigns", "evaluate", later("waypost.scorecards.campaigns.recording:keep_campaigns")),
    ),
    embeds=Later("waypost.scorecards.pages.embeds:EMBEDS", "waypost.scorecards.pages.embedded:MANY_EMBEDS"),
    reports=(later("waypost.scorecards.preview.report:report_scorecards"),),
)
