from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from site_files import CATALOG
from waypost.core.host import Host, find_plugins, load_knowledge, run_jobs
from waypost.core.progress import SilentProgress
from waypost.core.settings import Settings
from waypost.core.web import create_app
from waypost.core.workspace import Workspace


@pytest.fixture
def client(
    engine: Engine, make_workspace: Callable[[Mapping[str, str]], Workspace], noon: datetime
) -> Iterator[FlaskClient]:
    """Asks a backend whose catalog is synced."""
    host = Host(
        workspace=make_workspace({"catalog/all.yaml": CATALOG}),
        settings=Settings(),
        plugins=find_plugins(),
        engine=engine,
    )
    knowledge = load_knowledge(host.workspace, host.plugins)
    for stage in ("ingest", "sync"):
        run_jobs(stage, host, knowledge, now=noon, progress=SilentProgress())
    app = create_app(
        host.settings, plugins=host.plugins, engine=engine, workspace=host.workspace, clock=lambda: noon
    )
    with app.test_client() as client:
        yield client


def test_an_embed_is_filled_with_what_holds_now(client: FlaskClient) -> None:
    answer = client.get("/api/site/embed/waypost-owner?ref=component:default/checkout")

    assert answer.status_code == 200
    assert answer.content_type == "text/html; charset=utf-8"
    assert answer.headers["X-Waypost-At"] == "2026-11-02T12:00:00+00:00"
    assert answer.text == (
        '<a class="wp-ref" href="/catalog/group/default/payments.md" title="group:default/payments">Payments</a>'
    )


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        pytest.param("waypost-nothing", 404, "no embed is named 'waypost-nothing'", id="no such embed"),
        pytest.param("waypost-owner", 400, "an embed: ref: name an entity", id="without an entity"),
        pytest.param("waypost-owner?ref=a%00b", 400, "an embed: ref: holds a null byte", id="null byte"),
        pytest.param("waypost-owner?ref=a:b/c", 404, "no entity is named 'a:b/c'", id="no such entity"),
    ],
)
def test_what_cannot_be_filled_is_told(client: FlaskClient, query: str, status: int, message: str) -> None:
    answer = client.get(f"/api/site/embed/{query}")

    assert answer.status_code == status
    assert answer.get_json()["error"]["message"].startswith(message)
