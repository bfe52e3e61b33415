"""The workspace's files that the catalog is read from: where they lie, and which files a target names."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from waypost.catalog.ingestion.reading import SourceContent, SourceFault, read_source
from waypost.catalog.rules.annotations import PUBLIC_FORGES, Forges, LocationRef
from waypost.core.errors import InputError, NotFoundError
from waypost.core.workspace import Workspace

FOLDER = "catalog"
SUFFIXES = (".yaml", ".yml")
# A Location in the workspace may name files beside it, whatever address the workspace has on the web.
LOCATION_TYPES = ("url", "file")


@dataclass(slots=True)
class Sources:
    """The files of a workspace. ``url`` is the web address of its files, or ""."""

    workspace: Workspace
    url: str = ""
    forges: Forges = PUBLIC_FORGES
    base: str = field(init=False)
    _found: dict[str, Sequence[str]] = field(default_factory=dict, init=False)
    _there: dict[str, bool] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.base = f"{self.workspace.root.resolve().as_posix()}/"

    def files(self) -> list[str]:
        """Return the YAML files of the catalog's folder, sorted."""
        found = self.workspace.files(FOLDER, *SUFFIXES)
        self._there.update(dict.fromkeys(found, True))
        return found

    def location(self, path: str) -> LocationRef:
        """Return where the file at *path* says that it comes from."""
        return LocationRef("url", self.url + path) if self.url else LocationRef("file", self.base + path)

    def reader(self, path: str) -> Callable[[str], str]:
        """Return what reads the files that placeholders in the file at *path* name."""
        return lambda target: self.workspace.read_text(resolve(path, target))

    def targets(self, path: str, target: str) -> Sequence[str] | None:
        """Return the workspace files that the *target* of a Location in *path* names; None for elsewhere."""
        if self.url and target.startswith(self.url):
            return self._matching(target.removeprefix(self.url))
        if "://" in target:
            return None
        base = self.base
        inside = target.removeprefix(base) if target.startswith(base) else resolve(path, target)
        return self._matching(inside)

    def _matching(self, path: str) -> Sequence[str]:
        if not any(letter in path for letter in "*?["):
            if path not in self._there:
                self._there[path] = not path.startswith("..") and self.workspace.exists(path)
            return [path] if self._there[path] else []
        folder = posixpath.dirname(re.split(r"[*?\[]", path, maxsplit=1)[0]) or "."
        if folder not in self._found:
            self._found[folder] = self.workspace.files(folder, *SUFFIXES)
        return [found for found in self._found[folder] if _matches(found, path)]


def resolve(path: str, target: str) -> str:
    """Return where *target* leads that is written in the file *path*, relative to the workspace."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), target))


def _matches(path: str, pattern: str) -> bool:
    """Match part by part, so that one ``*`` does not cross a slash and ``**`` does."""
    return _match_parts(path.split("/"), pattern.split("/"))


def _match_parts(parts: list[str], patterns: list[str]) -> bool:
    if not patterns:
        return not parts
    if patterns[0] == "**":
        return any(_match_parts(parts[at:], patterns[1:]) for at in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], patterns[0]) and _match_parts(parts[1:], patterns[1:])


def read_file(sources: Sources, path: str, origin: LocationRef) -> SourceContent:
    """Read the file at *path*, reached from the root *origin*; what cannot be read becomes a fault."""
    try:
        text = sources.workspace.read_text(path)
    except (InputError, NotFoundError) as error:
        return SourceContent(faults=(SourceFault(0, "catalog/unreadable", str(error), is_whole=True),))
    return read_source(
        text,
        sources.location(path),
        origin,
        location_types=LOCATION_TYPES,
        fill=sources.reader(path),
        forges=sources.forges,
    )
