"""Mends files where a problem has one right answer: whole files, or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from waypost.cli.edits import Edited, apply_edits
from waypost.core.errors import Edit, InputError, NotFoundError, Problem
from waypost.core.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Mended:
    """A file of which the text is to be another, with what each edit is for.

    ``stamp`` is what the file system said of it when it was read.
    """

    path: str
    file: Path
    old: bytes
    new: bytes
    problems: tuple[Problem, ...]
    stamp: tuple[int, int, int]

    @property
    def diff(self) -> str:
        """The difference, as ``diff -u`` and ``git diff`` write it."""
        old, new = (data.decode("utf-8").splitlines(keepends=True) for data in (self.old, self.new))
        lines = unified_diff(old, new, f"a/{self.path}", f"b/{self.path}")
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
        )


def plan(workspace: Workspace, problems: Iterable[Problem], *, since_ns: int) -> Iterator[Mended]:
    """Give each file that *problems* with edits would change, by path; nothing is written.

    Edits that overlap others wait for the next time, and files that changed after they were checked are left alone.

    Args:
        since_ns: When the check began, by the clock of the file system.
    """
    by_path: dict[str, list[Problem]] = {}
    for problem in problems:
        if problem.edit is not None:
            by_path.setdefault(problem.edit.path, []).append(problem)
    for path, found in sorted(by_path.items()):
        mended = _plan_file(workspace, path, found)
        if mended is not None and mended.stamp[0] < since_ns:
            yield mended


def _plan_file(workspace: Workspace, path: str, problems: list[Problem]) -> Mended | None:
    file = (workspace.root / path).resolve()
    try:
        stamp = _stamp(file)
        # Reading through the workspace refuses what lies outside it.
        old = workspace.read_bytes(path)
        edited = _edited(old.decode("utf-8"), problems)
    except (OSError, NotFoundError, InputError, UnicodeDecodeError):
        return None
    done = tuple(problem for problem in problems if problem.edit in edited.done)
    new = edited.text.encode("utf-8")
    return Mended(path, file, old, new, done, stamp) if done and new != old else None


def _edited(text: str, problems: Iterable[Problem]) -> Edited:
    edits: list[Edit] = [problem.edit for problem in problems if problem.edit is not None]
    return apply_edits(text, edits)


def write(mended: Mended) -> bool:
    """Put the new text into the file in one step, and tell whether that was done: not where it changed meanwhile.

    Raises:
        InputError: The file cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{mended.file.name}-", dir=mended.file.parent)
        try:
            with os.fdopen(handle, "wb") as scratch:
                scratch.write(mended.new)
            Path(name).chmod(mended.file.stat().st_mode & 0o7777)
            if _stamp(mended.file) != mended.stamp or mended.file.read_bytes() != mended.old:
                return False
            Path(name).replace(mended.file)
        finally:
            with suppress(FileNotFoundError):
                Path(name).unlink()
    except OSError as error:
        raise InputError(mended.path, [f"cannot be written: {error.strerror}"]) from error
    return True


def _stamp(file: Path) -> tuple[int, int, int]:
    about = file.stat()
    return about.st_mtime_ns, about.st_size, about.st_ino
