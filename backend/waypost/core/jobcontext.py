"""What a job or a collector of a host is given."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from waypost.core.plugin import Context, Knowledge, Progress

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from waypost.core.host import Host


def job_context(
    host: Host, knowledge: Knowledge, connection: Connection, *, now: datetime, progress: Progress
) -> Context:
    """Return what a job over *host* is given; whoever calls this owns the transaction of *connection*."""
    return Context(
        workspace=host.workspace,
        settings=host.settings,
        knowledge=knowledge,
        connection=connection,
        now=now,
        progress=progress,
    )
