"""The files that the catalog is read from: which there are, what they hold, and which leads to which."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from waypost.catalog.model import OWN_API_PREFIX
from waypost.catalog.placeholders import placeholders
from waypost.catalog.verdict import location_targets
from waypost.core.errors import InputError, NotFoundError, Problem
from waypost.core.workspace import Workspace
from waypost.core.yamlfile import YamlDocument, parse_yaml

FOLDER = "catalog"
SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One YAML file: its documents, and what is wrong with it as YAML."""

    path: str
    documents: tuple[YamlDocument, ...] = ()
    problems: tuple[Problem, ...] = ()
    may_hold_placeholders: bool = False


@dataclass(slots=True)
class Sources:
    """Every file of the catalog. ``url`` is the web address of the workspace's files, or ""."""

    workspace: Workspace
    url: str = ""
    files: dict[str, SourceFile] = field(default_factory=dict)
    base: str = field(init=False)

    def __post_init__(self) -> None:
        self.base = f"{self.workspace.root.resolve().as_posix()}/"

    def read(self) -> None:
        """Read every file of the folder."""
        for path in self.workspace.files(FOLDER, *SUFFIXES):
            self.file(path)

    def file(self, path: str) -> SourceFile:
        """Return the file at *path*, read once."""
        if path not in self.files:
            self.files[path] = read_file(self.workspace, path)
        return self.files[path]

    def roots(self) -> Iterator[str]:
        """Give the files that nothing leads to, and of files that only lead to each other the first."""
        included = self.included()
        led_to = {target for path in self.files for target in self._leads_to(path) if target != path}
        seen: set[str] = set()
        for path in (*(p for p in self.files if p not in led_to), *self.files):
            if path not in seen and path not in included:
                self._reach(path, seen)
                yield path

    def included(self) -> set[str]:
        """Return the files whose content placeholders take in: they hold no entities of their own."""
        held = (file for file in self.files.values() if file.may_hold_placeholders)
        return {
            resolve(file.path, value)
            for file in held
            for document in file.documents
            for _, _, value in placeholders(document.value)
            if isinstance(value, str)
        }

    def targets(self, path: str, target: str) -> list[str] | None:
        """Return the workspace files that the *target* of a Location in *path* names; None for elsewhere."""
        if self.url and target.startswith(self.url):
            return self._matching(target.removeprefix(self.url))
        if "://" in target:
            return None
        base = self.base
        inside = target.removeprefix(base) if target.startswith(base) else resolve(path, target)
        return self._matching(inside)

    def _matching(self, path: str) -> list[str]:
        if not any(letter in path for letter in "*?["):
            return [path] if self.workspace.exists(path) and not path.startswith("..") else []
        folder = posixpath.dirname(re.split(r"[*?\[]", path, maxsplit=1)[0])
        return [found for found in self.workspace.files(folder or ".", *SUFFIXES) if _matches(found, path)]

    def _leads_to(self, path: str) -> Iterator[str]:
        for document in self.file(path).documents:
            for target in _targets(document.value):
                yield from self.targets(path, target) or ()

    def _reach(self, path: str, seen: set[str]) -> None:
        waiting = [path]
        while waiting:
            at = waiting.pop()
            if at not in seen:
                seen.add(at)
                waiting.extend(self._leads_to(at))


def read_file(workspace: Workspace, path: str) -> SourceFile:
    """Read the YAML file at *path*; what cannot be read becomes a problem."""
    try:
        text = workspace.read_text(path)
    except (InputError, NotFoundError) as error:
        return SourceFile(path, problems=(Problem(path, 0, "catalog/unreadable", str(error)),))
    documents, faults = parse_yaml(text)
    problems = tuple(
        Problem(path, fault.line, "catalog/yaml", fault.message, column=fault.column) for fault in faults
    )
    return SourceFile(path, tuple(documents), problems, may_hold_placeholders="$" in text)


def resolve(path: str, target: str) -> str:
    """Return where *target* leads that is written in the file *path*, relative to the workspace."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), target))


def is_own(document: Any) -> bool:
    """Tell whether *document* is of one of Waypost's own kinds."""
    version = document.get("apiVersion") if isinstance(document, dict) else None
    return isinstance(version, str) and version.startswith(OWN_API_PREFIX)


def _targets(document: Any) -> Iterable[str]:
    if not isinstance(document, dict) or document.get("kind") != "Location":
        return ()
    spec = document.get("spec")
    if not isinstance(spec, Mapping) or not isinstance(spec.get("targets", []), list):
        return ()
    return (target for _, target in location_targets(spec) if isinstance(target, str))


def _matches(path: str, pattern: str) -> bool:
    """Match part by part, so that one ``*`` does not cross a slash and ``**`` does."""
    return _match_parts(path.split("/"), pattern.split("/"))


def _match_parts(parts: list[str], patterns: list[str]) -> bool:
    if not patterns:
        return not parts
    if patterns[0] == "**":
        return any(_match_parts(parts[at:], patterns[1:]) for at in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], patterns[0]) and _match_parts(parts[1:], patterns[1:])
