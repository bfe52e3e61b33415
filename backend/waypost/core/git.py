"""Git history of a workspace: who changed each file and when, read in one pass."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

_COMMIT = "\x01"
"""Starts a commit in the log that we ask for; a path may hold it, a status never does."""
_QUIETLY = ("-c", "core.quotePath=false", "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}")
"""Who only reads runs no program that a repository's own settings name: a folder may have come with its ``.git``."""
_STATUSES = frozenset("ADMTUX")
_SCP_ADDRESS = re.compile(r"(?:[^/@:]+@)?(?P<host>[^/:]+):(?P<path>(?!//).+)\Z")
_WEB_ADDRESS = re.compile(r"(?:https?|ssh|git)://(?:[^/@]*@)?(?P<host>[^/:]+)(?::\d+)?/(?P<path>.+)\Z")


@dataclass(frozen=True, slots=True)
class FileHistory:
    """What the commits say of one file: its first and last change, and everybody who changed it."""

    first: datetime
    last: datetime
    last_commit: str
    commits: int
    authors: frozenset[str]


@dataclass(frozen=True, slots=True)
class History:
    """What git knows of a workspace.

    ``remote`` is the web address of ``origin`` (``https://github.com/acme/platform``), "" for none.
    ``is_shallow`` says that old commits were not fetched, so that ``first`` and counts are too small.
    """

    is_repository: bool = False
    is_shallow: bool = False
    head: str | None = None
    branch: str = ""
    remote: str = ""
    files: Mapping[str, FileHistory] = field(default_factory=dict)

    def of(self, path: str) -> FileHistory | None:
        """Return the history of the file at *path*, below the workspace; None where no commit holds it."""
        return self.files.get(path)


def read_history(root: Path, revision: str = "HEAD") -> History:
    """Read the history of every file below *root* up to *revision*, with one pass of ``git log``.

    Renames count as a new file, and merges are left out. No git, no repository, or no commit yet is an
    empty history.
    """
    where = run_git(root, "rev-parse", "--is-shallow-repository", "--show-prefix")
    if where is None:
        return History()
    shallow, prefix = [*where.split("\n"), ""][:2]
    head = commit_of(root, revision) or ""
    return History(
        is_repository=True,
        is_shallow=shallow == "true",
        head=head or None,
        branch=(run_git(root, "symbolic-ref", "--short", "--quiet", "HEAD") or "").strip(),
        remote=web_address((run_git(root, "config", "--get", "remote.origin.url") or "").strip()),
        files=_read_files(root, prefix, head) if head else {},
    )


def web_address(remote: str) -> str:
    """Return the address of *remote* in a browser, without user names and passwords; "" where there is none."""
    match = _WEB_ADDRESS.match(remote) or _SCP_ADDRESS.match(remote)
    if match is None or (match.re is _SCP_ADDRESS and "://" in remote):
        return ""
    path = match["path"].rstrip("/").removesuffix(".git").strip("/")
    return f"https://{match['host']}/{path}"


def commit_of(root: Path, revision: str) -> str | None:
    """Return the whole name of the commit that *revision* stands for, or None where there is none."""
    told = run_git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    return told.strip() if told else None


def time_of(seconds: str) -> datetime:
    """Return the time of a commit, given as git prints it; the epoch for one that no calendar has."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def run_git(root: Path, *arguments: str, settings: Mapping[str, str] | None = None) -> str | None:
    """Return what git prints in the folder *root*, or None where it fails or is not there.

    Args:
        settings: Variables of the environment, beside those that there are.
    """
    command = ["git", "-C", str(root), *_QUIETLY, *arguments]
    environment = {**os.environ, **settings} if settings else None
    try:
        done = subprocess.run(  # noqa: S603 - no shell, our own words
            command, stdin=subprocess.DEVNULL, capture_output=True, check=False, env=environment
        )
    except (FileNotFoundError, ValueError):
        return None
    # A path may hold bytes that are no text: kept as they are, as Python does for file names.
    return done.stdout.decode("utf-8", "surrogateescape") if done.returncode == 0 else None


def _read_files(root: Path, prefix: str, head: str) -> dict[str, FileHistory]:
    log = run_git(
        root, "log", "--name-status", "-z", "--no-renames", "--no-show-signature", "--no-ext-diff",
        f"--format={_COMMIT}%H%x00%at%x00%aN <%aE>", head, "--", ".",
    )  # fmt: skip
    changes = sorted(_parse_log(log or ""), key=lambda change: change.path)
    by_path = groupby(changes, key=lambda change: change.path)
    return {path.removeprefix(prefix): _summarise(list(group)) for path, group in by_path}


@dataclass(frozen=True, slots=True)
class _Change:
    path: str
    at: datetime
    commit: str
    author: str


def _parse_log(log: str) -> Iterator[_Change]:
    parts = iter(log.split("\0"))
    commit, at, author = "", datetime.fromtimestamp(0, UTC), ""
    for part in parts:
        word = part.lstrip("\n")
        if word.startswith(_COMMIT):
            commit = word[1:]
            at, author = time_of(next(parts)), next(parts)
        elif word[:1] in _STATUSES and word:
            yield _Change(next(parts), at, commit, author)


def _summarise(changes: Iterable[_Change]) -> FileHistory:
    """Return what *changes* of one file, newest commit first, add up to."""
    newest_first = list(changes)
    times = [change.at for change in newest_first]
    return FileHistory(
        first=min(times),
        last=max(times),
        last_commit=newest_first[0].commit,
        commits=len(newest_first),
        authors=frozenset(change.author for change in newest_first),
    )
