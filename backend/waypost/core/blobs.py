"""Contents of files as git keeps them: many at once, with one process."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path


def read_blobs(root: Path, names: Iterable[str]) -> dict[str, bytes]:
    """Return what the blobs *names* hold, by name. What git does not have is left out.

    Args:
        root: A folder of the repository.
        names: The hashes of blobs, in full.
    """
    wanted = list(dict.fromkeys(names))
    if not wanted:
        return {}
    command = ["git", "-C", str(root), "cat-file", "--batch"]
    try:
        done = subprocess.run(  # noqa: S603 - no shell, our own words
            command, input="".join(f"{name}\n" for name in wanted).encode(), capture_output=True, check=False
        )
    except FileNotFoundError:
        return {}
    return _parse(done.stdout)


def _parse(told: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    at = 0
    while at < len(told):
        end = told.index(b"\n", at)
        name, *rest = told[at:end].decode("ascii", "replace").split(" ")
        at = end + 1
        if len(rest) == 2 and rest[1].isdigit():  # noqa: PLR2004 - a type and a size; else it is missing
            size = int(rest[1])
            found[name] = told[at : at + size]
            at += size + 1
    return found
