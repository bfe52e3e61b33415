"""Which files of the workspace changed since they were read, told without reading those that did not."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from waypost.catalog.ingestion.details import kept_links
from waypost.catalog.ingestion.drafting import made_by
from waypost.catalog.ingestion.sources import Sources
from waypost.catalog.ingestion.sourcestore import Source
from waypost.core.errors import InputError, NotFoundError

# A file may change again without a new time within what a file system counts as one moment.
_RACY_NS: Final = 2_000_000_000
_LEADING: Final = re.compile(rb"kind[\"']?\s*:\s*[\"']?Location|\$(?:text|json|yaml)\b")


@dataclass(slots=True)
class Scan:
    """What is known of the workspace's files before any is parsed. ``known`` are the sources, by path."""

    sources: Sources
    known: Mapping[str, Source]
    at: datetime
    stamps: dict[str, str] = field(default_factory=dict)
    _made_by: str = field(init=False)
    _changed: dict[str, bool] = field(default_factory=dict)
    _digests: dict[str, str] = field(default_factory=dict)
    _leading: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._made_by = made_by(self.sources.forges)

    def is_changed(self, path: str) -> bool:
        """Tell whether the file at *path*, or one that its placeholders take in, is other than when it was read."""
        if path not in self._changed:
            self._changed[path] = self._look(path)
        return self._changed[path]

    def is_leading(self, path: str) -> bool:
        """Tell whether the changed file at *path* may lead to others, or take some in."""
        return path in self._leading

    def digest(self, path: str, includes: Sequence[str]) -> str:
        """Return what identifies the content of the file at *path* with all that its placeholders take in."""
        source = self.known.get(path)
        if source is None or tuple(includes) != kept_links(source.details).includes:
            return self.hash(path, includes) if includes else self._digests[path]
        return self._digests.get(path, source.digest)

    def _look(self, path: str) -> bool:
        source = self.known.get(path)
        includes = kept_links(source.details).includes if source else ()
        stamp = self.stamps[path] = self.stamp(path, includes)
        if source and stamp and stamp == source.stamp and source.key == str(self.sources.location(path)):
            return False
        digest = self._digests[path] = self.hash(path, includes)
        return source is None or digest != source.digest or source.key != str(self.sources.location(path))

    def stamp(self, path: str, includes: Iterable[str]) -> str:
        """Return what changes when one of these files does; "" while one is too fresh for that."""
        latest = int(self.at.timestamp() * 1_000_000_000) - _RACY_NS
        parts = [self._made_by]
        for name in (path, *includes):
            try:
                found = os.stat(f"{self.sources.base}{name}")  # noqa: PTH116 - thousands are asked for
            except (OSError, ValueError):
                parts.append("-")
                continue
            if max(found.st_mtime_ns, found.st_ctime_ns) > latest:
                return ""
            parts.append(f"{found.st_mtime_ns}.{found.st_ctime_ns}.{found.st_size}.{found.st_ino}")
        return " ".join(parts)

    def hash(self, path: str, includes: Iterable[str]) -> str:
        """Return the digest of these files' content."""
        content = hashlib.sha1(self._made_by.encode(), usedforsecurity=False)
        for name in (path, *includes):
            try:
                data = self.sources.workspace.read_bytes(name)
            except (InputError, NotFoundError) as error:
                data = str(error).encode("utf-8", "replace")
            if name == path and _LEADING.search(data):
                self._leading.add(path)
            content.update(b"%d:" % len(data))
            content.update(data)
        return content.hexdigest()
