"""One build's session: the workspace read, its values at hand, its pages made."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from waypost.adr.settings import FOLDER as ADR_FOLDER
from waypost.core.database import open_engine, reading, revision_of, upgrade
from waypost.core.host import Host, is_made, load_knowledge, run_jobs
from waypost.core.plugin import Api, Knowledge, Progress, SiteContext
from waypost.core.settings import FILE_NAME
from waypost.core.web import create_app
from waypost.documents.settings import FOLDER_SETTING
from waypost.scorecards.tables import REVISION
from waypost.site.api import LocalApi
from waypost.site.httpapi import HttpApi
from waypost.site.publish import Site, make_site
from waypost.site.settings import BACKEND, TIMEOUT_S


@contextmanager
def open_site(host: Host, now: datetime, progress: Progress, *, site_url: str = "") -> Iterator[Site]:
    """Read the workspace of *host* and make its pages; values can be asked for until the end.

    They come from the backend that the settings name, else from the workspace's database when it is up to
    date, else from one that is made for this build and thrown away.
    """
    knowledge = host.knowledge or load_knowledge(host.workspace, host.plugins, host.settings, host.engine)
    with open_api(host, knowledge, now, progress) as api:
        context = SiteContext(
            workspace=host.workspace,
            settings=host.settings,
            knowledge=knowledge,
            api=api,
            now=now,
            site_url=site_url and site_url.rstrip("/") + "/",
        )
        yield make_site(context, host.plugins)


@contextmanager
def open_api(host: Host, knowledge: Knowledge, now: datetime, progress: Progress) -> Iterator[Api]:
    """Open the API that a build reads its values from."""
    address = host.settings[BACKEND]
    if address:
        yield HttpApi(address, host.settings[TIMEOUT_S])
    elif _is_current(host):
        yield _local_api(host)
    else:
        with _temporary_engine() as engine:
            fresh = replace(host, engine=engine)
            upgrade(engine, host.plugins)
            for stage in ("ingest", "sync", "evaluate"):
                run_jobs(stage, fresh, knowledge, now=now, progress=progress)
            yield _local_api(fresh)


def _local_api(host: Host) -> LocalApi:
    app = create_app(host.settings, plugins=host.plugins, engine=host.engine, workspace=host.workspace)
    return LocalApi(app)


@contextmanager
def _temporary_engine() -> Iterator[Engine]:
    with TemporaryDirectory(prefix="waypost-") as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'site.db'}")
        try:
            yield engine
        finally:
            engine.dispose()


def _is_current(host: Host) -> bool:
    """Tell whether the workspace's database holds what the files say, without making one.

    It does when it was evaluated after the last change of any file. That asks no feature what it kept.
    """
    if not is_made(host.engine, host.plugins):
        return False
    with reading(host.engine) as connection:
        evaluated = revision_of(connection, REVISION)
    folders = (host.settings[FOLDER_SETTING], "catalog", host.settings[ADR_FOLDER])
    return evaluated is not None and evaluated.at.timestamp() > _last_change(host.workspace.root, folders)


def _last_change(root: Path, folders: Iterable[str]) -> float:
    """Return when a file of the workspace last changed, in seconds; a folder changes when a file in it goes."""
    changed = [_changed(root / FILE_NAME)]
    for folder in folders:
        for at, _, names in os.walk(root / folder):
            changed += [_changed(Path(at)), *(_changed(Path(at, name)) for name in names)]
    return max(changed)


def _changed(path: Path) -> float:
    # A link may lead to what is not there.
    return path.lstat().st_mtime if path.is_symlink() or path.exists() else 0.0
