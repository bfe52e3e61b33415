"""What tests are built from: a fixed noon, workspaces, git repositories, and the real command."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from waypost.core.plugin import Context, Knowledge
from waypost.core.progress import SilentProgress
from waypost.core.settings import Settings
from waypost.core.workspace import Workspace

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)

AUTHOR = "Ada Example <ada@example.org>"


def write_files(root: Path, files: Mapping[str, str | bytes]) -> None:
    """Write *files*, by their path below *root*."""
    for path, content in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)


def workspace(root: Path, files: Mapping[str, str | bytes]) -> Workspace:
    """Make a workspace at *root* that holds *files*."""
    root.mkdir(parents=True, exist_ok=True)
    write_files(root, files)
    return Workspace(root)


def context(
    connection: Connection,
    knowledge: Knowledge | None = None,
    *,
    workspace: Workspace | None = None,
    now: datetime = NOON,
) -> Context:
    """Return what a job or a collector is given: without settings or anybody who watches."""
    return Context(
        workspace=workspace or Workspace(Path()),
        settings=Settings(),
        knowledge=knowledge or Knowledge(),
        connection=connection,
        now=now,
        progress=SilentProgress(),
    )


def git(root: Path, *arguments: str, at: datetime = NOON, author: str = AUTHOR) -> str:
    """Run git in *root* as *author* at the time *at*, untouched by the machine's settings."""
    name, _, address = author.rstrip(">").partition(" <")
    identity = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", name), ("EMAIL", address), ("DATE", at.isoformat()))
    }
    environment = os.environ | identity | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(
        ["git", *arguments], cwd=root, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def commit(root: Path, message: str = "Write", *, at: datetime = NOON, author: str = AUTHOR) -> str:
    """Commit all that *root* holds, and return the commit's hash. Makes the repository if there is none."""
    if not (root / ".git").exists():
        git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", message, at=at, author=author)
    return git(root, "rev-parse", "HEAD").strip()


def run_waypost(
    *arguments: str | Path, cwd: Path, env: Mapping[str, str] | None = None, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run the real ``waypost`` in *cwd*, with *env* on top of the environment that it is tested in."""
    return subprocess.run(
        [sys.executable, "-m", "waypost", *map(str, arguments)],
        cwd=cwd,
        env=clean_environment() | dict(env or {}),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def clean_environment() -> dict[str, str]:
    """Return the environment without what changes how the command behaves: settings, and the forge it runs on."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("WAYPOST_") and name != "GITHUB_ACTIONS"
    }
