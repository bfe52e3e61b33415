"""How decisions hang together: who supersedes, amends and cites whom, in connected parts and in chains."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from waypost.adr.citing import Citations
from waypost.adr.model import Decision, Decisions
from waypost.core.graph.layers import Edge

SUPERSEDES: Final = "supersedes"
AMENDS: Final = "amends"
CITES: Final = "cites"


def edges_of(decisions: Decisions, citations: Citations) -> tuple[Edge[str], ...]:
    """Return every relation between two decisions, by id, from the one that tells of the other."""
    return tuple(edge for decision in decisions.ordered for edge in _edges(decision, citations))


def _edges(decision: Decision, citations: Citations) -> Iterator[Edge[str]]:
    for kind, others in (
        (SUPERSEDES, decision.supersedes),
        (AMENDS, decision.amends),
        (CITES, citations.cites.get(decision.id, ())),
    ):
        for other in others:
            yield Edge(decision.id, other, kind)


def connected(nodes: Sequence[str], edges: Iterable[Edge[str]]) -> list[list[str]]:
    """Return the parts of the graph that hang together, each in the order of *nodes*; what stands alone is left out."""
    beside: dict[str, set[str]] = {node: set() for node in nodes}
    for edge in edges:
        beside[edge.source].add(edge.target)
        beside[edge.target].add(edge.source)
    seen: set[str] = set()
    parts: list[list[str]] = []
    for node in nodes:
        if node in seen or not beside[node]:
            continue
        part, todo = {node}, [node]
        while todo:
            fresh = beside[todo.pop()] - part
            part |= fresh
            todo += fresh
        seen |= part
        parts.append([each for each in nodes if each in part])
    return parts


def chains(decisions: Decisions) -> list[list[str]]:
    """Return each line of supersession, the newest decision first: what holds now, and what it took the place of.

    A decision that superseded several begins a line for each; a circle ends where it would begin anew.
    """
    found: list[list[str]] = []
    in_circle = [d for d in decisions.ordered if d.supersedes and d.superseded_by]
    begun: set[str] = set()
    for decision in [*(d for d in decisions.ordered if d.supersedes and not d.superseded_by), *in_circle]:
        if decision.id in begun:
            continue
        for line in _lines(decision, decisions):
            begun.update(line)
            found.append(line)
    return found


def _lines(newest: Decision, decisions: Decisions) -> Iterator[list[str]]:
    todo = [[newest.id]]
    while todo:
        line = todo.pop()
        older = [id_ for id_ in decisions.by_id[line[-1]].supersedes if id_ not in line]
        if older:
            todo += [[*line, id_] for id_ in reversed(older)]
        else:
            yield line


def successors(decision: Decision, decisions: Decisions) -> list[Decision]:
    """Return what holds now instead of *decision*: those at the end of its lines of supersession, in order."""
    seen, todo, last = {decision.id}, list(decision.superseded_by), list[Decision]()
    while todo:
        other = decisions.by_id[todo.pop(0)]
        if other.id in seen:
            continue
        seen.add(other.id)
        if other.superseded_by:
            todo += other.superseded_by
        else:
            last.append(other)
    return last
