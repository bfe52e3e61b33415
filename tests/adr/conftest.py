"""What tests of decisions share: knowledge of a workspace, and the smallest sound decision of our format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest

import build
from conftest import MakeWorkspace
from waypost.adr import plugin as adr
from waypost.adr.load import load_decisions
from waypost.adr.model import Decision, Decisions
from waypost.catalog.loading import load_catalog
from waypost.core.errors import Problem
from waypost.core.host import check_workspace, load_knowledge
from waypost.core.plugin import Knowledge, Loader, Plugin
from waypost.core.settings import Settings
from waypost.core.workspace import Workspace
from waypost.documents.load import load_documents

GROUPS = "".join(
    f"apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {{name: {name}}}\nspec: {{type: team, children: []}}\n---\n"
    for name in ("platform", "board")
)
COMPONENT = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: edge, title: The edge}
spec: {type: service, lifecycle: production, owner: group:platform}
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """A workspace with what was loaded of it and every problem of its decisions."""

    workspace: Workspace
    knowledge: Knowledge

    @property
    def decisions(self) -> Decisions:
        return self.knowledge[Decisions]

    @property
    def only(self) -> Decision:
        (decision,) = self.decisions.ordered
        return decision

    @property
    def problems(self) -> list[Problem]:
        found = check_workspace(self.workspace, (adr,), self.knowledge, at=build.NOON)
        return [problem for problem in found if problem.rule.startswith("adr/")]

    @property
    def rules(self) -> list[str]:
        return [problem.rule for problem in self.problems]


See = Callable[..., Seen]


def look(workspace: Workspace, **settings: str) -> Seen:
    """Return *workspace* as it is, loaded."""
    loaders = (
        Loader("catalog", load_catalog),
        Loader("documents", load_documents),
        Loader("decisions", load_decisions),
    )
    plugins = (Plugin(name="test", summary="", loaders=loaders),)
    values = {name.replace("_", "."): value for name, value in settings.items()}
    return Seen(workspace, load_knowledge(workspace, plugins, Settings(values)))


@pytest.fixture
def see(make_workspace: MakeWorkspace) -> See:
    """Loads a workspace of the files it is given, beside a catalog of two groups and a component."""

    def load(files: Mapping[str, str | bytes], **settings: str) -> Seen:
        return look(make_workspace({"catalog/all.yaml": GROUPS + COMPONENT, **files}), **settings)

    return load


def own(**keys: str) -> str:
    """Return a sound decision in Waypost's format, with *keys* instead of or beside its own; "" leaves one out."""
    front = {
        "uid": "a1b2c3d4",
        "title": "Use one gateway",
        "status": "accepted",
        "summary": "We decided for one gateway.",
        "scope": "team",
        "proposed": "2026-09-01",
        "decided": "2026-09-19",
        "decision-makers": "[group:default/board]",
    }
    front |= {name.replace("_", "-"): value for name, value in keys.items()}
    lines = "".join(f"{name}: {value}\n" for name, value in front.items() if value)
    return f"---\n{lines}---\n\n## Context and Problem Statement\n\nTwo gateways are one too many.\n"
