"""What a built site was made from, and whether that has changed since."""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

import waypost
from waypost.core.settings import FILE_NAME

FOLDERS = ("site", "catalog", "adr", "docs")
FILES = ("mkdocs.yml", FILE_NAME, ".git/HEAD")
STAMP = Path(".waypost/site-inputs")


def watched_folders(root: Path) -> list[Path]:
    """Return the folders below *root* whose files make the site; *root* itself where there is none."""
    return [root / name for name in _folders(root) if (root / name).is_dir()] or [root]


def watched_stamp(root: Path) -> str:
    """Return a text that changes when a file that makes the site does, or Waypost itself.

    It is made from names, sizes and times of change; no file is read.
    """
    digest = hashlib.sha256(waypost.__version__.encode())
    package = Path(waypost.__file__).parent
    for path in sorted({*_files(root), *_below(package)}):
        try:
            state = path.stat()
        except FileNotFoundError:
            continue
        digest.update(f"{path}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def is_built(root: Path) -> bool:
    """Tell whether the site was last built from the files as they are now."""
    stamp = root / STAMP
    return stamp.is_file() and stamp.read_text(encoding="ascii") == watched_stamp(root)


def mark_built(root: Path, stamp: str) -> None:
    """Record that the site is built from the files whose *stamp* this was."""
    (root / STAMP).parent.mkdir(exist_ok=True)
    (root / STAMP).write_text(stamp, encoding="ascii")


def _files(root: Path) -> Iterator[Path]:
    yield from (root / name for name in FILES)
    for folder in _folders(root):
        yield from _below(root / folder)


def _folders(root: Path) -> list[str]:
    """Return the usual folders, and those that the workspace's file names for its pages and its decisions."""
    try:
        data = tomllib.loads((root / FILE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        # What is wrong with the file, whoever reads its settings tells.
        data = {}
    tables = (data.get(name) for name in ("documents", "adr"))
    named = [table.get("folder") for table in tables if isinstance(table, dict)]
    names = [*FOLDERS, *(name.strip("/") for name in named if isinstance(name, str))]
    return [
        name for name in dict.fromkeys(names) if name and not any(name.startswith(f"{at}/") for at in names)
    ]


def _below(folder: Path) -> Iterator[Path]:
    for at, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__" and not name.startswith(".")]
        yield from (Path(at, name) for name in names)
