"""Decisions: records of every usual format, who may decide, what holds, and what each affects."""

from __future__ import annotations

from waypost.adr.checks import CHECKS
from waypost.adr.collectors import COLLECTOR
from waypost.adr.commands import adr
from waypost.adr.load import load_decisions
from waypost.adr.pages import decision_pages
from waypost.adr.routes import make_blueprint
from waypost.adr.service import sync_decisions
from waypost.adr.settings import FOLDER
from waypost.adr.store import adr_decision
from waypost.core.plugin import Job, Loader, Plugin

plugin = Plugin(
    name="adr",
    summary="Decision records: formats, supersession, decision rights.",
    after=("catalog", "documents"),
    settings=(FOLDER,),
    tables=(adr_decision,),
    migrations="waypost.adr.migrations",
    routes=make_blueprint,
    commands=(adr,),
    loaders=(Loader("decisions", load_decisions),),
    checks=CHECKS,
    pages=(decision_pages,),
    jobs=(Job("decisions", "sync", sync_decisions),),
    collectors=(COLLECTOR,),
)
