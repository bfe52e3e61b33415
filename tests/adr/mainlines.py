"""Real repositories in which decisions are proposed on branches and merged, for tests of numbering."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from pathlib import Path

import build
from waypost.adr.load import load_decisions
from waypost.adr.model import Decisions
from waypost.adr.numbering import Plan
from waypost.adr.renumber import apply_plan, commit_plan, plan_numbers
from waypost.core.plugin import Knowledge
from waypost.core.settings import Settings
from waypost.core.workspace import Workspace

_uids = count(100_000)
_minutes = count()


def draft(title: str = "Use one gateway", body: str = "", *, uid: str = "", **keys: str) -> str:
    """Return a draft in Waypost's format; each has a uid of its own."""
    front = {"uid": uid or f"u{next(_uids)}", "title": title, "status": "draft"} | {
        name.replace("_", "-"): value for name, value in keys.items()
    }
    lines = "".join(f"{name}: {value}\n" for name, value in front.items())
    return (
        f"---\n{lines}---\n\n# {title}\n\n## Context and Problem Statement\n\n{body or 'Two are too many.'}\n"
    )


class Line:
    """A repository with a main line, and a workspace at *below* of it."""

    def __init__(self, root: Path, files: Mapping[str, str | bytes], below: str = "") -> None:
        self.root = root
        self.below = below
        root.mkdir(parents=True, exist_ok=True)
        build.write_files(root, files)
        self.commit()
        for name, value in (("user.name", "Ada Example"), ("user.email", "ada@example.org")):
            self.git("config", name, value)

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.root / self.below)

    def git(self, *arguments: str) -> str:
        return build.git(self.root, *arguments, at=build.NOON + timedelta(minutes=next(_minutes)))

    def commit(self, message: str = "Write") -> None:
        build.commit(self.root, message, at=build.NOON + timedelta(minutes=next(_minutes)))

    def propose(self, branch: str, files: Mapping[str, str | bytes], start: str = "main") -> None:
        """Commit *files* on a new *branch* from *start*, and go back to the main line."""
        self.git("switch", "-q", "-c", branch, start)
        build.write_files(self.root, files)
        self.commit(f"Propose {branch}")
        self.git("switch", "-q", "main")

    def merge(self, branch: str, how: str = "merge") -> None:
        """Bring *branch* to the main line: with a merge commit, squashed, or rebased."""
        if how == "merge":
            self.git("merge", "-q", "--no-ff", "-m", f"Merge {branch}", branch)
        elif how == "squash":
            self.git("merge", "-q", "--squash", branch)
            self.git("commit", "-q", "-m", f"Squash {branch}")
        else:
            self.git("rebase", "-q", "main", branch)
            self.git("switch", "-q", "main")
            self.git("merge", "-q", "--ff-only", branch)

    def decisions(self, **settings: str) -> Decisions:
        knowledge = Knowledge()
        knowledge.put(Settings({name.replace("__", "."): value for name, value in settings.items()}))
        return load_decisions(self.workspace, knowledge).value

    def number(self, *, branch: str = "", collisions: bool = False, **settings: str) -> Plan:
        """Number what waits and commit it; the plan that was carried out."""
        values = Settings({name.replace("__", "."): value for name, value in settings.items()})
        repository, plan = plan_numbers(
            self.workspace, values, self.decisions(**settings), branch=branch, collisions=collisions
        )
        if plan.touched:
            apply_plan(repository, plan)
            commit_plan(repository, plan)
        return plan

    def names(self, folder: str = "adr") -> list[str]:
        """The names of the decisions' files, sorted."""
        return sorted(path.name for path in (self.root / self.below / folder).glob("*.md"))

    def read(self, path: str) -> str:
        return (self.root / path).read_bytes().decode()
