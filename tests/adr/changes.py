"""Changes of a workspace in a real repository, for tests of what compares."""

from __future__ import annotations

from collections.abc import Mapping

import build
from adr.conftest import See, Seen, look
from waypost.core.baseline import changed_files, tree_at
from waypost.core.plugin import Before
from waypost.core.workspace import Workspace

PEOPLE = """apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: ada}
spec: {memberOf: [board], profile: {displayName: Ada Example, email: ada@example.org}}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: grace}
spec: {memberOf: [board, platform]}
"""


def changed(see: See, old: Mapping[str, str], new: Mapping[str, str | None]) -> Seen:
    """Return the workspace in which *new* was committed after *old*; None deletes a file. It knows what was before."""
    seen = see(old)
    root = seen.workspace.root
    base = build.commit(root)
    for path, text in new.items():
        if text is None:
            (root / path).unlink()
    build.write_files(root, {path: text for path, text in new.items() if text is not None})
    build.commit(root)
    now = look(Workspace(root))
    with tree_at(now.workspace, base) as tree:
        before = Before(base, tree, look(tree).knowledge, changed_files(root, base))
    now.knowledge.put(before)
    return now
