"""Scorecards: rules, levels, results and exemptions; what they ask, what entities come to, and why."""

from waypost.core.plugin import Job, Loader, Plugin
from waypost.scorecards.checks import CHECKS
from waypost.scorecards.commands import evaluate, score
from waypost.scorecards.embeds import EMBEDS
from waypost.scorecards.exemption_checks import EXEMPTION_CHECKS
from waypost.scorecards.load import load_scorecards
from waypost.scorecards.pages import scorecard_pages
from waypost.scorecards.recording import evaluate as evaluate_estate
from waypost.scorecards.routes import make_routes
from waypost.scorecards.tables import TABLES

plugin = Plugin(
    name="scorecards",
    summary="What is asked of entities, how far they are, and how to get further.",
    after=("catalog", "documents", "adr", "facts"),
    tables=TABLES,
    migrations="waypost.scorecards.migrations",
    routes=make_routes,
    commands=(evaluate, score),
    loaders=(Loader("scorecards", load_scorecards),),
    checks=(*CHECKS, *EXEMPTION_CHECKS),
    pages=(scorecard_pages,),
    jobs=(Job("evaluate", "evaluate", evaluate_estate),),
    embeds=EMBEDS,
)
