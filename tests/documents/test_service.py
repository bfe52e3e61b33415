"""Facts about pages in the database and at ``/api/documents``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine

import build
from waypost.catalog import plugin as catalog
from waypost.core.database import revision_of, transaction
from waypost.core.host import load_knowledge
from waypost.core.plugin import Knowledge
from waypost.core.settings import Settings
from waypost.core.web import create_app
from waypost.core.workspace import Workspace
from waypost.documents import plugin
from waypost.documents.collectors import COLLECTOR
from waypost.documents.service import sync_documents

MakeWorkspace = Callable[[dict[str, str | bytes]], Workspace]

GUIDE = """\
---
kind: guide
title: A guide
owner: platform
about: [checkout, checkout]
review: {on: 2026-11-02, by: platform, every: P180D}
tags: [x]
---
# A guide\0
"""
FILES: dict[str, str | bytes] = {
    "catalog/a.yaml": """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: checkout}
spec: {type: service, lifecycle: production, owner: platform}
""",
    "site/a.md": GUIDE,
    "site/b.md": "---\nkind: guide\ntitle: B\nstatus: retired\nreplaced_by: a.md\n---\n",
    "site/c.md": "# C",
}

SHOWN = {
    "path": "site/a.md",
    "uri": "a.md",
    "kind": "guide",
    "title": "A guide",
    "status": "active",
    "about": ["component:default/checkout", "component:default/checkout"],
    "tags": ["x"],
    "owner": "group:default/platform",
    "review": {"on": "2026-11-02", "by": "group:default/platform", "every": "P180D", "dueOn": "2027-05-01"},
    "freshness": {
        "state": "fresh",
        "since": "2026-11-02",
        "dueOn": "2027-05-01",
        "confirmed": {
            "kind": "review",
            "sentence": "reviewed on 2026-11-02 by group:default/platform",
            "bearing": "confirms",
            "on": "2026-11-02",
            "line": 6,
        },
        "reasons": [],
    },
}


def _knowledge(workspace: Workspace) -> Knowledge:
    return load_knowledge(workspace, (catalog, plugin))


@pytest.fixture
def client(make_workspace: MakeWorkspace, engine: Engine) -> FlaskClient:
    """The API over three synced pages."""
    workspace = make_workspace(FILES)
    with transaction(engine) as connection:
        sync_documents(build.context(connection, _knowledge(workspace)))
    app = create_app(Settings(), plugins=[plugin], engine=engine, workspace=workspace)
    return app.test_client()


def _json(client: FlaskClient, path: str) -> Any:
    return client.get(f"/api/documents{path}").json


def _paths(client: FlaskClient, query: str) -> list[str]:
    return [item["path"] for item in _json(client, f"?{query}")["items"]]


def test_pages_are_listed_by_path(client: FlaskClient) -> None:
    answer = _json(client, "")

    assert answer["items"][0] == SHOWN
    assert [item["path"] for item in answer["items"]] == ["site/a.md", "site/b.md", "site/c.md"]
    assert (answer["totalItems"], answer["pageInfo"]) == (3, {})


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ("kind=guide", ["site/a.md", "site/b.md"]),
        ("kind=guide&status=retired", ["site/b.md"]),
        ("owner=platform", ["site/a.md"]),
        ("owner=group:default/Platform", ["site/a.md"]),
        ("about=checkout", ["site/a.md"]),
        ("freshness=fresh", ["site/a.md"]),
        ("freshness=stale", []),
        ("about=component:default/other", []),
    ],
)
def test_a_list_is_narrowed(client: FlaskClient, query: str, paths: list[str]) -> None:
    assert _paths(client, query) == paths


def test_a_long_list_is_read_in_parts(client: FlaskClient) -> None:
    first = _json(client, "?limit=2")

    rest = _json(client, f"?limit=2&cursor={first['pageInfo']['nextCursor']}")

    assert [item["path"] for item in first["items"]] == ["site/a.md", "site/b.md"]
    assert ([item["path"] for item in rest["items"]], rest["totalItems"], rest["pageInfo"]) == (
        ["site/c.md"],
        3,
        {},
    )


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "colour=red", "about=a:", "freshness=old"])
def test_a_query_that_makes_no_sense_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"/api/documents?{query}").status_code == 400


def test_one_page_comes_with_its_text(client: FlaskClient) -> None:
    assert _json(client, "/by-path/site/a.md") == {**SHOWN, "text": "# A guide\ufffd\n"}


def test_a_page_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get("/api/documents/by-path/site/z.md").status_code == 404


def test_a_client_that_has_the_list_is_told_so(client: FlaskClient) -> None:
    etag = client.get("/api/documents").headers["ETag"]

    assert client.get("/api/documents", headers={"If-None-Match": etag}).status_code == 304


def test_only_a_change_makes_a_new_revision(make_workspace: MakeWorkspace, connection: Connection) -> None:
    said = [sync_documents(build.context(connection, _knowledge(make_workspace(FILES)))) for _ in range(2)]
    (make_workspace({}).root / "site/c.md").unlink()
    said.append(sync_documents(build.context(connection, _knowledge(make_workspace({})))))

    revision = revision_of(connection, "documents")
    assert said == ["3 pages written", "3 pages, unchanged", "2 pages written"]
    assert revision is not None
    assert revision.number == 2


def test_each_entity_is_given_the_pages_about_it(
    make_workspace: MakeWorkspace, connection: Connection
) -> None:
    files = {**FILES, "site/d.md": "---\nkind: guide\ntitle: D\nabout: [checkout]\nstatus: draft\n---\n"}

    facts = list(COLLECTOR.collect(build.context(connection, _knowledge(make_workspace(files)))))

    reviewed = {
        "owner": "group:default/platform",
        "reviewedOn": "2026-11-02",
        "freshness": {"state": "fresh", "reasons": [], "since": "2026-11-02"},
    }
    assert [(fact.entity, fact.path, fact.value) for fact in facts] == [
        (
            "component:default/checkout",
            "docs.pages",
            [
                {"path": "site/a.md", "kind": "guide", "title": "A guide", "status": "active", **reviewed},
                {"path": "site/d.md", "kind": "guide", "title": "D", "status": "draft"},
            ],
        ),
        ("component:default/checkout", "docs.kinds", {"guide": 1}),
        (
            "component:default/checkout",
            "docs.freshness",
            {"fresh": 1, "unknown": 0, "doubtful": 0, "stale": 0},
        ),
    ]
