from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import LargeBinary, Text, cast, func, update

from site_files import FILES
from waypost.catalog.tables import catalog_entity
from waypost.core.database import transaction, upgrade
from waypost.core.host import Host, load_knowledge, open_host, run_jobs
from waypost.core.plugin import Api
from waypost.core.progress import SilentProgress
from waypost.core.workspace import Workspace
from waypost.site.session import open_api

MakeWorkspace = Callable[[Mapping[str, str]], Workspace]
PATH = "/api/catalog/entities/by-name/component/default/checkout"


def title_of(api: Api) -> str:
    title: str = api.get(PATH)["metadata"]["title"]
    return title


def sync(host: Host, *stages: str) -> None:
    upgrade(host.engine, host.plugins)
    knowledge = load_knowledge(host.workspace, host.plugins, host.settings)
    for stage in stages:
        run_jobs(stage, host, knowledge, now=datetime.now(UTC), progress=SilentProgress())


def read(host: Host, now: datetime) -> str:
    knowledge = load_knowledge(host.workspace, host.plugins, host.settings)
    with open_api(host, knowledge, now, SilentProgress()) as api:
        return title_of(api)


def mark(host: Host) -> None:
    """Change the database behind the files' back, to tell it from the files."""
    with transaction(host.engine) as connection:
        body = func.replace(cast(catalog_entity.c.body, Text), "Checkout <&>", "From the database")
        connection.execute(update(catalog_entity).values(body=cast(body, LargeBinary)))


def test_without_a_database_the_files_are_read_and_none_is_made(
    make_workspace: MakeWorkspace, noon: datetime
) -> None:
    workspace = make_workspace(FILES)

    with open_host(workspace.root) as host:
        title = read(host, noon)

    assert title == "Checkout <&>"
    assert not Path(workspace.root, ".waypost/waypost.db").exists()


def test_a_database_that_holds_what_the_files_say_is_read(
    make_workspace: MakeWorkspace, noon: datetime
) -> None:
    with open_host(make_workspace(FILES).root) as host:
        sync(host, "ingest", "sync", "evaluate")
        mark(host)

        assert read(host, noon) == "From the database"


def test_a_database_behind_the_files_is_not_read(make_workspace: MakeWorkspace, noon: datetime) -> None:
    workspace = make_workspace(FILES)
    with open_host(workspace.root) as host:
        sync(host, "ingest", "sync", "evaluate")
        mark(host)
        file = workspace.root / "catalog/all.yaml"
        file.write_text(file.read_text().replace("type: database", "type: store"))

        assert read(host, noon) == "Checkout <&>"


def test_a_database_that_was_never_evaluated_is_not_read(
    make_workspace: MakeWorkspace, noon: datetime
) -> None:
    with open_host(make_workspace(FILES).root) as host:
        sync(host, "ingest", "sync")
        mark(host)

        assert read(host, noon) == "Checkout <&>"


def test_a_database_of_an_older_release_is_not_read(make_workspace: MakeWorkspace, noon: datetime) -> None:
    workspace = make_workspace(FILES)
    (workspace.root / ".waypost").mkdir()
    (workspace.root / ".waypost/waypost.db").touch()

    with open_host(workspace.root) as host:
        assert read(host, noon) == "Checkout <&>"
