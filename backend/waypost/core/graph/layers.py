"""A whole graph in layers: what points at nothing leftmost, everything else right of what it points at."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from waypost.core.graph.shapes import GAP, HEIGHT, MARGIN, ROW, WIDTH, Arrow, Box, Picture, left, right

K = TypeVar("K", bound=Hashable)

_SWEEPS: Final = 4
"""How often columns are put in order: first by those at their left, then by those at their right, and so on."""


@dataclass(frozen=True, slots=True)
class Edge(Generic[K]):
    """That *source* points at *target*. ``kind`` is a word for the looks of its arrow."""

    source: K
    target: K
    kind: str = ""


def lay_out_layers(nodes: Sequence[K], edges: Iterable[Edge[K]]) -> Picture[K]:
    """Return the picture of *nodes* joined by *edges*; edges of others are left out.

    A circle is cut at that one of it that comes first among *nodes*.
    """
    known = set(nodes)
    kept = [
        e for e in dict.fromkeys(edges) if e.source in known and e.target in known and e.source != e.target
    ]
    columns = _columns(nodes, kept)
    tallest = max(map(len, columns), default=0)
    picture: Picture[K] = Picture(
        2 * MARGIN + len(columns) * (WIDTH + GAP) - GAP * bool(columns),
        2 * MARGIN + tallest * ROW - (ROW - HEIGHT) * bool(columns),
    )
    placed: dict[K, Box[K]] = {}
    for number, column in enumerate(columns):
        x, y = MARGIN + number * (WIDTH + GAP), MARGIN + (tallest - len(column)) * ROW / 2
        placed |= {node: Box(x, y + at * ROW, node) for at, node in enumerate(column)}
    picture.boxes = list(placed.values())
    picture.arrows = [_arrow(placed[edge.source], placed[edge.target], edge.kind) for edge in kept]
    return picture


def _arrow(source: Box[K], target: Box[K], kind: str) -> Arrow:
    if source.x > target.x:
        return Arrow(left(source), right(target), kind=kind)
    return Arrow(right(source), left(target), kind=kind)


def _columns(nodes: Sequence[K], edges: Iterable[Edge[K]]) -> list[list[K]]:
    ranks = _ranks(nodes, edges)
    columns: list[list[K]] = [[] for _ in range(max(ranks.values(), default=-1) + 1)]
    for node in nodes:
        columns[ranks[node]].append(node)
    beside: dict[K, list[K]] = {node: [] for node in nodes}
    for edge in edges:
        beside[edge.source].append(edge.target)
        beside[edge.target].append(edge.source)
    for sweep in range(_SWEEPS):
        _sort_columns(columns if sweep % 2 == 0 else columns[::-1], beside)
    return columns


def _ranks(nodes: Sequence[K], edges: Iterable[Edge[K]]) -> dict[K, int]:
    """Return the column of each node, one right of the farthest that it points at."""
    targets: dict[K, set[K]] = {node: set() for node in nodes}
    sources: dict[K, list[K]] = {node: [] for node in nodes}
    for edge in edges:
        targets[edge.source].add(edge.target)
        sources[edge.target].append(edge.source)
    ranks: dict[K, int] = {}
    waiting = dict.fromkeys(nodes)
    ready = [node for node in nodes if not targets[node]]
    while waiting:
        # Where all that are left wait for each other, one of them goes first.
        node = ready.pop() if ready else next(iter(waiting))
        if node not in waiting:
            continue
        del waiting[node]
        ranks.setdefault(node, 0)
        for source in sources[node]:
            if source in waiting:
                ranks[source] = max(ranks.get(source, 0), ranks[node] + 1)
                targets[source].discard(node)
                if not targets[source]:
                    ready.append(source)
    return ranks


def _sort_columns(columns: list[list[K]], beside: Mapping[K, list[K]]) -> None:
    """Put each of *columns* in the order of what its nodes are joined with in those before it: few lines cross."""
    places: dict[K, float] = {}
    for column in columns:
        before = {node: [places[other] for other in beside[node] if other in places] for node in column}
        middles = {
            node: sum(found) / len(found) if found else at - len(column) / 2
            for at, (node, found) in enumerate(before.items())
        }
        column.sort(key=middles.__getitem__)
        # As a share of the column's height: columns are centred.
        places |= {node: at - len(column) / 2 for at, node in enumerate(column)}
