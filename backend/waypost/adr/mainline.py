"""The main line as git has it: when each decision came to it, which names were ever used, and one careful commit."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from waypost.core.errors import ConflictError
from waypost.core.markdownfile import parse_markdown

_COMMIT = "\x01"
_MANY = 500
"""Paths that are given to one run of git."""


class Change(NamedTuple):
    """That a commit of the main line added *path*, or renamed *old* to it. ``place`` is 0 for the newest commit."""

    place: int
    commit: str
    path: str
    old: str = ""


@dataclass(frozen=True, slots=True)
class Repository:
    """The git repository around a workspace. Its paths start at ``top``; the workspace's are below ``prefix``."""

    top: Path
    prefix: str

    def git(self, *arguments: str, allow: Sequence[int] = (0,)) -> str:
        """Return what git prints.

        Raises:
            ConflictError: It ends otherwise than with one of *allow*.
        """
        done = run_git(self.top, *arguments)
        if done.returncode not in allow:
            told = done.stderr.decode(errors="replace").strip() or f"exit {done.returncode}"
            raise ConflictError(f"git {arguments[0]} failed: {told}")
        return done.stdout.decode("utf-8", "surrogateescape")

    @property
    def branch(self) -> str:
        """The branch that is checked out, "" for none."""
        return self.git("symbolic-ref", "--short", "--quiet", "HEAD", allow=(0, 1)).strip()

    def main_branch(self, wanted: str) -> str:
        """Return the name of the main line: *wanted*, else what ``origin`` says, else ``main`` or ``master``."""
        if wanted:
            return wanted
        told = self.git("symbolic-ref", "--short", "--quiet", "refs/remotes/origin/HEAD", allow=(0, 1, 128))
        if told.strip():
            return told.strip().removeprefix("origin/")
        there = self.git("for-each-ref", "--format=%(refname:short)", "refs/heads/main", "refs/heads/master")
        return next(iter(there.split()), "main")

    def tracked(self, *below: str) -> list[str]:
        """Return the files that git knows below the folders or at the paths *below*, or all, sorted."""
        return sorted(part for part in self.git("ls-files", "-z", "--", *below).split("\0") if part)

    def mentioning(self, texts: Iterable[str]) -> list[str]:
        """Return the tracked text files in which one of *texts* stands, in letters of any case, sorted."""
        wanted = [part for text in sorted(set(texts)) for part in ("-e", text)]
        found = self.git("grep", "-lzIiF", "--full-name", *wanted, "--", allow=(0, 1)) if wanted else ""
        return sorted(path for path in found.split("\0") if path)

    def changed(self, paths: Iterable[str]) -> list[str]:
        """Return which of *paths* are not as the last commit has them."""
        found: list[str] = []
        wanted = sorted(paths)
        for start in range(0, len(wanted), _MANY):
            some = wanted[start : start + _MANY]
            told = self.git(
                "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", *some
            )
            found += [part[3:] for part in told.split("\0") if part]
        return found


def run_git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run git in *folder*: no shell, paths as they are.

    Raises:
        ConflictError: There is no git.
    """
    plain = ("-c", "core.quotePath=false", "-c", "color.ui=false", "--literal-pathspecs")
    command = ["git", "-C", str(folder), *plain, *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - no shell, our own words
    except FileNotFoundError as error:
        raise ConflictError("git is not installed") from error


def open_repository(root: Path) -> Repository:
    """Return the repository that *root* lies in.

    Raises:
        ConflictError: There is none, it has no commit, or old commits were not fetched.
    """
    where = run_git(root, "rev-parse", "--show-toplevel", "--show-prefix", "--is-shallow-repository")
    if where.returncode:
        raise ConflictError(f"{root} is in no git repository: numbers are given by the order of merging")
    top, prefix, shallow = where.stdout.decode("utf-8", "surrogateescape").split("\n")[:3]
    if run_git(root, "rev-parse", "--verify", "--quiet", "HEAD").returncode:
        raise ConflictError("the repository has no commit yet: commit the drafts first")
    if shallow == "true":
        told = "git fetch --unshallow, or fetch-depth: 0 in the workflow"
        raise ConflictError(
            f"old commits were not fetched, so that the order of merging is not known: {told}"
        )
    return Repository(Path(top), prefix)


def read_changes(repository: Repository, folder: str) -> list[Change]:
    """Return what each commit of the main line added below *folder* or renamed, newest first.

    The main line are the first parents of HEAD: a merge adds what its branch brought, all at once.
    """
    log = repository.git(
        "log", "--first-parent", "-m", "--name-status", "-z", "-M", "--diff-filter=AR", "--no-show-signature",
        "--no-ext-diff", f"--format={_COMMIT}%H", "HEAD", "--", folder or ".",
    )  # fmt: skip
    return list(_parse(log))


def _parse(log: str) -> Iterator[Change]:
    place, commit = -1, ""
    parts = iter(log.split("\0"))
    for part in parts:
        word = part.lstrip("\n")
        if word.startswith(_COMMIT):
            if word[1:] != commit:
                place, commit = place + 1, word[1:]
        elif word.startswith("R"):
            old = next(parts)
            yield Change(place, commit, next(parts), old)
        elif word:
            yield Change(place, commit, next(parts))


def arrival(repository: Repository, changes: Sequence[Change], path: str) -> int | None:
    """Return how far back the file at *path* came to the main line: a higher number is earlier; None for never.

    A file that was renamed there came with its first name. Git takes two files for one where they are alike,
    as all are that begin with one template: their uids tell them apart.
    """
    for change in changes:
        if change.path != path:
            continue
        if not change.old or not _is_same(repository, change):
            return change.place
        path = change.old
    return None


def _is_same(repository: Repository, change: Change) -> bool:
    before = _uid(repository, f"{change.commit}^:{change.old}")
    after = _uid(repository, f"{change.commit}:{change.path}")
    return before == after


def _uid(repository: Repository, blob: str) -> object:
    done = run_git(repository.top, "cat-file", "blob", blob)
    return parse_markdown("", done.stdout.decode(errors="replace")).front_matter.get("uid")
