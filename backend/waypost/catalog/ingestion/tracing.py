"""Which of the workspace's files lead to which: the roots, and what each file is reached through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count

from waypost.catalog.ingestion.generated import generated_ref
from waypost.catalog.ingestion.reading import Target
from waypost.catalog.ingestion.sources import Sources
from waypost.catalog.rules.annotations import LocationRef


@dataclass(frozen=True, slots=True)
class Links:
    """What one file says of others: where its Location entities lead, and the paths that placeholders take in."""

    targets: tuple[Target, ...] = ()
    includes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where one file stands: the path of its root, and the Location entities that lead to it, sorted.

    Of two files that define the same entity the one with the lower ``rank`` has it.
    """

    rank: int
    origin: str
    parents: tuple[str, ...]
    is_root: bool


@dataclass(slots=True)
class Trace:
    """Every file that holds entities, by path, and what leads out of the workspace or nowhere.

    ``owners`` are the files of the Location entities, by reference; ``elsewhere`` tells which of them lead to
    an address, and whether it must be there; ``missing`` has the targets, by the file that names them.
    """

    places: dict[str, Place] = field(default_factory=dict)
    included: set[str] = field(default_factory=set)
    missing: dict[str, list[Target]] = field(default_factory=dict)
    elsewhere: dict[LocationRef, dict[str, bool]] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)


def trace(sources: Sources, files: Sequence[str], links: Callable[[str], Links]) -> Trace:
    """Follow the Location entities in *files*, which are sorted, and in what they lead to.

    A file that placeholders of *files* take in holds no entities, unless a Location leads to it.

    Args:
        links: Returns what the file at a path says of others; asked once for each.
    """
    tracing = _Tracing(sources, Trace(), links)
    tracing.read(files)
    found = tracing.trace
    found.included = {path for path in files for path in tracing.links_of[path].includes}
    waiting = [path for path in files if path not in found.included]
    while waiting:
        tracing.ranks.update(zip(waiting, count(len(tracing.ranks)), strict=False))
        waiting = tracing.follow(waiting)
    tracing.place([path for path in files if path not in found.included])
    return found


@dataclass(slots=True)
class _Tracing:
    sources: Sources
    trace: Trace
    links: Callable[[str], Links]
    links_of: dict[str, Links] = field(default_factory=dict)
    ranks: dict[str, int] = field(default_factory=dict)
    edges: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def read(self, paths: Iterable[str]) -> None:
        for path in paths:
            if path not in self.links_of:
                self.links_of[path] = self.links(path)

    def follow(self, paths: Sequence[str]) -> list[str]:
        """Note where the files at *paths* lead; return the files that were not known before, sorted."""
        for path in paths:
            for target in self.links_of[path].targets:
                self.trace.owners.setdefault(target.ref, path)
        new: set[str] = set()
        for path in paths:
            edges = self.edges[path] = []
            for target in self.links_of[path].targets:
                if self.trace.owners[target.ref] == path:
                    edges += ((found, target.ref) for found in self._resolve(path, target))
            new.update(found for found, _ in edges if found not in self.ranks)
        self.read(sorted(new))
        return sorted(new)

    def _resolve(self, path: str, target: Target) -> Sequence[str]:
        found = self.sources.targets(path, target.target)
        if found is None:
            address = LocationRef("url", target.target)
            self.trace.elsewhere.setdefault(address, {})[target.ref] = target.is_required
            return ()
        if not found and target.is_required:
            self.trace.missing.setdefault(path, []).append(target)
        return found

    def place(self, files: Sequence[str]) -> None:
        """Give each file its root, the first that leads to it, and its parents."""
        led_to = {found for path, edges in self.edges.items() for found, _ in edges if found != path}
        origins: dict[str, str] = {}
        for path in (*(path for path in files if path not in led_to), *files):
            if path not in origins:
                self._reach(path, origins)
        parents: dict[str, set[str]] = {}
        for path, edges in self.edges.items():
            if path in origins:
                for found, ref in edges:
                    parents.setdefault(found, set()).add(ref)
        for path in sorted(origins, key=self.ranks.__getitem__):
            refs, is_root = parents.get(path, set()), origins[path] == path
            if is_root:
                refs = refs | {generated_ref(self.sources.location(path))}
            place = Place(self.ranks[path], origins[path], tuple(sorted(refs)), is_root)
            self.trace.places[path] = place

    def _reach(self, root: str, origins: dict[str, str]) -> None:
        waiting = [root]
        while waiting:
            at = waiting.pop()
            if at not in origins:
                origins[at] = root
                waiting.extend(found for found, _ in reversed(self.edges.get(at, [])))
