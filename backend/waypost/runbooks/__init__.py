"""Runbooks: alerts and the pages that answer them, safe steps, exercises."""

from __future__ import annotations

from waypost.core.plugin import Job, Loader, Plugin
from waypost.runbooks.checks import CHECKS
from waypost.runbooks.collectors import COLLECTOR
from waypost.runbooks.load import load_runbooks
from waypost.runbooks.pages import runbook_pages
from waypost.runbooks.routes import make_blueprint
from waypost.runbooks.service import sync_runbooks
from waypost.runbooks.settings import RULES
from waypost.runbooks.store import runbooks_runbook

plugin = Plugin(
    name="runbooks",
    summary="Runbooks: alerts, safe steps, escalation, exercises.",
    after=("catalog", "documents"),
    settings=(RULES,),
    tables=(runbooks_runbook,),
    migrations="waypost.runbooks.migrations",
    routes=make_blueprint,
    loaders=(Loader("runbooks", load_runbooks),),
    checks=CHECKS,
    pages=(runbook_pages,),
    jobs=(Job("runbooks", "sync", sync_runbooks),),
    collectors=(COLLECTOR,),
)
