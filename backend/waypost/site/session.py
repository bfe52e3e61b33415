"""One build's session: the workspace read, its values at hand, its pages made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Engine

from waypost.catalog.model import Catalog
from waypost.catalog.store import REVISION
from waypost.catalog.sync import digest_of
from waypost.core.database import is_upgraded, open_engine, reading, revision_of, upgrade
from waypost.core.host import Host, load_knowledge, run_jobs
from waypost.core.plugin import Api, Knowledge, Progress, SiteContext
from waypost.core.web import create_app
from waypost.site.api import HttpApi, LocalApi
from waypost.site.publish import Site, make_site
from waypost.site.settings import BACKEND, TIMEOUT_S


@contextmanager
def open_site(host: Host, now: datetime, progress: Progress) -> Iterator[Site]:
    """Read the workspace of *host* and make its pages; values can be asked for until the end.

    They come from the backend that the settings name, else from the workspace's database when it is up to
    date, else from one that is made for this build and thrown away.
    """
    knowledge = load_knowledge(host.workspace, host.plugins, host.settings)
    with open_api(host, knowledge, now, progress) as api:
        context = SiteContext(
            workspace=host.workspace, settings=host.settings, knowledge=knowledge, api=api, now=now
        )
        yield make_site(context, host.plugins)


@contextmanager
def open_api(host: Host, knowledge: Knowledge, now: datetime, progress: Progress) -> Iterator[Api]:
    """Open the API that a build reads its values from."""
    address = host.settings[BACKEND]
    if address:
        yield HttpApi(address, host.settings[TIMEOUT_S])
    elif _is_current(host, knowledge):
        yield _local_api(host)
    else:
        with _temporary_engine() as engine:
            fresh = replace(host, engine=engine)
            upgrade(engine, host.plugins)
            for stage in ("sync", "evaluate"):
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


def _is_current(host: Host, knowledge: Knowledge) -> bool:
    """Tell whether the workspace's database holds what the files say, without making one."""
    file = host.engine.url.database
    if host.engine.dialect.name == "sqlite" and not (file and Path(file).is_file()):
        return False
    with reading(host.engine) as connection:
        return is_upgraded(connection, host.plugins) and _is_synced(connection, knowledge[Catalog])


def _is_synced(connection: Connection, catalog: Catalog) -> bool:
    revision = revision_of(connection, REVISION)
    whole = hashlib.sha1(usedforsecurity=False)
    for entity in catalog.entities.values():
        whole.update(digest_of(entity).encode())
    return revision is not None and revision.etag == whole.hexdigest()
