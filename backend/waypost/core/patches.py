"""What single commits changed, line by line, as git tells it without context."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from waypost.core.git import run_git

_COMMIT: Final = "\x01"
_AT_ONCE: Final = 200
"""How many commits are named on one command line."""


@dataclass(frozen=True, slots=True)
class Patch:
    """What a commit did to one file that was there before it: the lines that went, and those that came."""

    commit: str
    path: str
    removed: tuple[str, ...]
    added: tuple[str, ...]
    is_new: bool = False


def patches_of(root: Path, commits: Sequence[str]) -> Iterator[Patch]:
    """Give what each of *commits* changed below *root*, file by file; paths are relative to *root*.

    One run of git for some hundred commits. Binary files have no lines.
    """
    for some in _batches(commits):
        told = run_git(
            root, "show", "--no-renames", "--no-color", "--no-ext-diff", "--no-textconv", "--no-show-signature",
            "--relative", "--unified=0", "--src-prefix=a/", "--dst-prefix=b/", f"--format={_COMMIT}%H", *some, "--",
        )  # fmt: skip
        # A line of a file begins with a sign, whatever else it holds.
        for part in f"\n{told or ''}".split(f"\n{_COMMIT}")[1:]:
            commit, _, diff = part.partition("\n")
            yield from _parse_diff(commit, diff)


def _batches(commits: Sequence[str]) -> Iterable[Sequence[str]]:
    return (commits[at : at + _AT_ONCE] for at in range(0, len(commits), _AT_ONCE))


def _parse_diff(commit: str, diff: str) -> Iterator[Patch]:
    for part in f"\n{diff}".split("\ndiff --git ")[1:]:
        head, _, body = part.partition("\n@@ ")
        lines = body.split("\n")[1:]
        path = _path(head)
        if path:
            yield Patch(
                commit,
                path,
                removed=tuple(line[1:] for line in lines if line.startswith("-")),
                added=tuple(line[1:] for line in lines if line.startswith("+")),
                is_new="\nnew file mode " in head,
            )


def _path(head: str) -> str:
    """Return the path of a file's part of a diff, "" for one that is gone or whose name git has to quote."""
    for line in head.split("\n"):
        if line.startswith("+++ b/"):
            return line[len("+++ b/") :].removesuffix("\t")
    return ""
