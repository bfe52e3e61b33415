"""Pages of every kind: their front matter, sections, owners and links."""

from __future__ import annotations

from waypost.core.later import Later, later
from waypost.core.plugin import Job, Loader, Plugin
from waypost.documents.settings import (
    CUSTOM_GROUPS,
    END_OF_LIFE,
    EXCLUDE,
    FOLDER_SETTING,
    KUBERNETES,
    REVIEW_MOVES,
)

plugin = Plugin(
    name="documents",
    summary="Pages of every kind: front matter, sections, owners and links.",
    after=("catalog",),
    settings=(FOLDER_SETTING, EXCLUDE, KUBERNETES, CUSTOM_GROUPS, END_OF_LIFE, REVIEW_MOVES),
    tables=Later("waypost.documents.store:documents_page", "waypost.documents.store:documents_about"),
    migrations="waypost.documents.migrations",
    routes=later("waypost.documents.routes:make_routes"),
    commands=Later("waypost.documents.commands:review"),
    loaders=(
        Loader("documents", later("waypost.documents.load:load_documents")),
        Loader("end-of-life", later("waypost.documents.endoflife:load_end_of_life")),
    ),
    checks=Later(
        "waypost.documents.checks:CHECKS",
        "waypost.documents.snippets.checks:CHECKS",
        "waypost.documents.stale_checks:CHECKS",
    ),
    pages=(later("waypost.documents.pages:reading_page"),),
    jobs=(Job("documents", "sync", later("waypost.documents.service:sync_documents")),),
    collectors=Later("waypost.documents.collectors:COLLECTOR"),
    reports=(later("waypost.documents.reporting:report_pages"),),
    subjects=(later("waypost.documents.evidence:page_subjects"),),
    evidence=(later("waypost.documents.evidence:page_evidence"),),
)
