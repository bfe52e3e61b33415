"""What tests of the catalog share: a small estate, and the application over it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

import build
from conftest import MakeWorkspace
from waypost.catalog import plugin
from waypost.catalog.ingestion.sync import sync_catalog
from waypost.core.database import transaction
from waypost.core.settings import Settings
from waypost.core.web import create_app
from waypost.core.workspace import Workspace

ESTATE = """\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: payments, title: Payments}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: ada}
spec: {memberOf: [payments], profile: {displayName: Ada Lövelace}}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: shop}
spec: {owner: payments}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: web, title: Web, tags: [java, react], labels: {tier: "1"}}
spec: {type: website, lifecycle: production, owner: payments, system: shop, dependsOn: ["component:orders", "component:Billing"]}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: orders, tags: [java], annotations: {example.org/size: "10"}}
spec: {type: service, lifecycle: production, owner: payments, system: shop, replicas: 3, isPublic: false}
---
apiVersion: backstage.io/v1beta1
kind: Component
metadata: {name: Billing, title: billing}
spec: {type: service, lifecycle: experimental, owner: user:ada, system: shop}
"""

Sync = Callable[[Workspace], str]
MakeClient = Callable[[Mapping[str, str]], FlaskClient]


@pytest.fixture
def sync(engine: Engine) -> Sync:
    """Brings a workspace's catalog into the database, and returns what the job says."""

    def run(workspace: Workspace) -> str:
        with transaction(engine) as connection:
            return sync_catalog(build.context(connection, workspace=workspace))

    return run


@pytest.fixture
def app(engine: Engine) -> Flask:
    """The application, with nothing in its catalog yet."""
    return create_app(Settings(), plugins=[plugin], engine=engine)


@pytest.fixture
def client(app: Flask, sync: Sync, make_workspace: MakeWorkspace) -> FlaskClient:
    """A client of the application over the small estate."""
    sync(make_workspace({"catalog/estate.yaml": ESTATE}))
    return app.test_client()
