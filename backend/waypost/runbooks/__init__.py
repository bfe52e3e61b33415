"""Runbooks: alerts and the pages that answer them, safe steps, exercises."""

from __future__ import annotations

from waypost.core.later import Later, later
from waypost.core.plugin import Job, Loader, Plugin
from waypost.runbooks.settings import SETTINGS

plugin = Plugin(
    name="runbooks",
    summary="Runbooks: alerts, safe steps, escalation, exercises.",
    after=("catalog", "documents"),
    settings=SETTINGS,
    tables=Later("waypost.runbooks.store:runbooks_runbook"),
    migrations="waypost.runbooks.migrations",
    routes=later("waypost.runbooks.routes:make_blueprint"),
    roots={"r": later("waypost.runbooks.addressroutes:make_roots")},
    commands=Later("waypost.runbooks.commands:runbook", "waypost.runbooks.commands:pack"),
    loaders=(Loader("runbooks", later("waypost.runbooks.load:load_runbooks")),),
    checks=Later("waypost.runbooks.checks:CHECKS"),
    pages=(
        later("waypost.runbooks.pages:runbook_pages"),
        later("waypost.runbooks.staticaddresses:address_pages"),
        later("waypost.runbooks.offline.packfiles:pack_pages"),
    ),
    jobs=(Job("runbooks", "sync", later("waypost.runbooks.service:sync_runbooks")),),
    collectors=Later("waypost.runbooks.collectors:COLLECTOR"),
    reports=(later("waypost.runbooks.reporting:report_alerts"),),
    evidence=(later("waypost.runbooks.evidence:runbook_evidence"),),
)
