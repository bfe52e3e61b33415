"""Decisions: records of every usual format, who may decide, what holds, and what each affects."""

from __future__ import annotations

from waypost.adr.settings import FOLDER, MAIN_BRANCH
from waypost.core.later import Later, later
from waypost.core.plugin import Job, Loader, Plugin

plugin = Plugin(
    name="adr",
    summary="Decision records: formats, supersession, decision rights.",
    after=("catalog", "documents"),
    settings=(FOLDER, MAIN_BRANCH),
    tables=Later("waypost.adr.store:adr_decision", "waypost.adr.store:adr_span"),
    migrations="waypost.adr.migrations",
    routes=later("waypost.adr.routes:make_blueprint"),
    commands=Later("waypost.adr.commands:adr"),
    loaders=(Loader("decisions", later("waypost.adr.load:load_decisions")),),
    checks=Later("waypost.adr.checks:CHECKS"),
    pages=(later("waypost.adr.pages.generate:decision_pages"), later("waypost.adr.aliases:redirect_pages")),
    jobs=(Job("decisions", "sync", later("waypost.adr.service:sync_decisions")),),
    collectors=Later("waypost.adr.collectors:COLLECTOR"),
    reports=(later("waypost.adr.reporting:report_decisions"),),
    subjects=(later("waypost.adr.evidence:decision_subjects"),),
    evidence=(later("waypost.adr.evidence:decision_evidence"),),
)
