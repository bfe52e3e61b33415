"""Estates of tests' own behind a server: evaluated on some days, built and served in this process."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from werkzeug.serving import make_server

from waypost.core.database import upgrade
from waypost.core.host import load_knowledge, open_host, run_jobs
from waypost.core.progress import SilentProgress
from waypost.core.web import create_app
from waypost.core.workspace import Workspace
from waypost.site.build import build_site


def evaluate_on(workspace: Workspace, folder: Path, days: Iterable[datetime]) -> None:
    """Read, collect and evaluate *workspace* on each of *days*, into a database in *folder*."""
    with open_host(workspace.root, [_database(folder)]) as host:
        upgrade(host.engine, host.plugins)
        knowledge = load_knowledge(host.workspace, host.plugins, host.settings)
        for at in days:
            for stage in ("ingest", "sync", "evaluate"):
                run_jobs(stage, host, knowledge, now=at, progress=SilentProgress())


@contextmanager
def serve_built(workspace: Workspace, folder: Path, *settings: str) -> Iterator[str]:
    """Build the site of *workspace* as it was evaluated into *folder*, and give the address that serves both."""
    with open_host(workspace.root, [_database(folder), *settings]) as host:
        build_site(host, folder / "site", strict=False, progress=SilentProgress())
        app = create_app(host.settings, engine=host.engine, workspace=workspace, site=folder / "site")
        running = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def _database(folder: Path) -> str:
    return f"database.url=sqlite:///{folder / 'all.db'}"
