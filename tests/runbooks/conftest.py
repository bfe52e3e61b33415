"""What tests of runbooks share: knowledge of a workspace, and the smallest sound runbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import pytest

import build
from conftest import MakeWorkspace
from waypost.catalog.loading import load_catalog
from waypost.core.errors import Problem
from waypost.core.host import check_workspace, load_knowledge
from waypost.core.plugin import Knowledge, Loader, Plugin
from waypost.core.settings import Settings
from waypost.core.workspace import Workspace
from waypost.documents.load import load_documents
from waypost.runbooks import plugin as runbooks
from waypost.runbooks.load import load_runbooks
from waypost.runbooks.model import Runbook, Runbooks

CATALOG = """apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: platform, annotations: {pagerduty.com/service-id: P1}}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: edge, title: The edge}
spec: {type: service, lifecycle: production, owner: group:platform}
"""
PAGE = "site/runbooks/edge-down.md"


@dataclass(frozen=True, slots=True)
class Seen:
    """A workspace with what was loaded of it and every problem of its runbooks."""

    workspace: Workspace
    knowledge: Knowledge
    at: datetime = build.NOON

    @property
    def runbooks(self) -> Runbooks:
        return self.knowledge[Runbooks]

    @property
    def only(self) -> Runbook:
        (runbook,) = self.runbooks.ordered
        return runbook

    @property
    def problems(self) -> list[Problem]:
        found = check_workspace(self.workspace, (runbooks,), self.knowledge, at=self.at)
        return [problem for problem in found if problem.rule.startswith("runbooks/")]


See = Callable[..., Seen]


@pytest.fixture
def see(make_workspace: MakeWorkspace) -> See:
    """Loads a workspace of the files it is given, beside a catalog of a group and a component, under settings."""

    def load(files: Mapping[str, str | bytes], **settings: object) -> Seen:
        workspace = make_workspace({"catalog/all.yaml": CATALOG, **files})
        loaders = (
            Loader("catalog", load_catalog),
            Loader("documents", load_documents),
            Loader("runbooks", load_runbooks),
        )
        return Seen(
            workspace,
            load_knowledge(
                workspace, (Plugin(name="test", summary="", loaders=loaders),), Settings(settings)
            ),
        )

    return load


def page(body: str = "", **keys: str) -> str:
    """Return a sound runbook with *body*, and *keys* instead of or beside its own; "" leaves one out."""
    front = {
        "kind": "runbook",
        "title": "The edge is down",
        "owner": "group:default/platform",
        "about": "[component:default/edge]",
        "alerts": "[EdgeDown]",
        "severity": "critical",
        "tier": "tier-1",
        "escalation": "[{after: PT15M, to: group:default/platform}]",
    }
    lines = "".join(f"{name}: {value}\n" for name, value in (front | keys).items() if value)
    return f"---\n{lines}---\n\n# The edge is down\n\n## Stop the bleeding\n\n{body}"


def shell(command: str, attributes: str = "effect=read") -> str:
    """Return a shell block."""
    return f"```{{.sh {attributes}}}\n{command}\n```\n"


def rule_file(*alerts: tuple[str, str]) -> str:
    """Return a Prometheus rule file with *alerts*, each a name and a severity."""
    rules = "".join(
        f"      - alert: {name}\n        expr: up == 0\n        labels: {{severity: {severity}}}\n"
        for name, severity in alerts
    )
    return f"groups:\n  - name: edge\n    rules:\n{rules}"


def exercise(**keys: str) -> str:
    """Return the record of an exercise, with *keys* instead of or beside its own."""
    record = {
        "runbook": "edge-down",
        "by": "group:default/platform",
        "at": "2026-10-30T09:00:00Z",
        "environment": "staging",
        "steps": "[{step: look, result: ok, took: PT1M}]",
    } | keys
    return "".join(f"{name}: {value}\n" for name, value in record.items() if value)
