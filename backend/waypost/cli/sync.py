"""``waypost sync``: from the workspace's files to the database."""

from __future__ import annotations

import click

from waypost.core.clock import utc_now
from waypost.core.errors import Severity
from waypost.core.host import Host, load_knowledge, run_jobs
from waypost.core.plugin import Knowledge, Progress
from waypost.core.progress import open_progress


@click.command()
@click.option(
    "--remote/--no-remote",
    default=True,
    show_default=True,
    help="Read what is due of the sources outside of the workspace, once.",
)
@click.pass_obj
def sync(host: Host, *, remote: bool) -> None:
    """Bring the database up to date with the files.

    Reads the workspace, stores what changed, and collects facts. Files with errors are left out, and what was
    stored of them before is kept where the catalog can tell.
    """
    with open_progress() as progress:
        sync_workspace(host, progress, remote=remote)


def sync_workspace(
    host: Host, progress: Progress, *, evaluate: bool = False, remote: bool = False
) -> Knowledge:
    """Upgrade the database, read the files that changed and run every job of the stage ``sync``; say what was done.

    Args:
        evaluate: Run the jobs of the stage ``evaluate`` as well.
        remote: Read what is due of the sources outside of the workspace as well.
    """
    from waypost.cli.evaluated import mark_evaluated
    from waypost.core.database import upgrade

    for revision in upgrade(host.engine, host.plugins):
        progress.say(f"database: {revision}")
    run_jobs("ingest", host, Knowledge(), now=utc_now(), progress=progress, tell=progress.say)
    if remote:
        _read_outside(host, progress)
    knowledge = load_knowledge(host.workspace, host.plugins, host.settings, host.engine, is_synced=True)
    for stage in ("sync", "evaluate")[: 2 if evaluate else 1]:
        run_jobs(stage, host, knowledge, now=utc_now(), progress=progress, tell=progress.say)
    if evaluate:
        mark_evaluated(host)
    errors = sum(problem.severity is Severity.ERROR for problem in knowledge.problems)
    if errors:
        progress.say(
            f"{errors} errors in the files were met; 'waypost check' tells where and how to mend them"
        )
    return knowledge


def _read_outside(host: Host, progress: Progress) -> None:
    from waypost.catalog.discovery.finding import run_discovery
    from waypost.catalog.remote.readers import open_reader
    from waypost.catalog.remote.refreshing import refresh_due

    with open_reader(host.settings) as reader:
        run_discovery(host.engine, host.settings, utc_now, reader)
        count = refresh_due(host.engine, reader, host.settings, utc_now)
    if count:
        progress.say(f"{count} sources outside of the workspace read")
