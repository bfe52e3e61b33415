"""Heads: the newest migrations, told from their files without Alembic, which takes some ten megabytes."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

_SAID = frozenset({"revision", "down_revision", "depends_on"})


@lru_cache(maxsize=8)
def heads_of(folders: tuple[Path, ...]) -> frozenset[str] | None:
    """Return the migrations in *folders* that no other follows; None where the files do not say it plainly.

    They are read once: what this process needs does not change with the files.
    """
    found, followed = set(), set()
    for file in _files(folders):
        said = _said(file)
        revision, before = said.get("revision"), said.get("down_revision")
        if not isinstance(revision, str) or not isinstance(before, str | None) or said.get("depends_on"):
            return None
        found.add(revision)
        followed.add(before)
    return frozenset(found - followed)


def _files(folders: Iterable[Path]) -> Iterable[Path]:
    """Return the files that Alembic takes for migrations."""
    for folder in folders:
        yield from (file for file in folder.glob("*.py") if not file.name.startswith(("__init__", ".#")))


def _said(file: Path) -> Mapping[str, Any]:
    """Return what *file* says about itself in plain assignments; a value that must be computed is ``...``."""
    said: dict[str, Any] = {}
    for statement in ast.parse(file.read_bytes(), file.name).body:
        if isinstance(statement, ast.Assign):
            targets, value = statement.targets, statement.value
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets, value = [statement.target], statement.value
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Name) and target.id in _SAID:
                said[target.id] = value.value if isinstance(value, ast.Constant) else ...
    return said
