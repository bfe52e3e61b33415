"""Our own workspace, which is part of the product."""

from __future__ import annotations

import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from waypost.core.host import all_settings, check_workspace, find_plugins, load_knowledge
from waypost.core.settings import FILE_NAME, read_settings
from waypost.core.workspace import Workspace

ROOT = Path(__file__).parent.parent
# The passing of days breaks no build: for these tests it is always this one.
TODAY = datetime(2026, 11, 23, tzinfo=UTC)
# Warnings to the owner, who settles them with an exercise or a reading and not with an edit.
FOR_OWNERS = {"runbooks/exercise-due", "documents/stale", "scorecards/exemption-ends"}


def test_our_own_content_has_no_problems() -> None:
    plugins = find_plugins()
    settings = read_settings(all_settings(plugins), ROOT / FILE_NAME, {})
    workspace = Workspace(ROOT)
    knowledge = load_knowledge(workspace, plugins, settings)

    problems = check_workspace(workspace, plugins, knowledge, at=TODAY)

    assert [str(problem) for problem in problems if problem.rule not in FOR_OWNERS] == []


def test_no_file_names_a_package_registry_or_a_machine() -> None:
    # Put together here, so that this file does not hold what it looks for.
    forbidden = re.compile(
        "|".join(
            [
                "pypi" + r"\.org",
                "registry" + r"\.npmjs",
                "files" + r"\.pythonhosted",
                "/wo" + "rk/",
                "/ro" + "ot/",
            ]
        )
    )
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    named = {}
    for name in listed.decode().split("\0"):
        path = ROOT / name
        if not name or not path.is_file() or path.suffix in {".png", ".woff2", ".ico"}:
            continue
        found = forbidden.search(path.read_text(encoding="utf-8", errors="replace"))
        if found:
            named[name] = found.group()

    assert named == {}
