"""What lies in the pages' folder and may not be published: ways out of the workspace, and what is no file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def find_strays(docs: Path, root: Path) -> Iterator[str]:
    """Give a sentence for each entry below *docs* that MkDocs would follow to where it must not.

    A symbolic link may lead anywhere on the machine that builds; MkDocs would publish what is there. One
    that leads to a folder around it never ends, and reading a pipe does not either.

    Args:
        docs: The folder of the pages.
        root: The workspace; links may lead to anything in it that is not around them.
    """
    homes = (root.resolve(), docs.resolve())
    for folder, folders, names in os.walk(docs):
        for name in sorted((*folders, *names)):
            path = Path(folder, name)
            reason = _reason(path, homes) if path.is_symlink() else "" if _is_plain(path) else "is no file"
            if reason:
                yield f"{path.relative_to(docs.parent).as_posix()} {reason}"


def _reason(link: Path, homes: tuple[Path, ...]) -> str:
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError):
        return ""  # It leads nowhere, which MkDocs leaves out.
    if not any(target.is_relative_to(home) for home in homes):
        return "is a link that leads out of the workspace"
    if link.parent.resolve().is_relative_to(target):
        return "is a link to a folder around it"
    return "" if _is_plain(target) else "is a link to what is no file"


def _is_plain(path: Path) -> bool:
    return path.is_file() or path.is_dir()
