"""What is known of an entity: fact sources, the collectors that read them, and facts with their age."""

from __future__ import annotations

from waypost.core.later import Later, later
from waypost.core.plugin import Job, Loader, Plugin

plugin = Plugin(
    name="facts",
    summary="What is known of each entity, where it comes from, and how old it is.",
    after=("catalog", "documents", "adr", "runbooks"),
    tables=Later(
        "waypost.facts.tables:facts_fact",
        "waypost.facts.tables:facts_run",
        "waypost.facts.tables:facts_source",
        "waypost.facts.tables:facts_item",
        "waypost.facts.tables:facts_refresh",
    ),
    migrations="waypost.facts.migrations",
    routes=later("waypost.facts.routes:make_routes"),
    loaders=(Loader("fact-sources", later("waypost.facts.load:load_fact_sources")),),
    checks=Later("waypost.facts.checks:CHECKS"),
    commands=Later("waypost.facts.commands:facts_group"),
    jobs=(Job("collect-facts", "sync", later("waypost.facts.collecting:collect_facts")),),
    collectors=Later("waypost.facts.collectors:CATALOG", "waypost.facts.collectors:GIT"),
)
