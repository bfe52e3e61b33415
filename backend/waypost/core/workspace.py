"""The workspace: the folder with a team's files, read safely and named by relative paths."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from waypost.core.errors import InputError, NotFoundError
from waypost.core.git import History, read_history

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder that holds ``site/``, ``catalog/`` and ``adr/``.

    Every path that it takes or gives is relative to its root, with forward slashes. Nothing outside the
    root is read, not even through a symbolic link.
    """

    root: Path
    _cache: dict[str, History] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of_commit(cls, root: Path, history: History) -> Workspace:
        """Return the folder *root* as a workspace that git knows by *history*: its files as of a commit."""
        workspace = cls(root)
        workspace._cache["history"] = history
        return workspace

    def files(self, folder: str, *suffixes: str) -> list[str]:
        """Return the files below *folder* whose names end in one of *suffixes*, or all, sorted.

        Hidden files and folders are left out, and so is what leads out of the root or has a name that is no
        text. A folder that is not there has no files.
        """
        if self._locate(folder) is None:
            return []
        return sorted(path for path in self._walk(folder) if path.endswith(suffixes or ("",)))

    def exists(self, path: str) -> bool:
        """Tell whether *path* is a file or a folder of the workspace."""
        inside = self._locate(path)
        return inside is not None and inside.exists()

    def read_bytes(self, path: str) -> bytes:
        """Return what the file at *path* holds.

        Raises:
            NotFoundError: There is no such file inside the root.
            InputError: It cannot be read.
        """
        inside = self._locate(path)
        if inside is None or not inside.is_file():
            raise NotFoundError("file", path)
        try:
            return inside.read_bytes()
        except OSError as error:
            raise InputError(path, [f"cannot be read: {error.strerror}"]) from error

    def read_text(self, path: str) -> str:
        """Return the text of the file at *path*, without a byte order mark; line ends stay as they are.

        Raises:
            NotFoundError: There is no such file inside the root.
            InputError: It cannot be read, or is not UTF-8.
        """
        data = self.read_bytes(path)
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            told = f"is not UTF-8 text: byte {data[error.start]:#04x} in line {line}"
            raise InputError(path, [told], line=line) from error

    @property
    def history(self) -> History:
        """What git knows of the workspace; read at the first use, then kept."""
        if "history" not in self._cache:
            self._cache["history"] = read_history(self.root)
        return self._cache["history"]

    def _locate(self, path: str) -> Path | None:
        """Return where *path* lies, or None where that is outside the root."""
        if "\0" in path:
            return None
        root = os.path.realpath(self.root)
        real = os.path.realpath(os.path.join(root, path))  # noqa: PTH118 - Path drops what realpath must see
        return Path(real) if real == root or real.startswith(root.rstrip(os.sep) + os.sep) else None

    def _walk(self, folder: str) -> Iterator[str]:
        """Give the relative paths of the files below *folder*.

        Each folder is gone through once, by its own path where it lies below *folder*, whatever links lead to it.
        """
        root = os.path.realpath(self.root)
        top = os.path.normpath(os.path.join(root, folder))  # noqa: PTH118 - Path is slow for thousands
        base = os.path.relpath(top, root).replace(os.sep, "/")
        waiting, linked = [(top, "" if base == "." else f"{base}/")], deque[tuple[str, str]]()
        seen: set[str] = set()
        while waiting or linked:
            at, prefix = waiting.pop() if waiting else linked.popleft()
            if not self._is_first(at, seen):
                continue
            for entry in _entries(at):
                path = f"{prefix}{entry.name}"
                if entry.is_dir():
                    (linked if entry.is_symlink() else waiting).append((entry.path, f"{path}/"))
                elif _is_text(path) and self._is_file(entry):
                    yield path

    def _is_first(self, folder: str, seen: set[str]) -> bool:
        """Tell whether *folder* is of the workspace, and was not gone through."""
        real = os.path.realpath(folder)
        is_first = real not in seen and self._locate(folder) is not None
        seen.add(real)
        return is_first

    def _is_file(self, entry: os.DirEntry[str]) -> bool:
        if not entry.is_symlink():
            return entry.is_file()
        inside = self._locate(entry.path)
        return inside is not None and inside.is_file()


def _entries(folder: str) -> list[os.DirEntry[str]]:
    """Return what stands in *folder* by name, without what is hidden; nothing where it cannot be read, or is none."""
    try:
        with os.scandir(folder) as found:
            return sorted((one for one in found if not one.name.startswith(".")), key=lambda one: one.name)
    except OSError:
        return []


def _is_text(path: str) -> bool:
    """Tell whether *path* can be written and shown: a name of other bytes than UTF-8 cannot, nor one of two lines."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return not _CONTROL.search(path)
