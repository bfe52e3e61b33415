"""The stamp of the code that runs: it differs when Waypost, a plugin, or what parses pages is another."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, entry_points, version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from waypost import __version__

_PARSERS: Final = ("markdown", "marshmallow", "pyyaml", "regex")
"""Packages of others that decide what a page says."""


@cache
def code_stamp() -> str:
    """Return a word that is the same for the same code: by releases, and by the files of every plugin's package.

    Somebody who works on a plugin changes its files and not its release, so the files' times count too.
    """
    digest = hashlib.blake2b(digest_size=6)
    for part in (__version__, sys.version, *map(_release, _PARSERS), *_files()):
        digest.update(part.encode("utf-8", "surrogateescape") + b"\0")
    return digest.hexdigest()


def _release(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return package


def _files() -> Iterator[str]:
    """Give the path, size and time of each Python file of the packages that plugins come from."""
    modules = {entry.module.partition(".")[0] for entry in entry_points(group="waypost.plugins")}
    for module in sorted(modules | {"waypost"}):
        spec = find_spec(module)
        for folder in sorted(spec.submodule_search_locations or ()) if spec else ():
            yield from _stamps(folder)
        if spec and spec.origin and not spec.submodule_search_locations:
            yield _stamp(spec.origin)


def _stamps(folder: str) -> Iterator[str]:
    for at, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(("__pycache__", ".")))
        for name in sorted(names):
            if name.endswith((".py", ".yml", ".yaml")):
                yield _stamp(str(Path(at) / name))


def _stamp(file: str) -> str:
    about = Path(file).stat()
    return f"{file}:{about.st_size}:{about.st_mtime_ns}"
