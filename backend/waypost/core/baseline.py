"""What a change starts from: the files that differ since a revision, and the workspace as it was then."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from waypost.core.errors import InputError
from waypost.core.git import commit_of, read_history, run_git
from waypost.core.workspace import Workspace

Status = Literal["added", "modified", "deleted", "renamed"]

_STATUSES: Final[Mapping[str, Status]] = {"A": "added", "D": "deleted", "R": "renamed"}
"""By git's letter; any other (a changed type, an unfinished merge) is a change of the file."""


@dataclass(frozen=True, slots=True)
class Change:
    """A file of the workspace that differs: its path now, how, and for a renamed one its path before.

    A deleted file's ``path`` is the one that it had.
    """

    path: str
    status: Status
    old_path: str = ""


def merge_base(root: Path, revision: str) -> str:
    """Return the commit at which HEAD left the line of *revision*: what a branch's change starts from.

    Raises:
        InputError: *root* is in no git repository, there is no such revision, or no common commit is known.
    """
    if run_git(root, "rev-parse", "--is-inside-work-tree") is None:
        raise InputError(str(root), ["is not in a git repository, so that nothing can be compared"])
    commit = commit_of(root, revision)
    if commit is None:
        told = "names no commit of this repository; fetch it first, or name another"
        raise InputError(f"the revision '{revision}'", [told])
    if commit_of(root, "HEAD") is None:
        raise InputError(str(root), ["has no commit yet, so that nothing can be compared"])
    base = run_git(root, "merge-base", commit, "HEAD")
    if not base:
        raise InputError(f"the revision '{revision}'", [_unrelated(root)])
    return base.split()[0]


def _unrelated(root: Path) -> str:
    if (run_git(root, "rev-parse", "--is-shallow-repository") or "").strip() == "true":
        return (
            "and HEAD have no common commit among those that were fetched;"
            " fetch the whole history ('git fetch --unshallow', 'fetch-depth: 0')"
        )
    return "and HEAD have no common commit, so that nothing can be compared"


def changed_files(root: Path, revision: str) -> tuple[Change, ...]:
    """Return the files below *root* that differ from the merge base of *revision* and HEAD, by path.

    What is not committed yet counts, and so do new files that git does not know; those that it ignores do not.

    Raises:
        InputError: As of ``merge_base``.
    """
    base = merge_base(root, revision)
    with tempfile.TemporaryDirectory(prefix="waypost-") as scratch:
        # A copy of the index may hold new files, so that git sees also those that were moved without it.
        settings = {"GIT_INDEX_FILE": str(_copy_index(root, Path(scratch)))}
        run_git(root, "add", "--intent-to-add", "--", ".", settings=settings)
        told = run_git(
            root, "diff", "--name-status", "-z", "--find-renames", "--relative", "--no-ext-diff",
            "--ignore-submodules", base, "--", ".", settings=settings,
        )  # fmt: skip
    # An unfinished merge gives a path twice: once with its state, once with its difference.
    found = {change.path: change for change in _parse_status(told or "")}
    return tuple(found[path] for path in sorted(found))


def _copy_index(root: Path, scratch: Path) -> Path:
    copied = scratch / "index"
    told = run_git(root, "rev-parse", "--git-path", "index")
    index = root / told.removesuffix("\n") if told else None
    if index is not None and index.is_file():
        # With its time: by it git knows which files may have changed after it was written, with no other size.
        shutil.copy2(index, copied)
    return copied


def _parse_status(told: str) -> Iterator[Change]:
    parts = iter(told.split("\0"))
    for letters in parts:
        if not letters:
            return
        status = _STATUSES.get(letters[0], "modified")
        old_path = next(parts) if status == "renamed" else ""
        yield Change(next(parts), status, old_path)


@contextmanager
def tree_at(workspace: Workspace, revision: str) -> Iterator[Workspace]:
    """Give the files of *workspace* as of the commit *revision*, in a temporary folder; its history is that commit's.

    The folder is gone at the end. Git's own files and the working tree are not touched.

    Raises:
        InputError: There is no such revision, or git cannot write its files.
    """
    root = workspace.root
    commit = commit_of(root, revision)
    if commit is None:
        told = "names no commit of this repository; fetch it first, or name another"
        raise InputError(f"the revision '{revision}'", [told])
    with tempfile.TemporaryDirectory(prefix="waypost-") as scratch:
        tree = Path(scratch).resolve() / "tree"
        tree.mkdir()
        _check_out(root, commit, tree, Path(scratch) / "index")
        yield Workspace.of_commit(tree, read_history(root, commit))


def _check_out(root: Path, commit: str, tree: Path, index: Path) -> None:
    prefix = (run_git(root, "rev-parse", "--show-prefix") or "").removesuffix("\n")
    if prefix and run_git(root, "cat-file", "-e", f"{commit}:{prefix}") is None:
        # The workspace is younger than the commit.
        return
    git_dir = (run_git(root, "rev-parse", "--absolute-git-dir") or "").removesuffix("\n")
    settings = {
        "GIT_DIR": git_dir,
        "GIT_WORK_TREE": str(tree),
        "GIT_INDEX_FILE": str(index),
        # Large files elsewhere are no pages: their pointers will do.
        "GIT_LFS_SKIP_SMUDGE": "1",
    }
    for step in (("read-tree", f"{commit}:{prefix}"), ("checkout-index", "--all", "--quiet")):
        if run_git(tree, *step, settings=settings) is None:
            raise InputError(f"the commit {commit[:12]}", ["its files cannot be read from git"])
