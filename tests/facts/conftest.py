"""What tests of facts share: a small estate, and what makes facts of it."""

from __future__ import annotations

from datetime import datetime

from flask import Flask
from sqlalchemy import Connection, Engine

import build
from waypost.core.host import find_plugins, load_knowledge
from waypost.core.plugin import Context
from waypost.core.settings import Settings
from waypost.core.web import create_app
from waypost.core.workspace import Workspace

CATALOG = """\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata:
  name: pay
  links: [{url: "https://call.example.com/pay", type: on-call}]
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: till
  description: Takes money.
  tags: [core, kotlin]
  annotations: {example.com/a: b}
  links: [{url: "https://docs.example.com/till", type: docs}]
spec: {type: service, lifecycle: production, owner: group:pay}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: orphan}
spec: {type: service, lifecycle: production, owner: group:nobody}
"""

SOURCES = """\
apiVersion: waypost.dev/v1alpha1
kind: FactSource
metadata: {name: meter, title: Meter}
spec:
  collector: meter
  schedule: PT1H
  ttl: P2D
  facts:
    slo.target: {type: number, unit: percent, description: What is promised., example: 99.9}
    slo.events: {type: integer}
"""

FILES = {"catalog/estate.yaml": CATALOG, "catalog/facts.yaml": SOURCES}
TILL = "component:default/till"


def context(workspace: Workspace, connection: Connection, now: datetime = build.NOON) -> Context:
    """Return what a job gets."""
    return build.context(connection, load_knowledge(workspace, find_plugins()), workspace=workspace, now=now)


def make_app(workspace: Workspace, engine: Engine, at: datetime = build.NOON) -> Flask:
    """Return the application with the plugins up to facts, at a time."""
    names = {"catalog", "documents", "adr", "runbooks", "facts"}
    plugins = [plugin for plugin in find_plugins() if plugin.name in names]
    return create_app(Settings(), plugins=plugins, engine=engine, workspace=workspace, clock=lambda: at)
