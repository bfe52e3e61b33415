"""A small estate, and the problems of pages in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

import build
from waypost.catalog import plugin as catalog
from waypost.core.errors import Problem
from waypost.core.host import check_workspace, load_knowledge
from waypost.core.workspace import Workspace
from waypost.documents import plugin as documents

ESTATE = """\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: platform}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: checkout}
spec: {type: service, lifecycle: production, owner: platform}
---
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {name: web-service}
spec: {type: service, owner: platform, steps: [{action: "debug:log"}]}
"""

MakeWorkspace = Callable[[Mapping[str, str | bytes]], Workspace]
Check = Callable[..., list[Problem]]


@pytest.fixture
def check(make_workspace: MakeWorkspace) -> Check:
    """Return the problems that the plugin finds in the files it is given, beside the small estate."""

    def run(files: Mapping[str, str | bytes] | None = None, /, **pages: str) -> list[Problem]:
        named = {f"site/{name}.md": text for name, text in pages.items()}
        workspace = make_workspace({"catalog/estate.yaml": ESTATE, **named, **(files or {})})
        plugins = (catalog, documents)
        found = check_workspace(workspace, plugins, load_knowledge(workspace, plugins), at=build.NOON)
        return [problem for problem in found if problem.rule.startswith("documents/")]

    return run
