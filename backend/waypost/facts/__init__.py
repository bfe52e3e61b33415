"""What is known of an entity: fact sources, the collectors that read them, and facts with their age."""

from waypost.core.plugin import Job, Loader, Plugin
from waypost.facts.checks import CHECKS
from waypost.facts.collectors import CATALOG, GIT
from waypost.facts.load import load_fact_sources
from waypost.facts.routes import make_routes
from waypost.facts.service import collect_facts
from waypost.facts.store import facts_fact, facts_run, facts_source

plugin = Plugin(
    name="facts",
    summary="What is known of each entity, where it comes from, and how old it is.",
    after=("catalog", "documents", "adr", "runbooks"),
    tables=(facts_fact, facts_run, facts_source),
    migrations="waypost.facts.migrations",
    routes=make_routes,
    loaders=(Loader("fact-sources", load_fact_sources),),
    checks=CHECKS,
    jobs=(Job("collect-facts", "sync", collect_facts),),
    collectors=(CATALOG, GIT),
)
