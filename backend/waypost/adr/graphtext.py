"""Relations between decisions as text that other tools draw: Mermaid, Graphviz' dot, JSON; and as one SVG file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from markupsafe import escape

from waypost.adr.graph import CITES, SUPERSEDES, connected
from waypost.adr.model import Decision
from waypost.core.graph.layers import Edge, lay_out_layers
from waypost.core.graph.shapes import Box
from waypost.core.graph.svg import drawn, picture_svg

_FILLS: Final = {
    "accepted": "#d9f2e0",
    "proposed": "#fff3cf",
    "draft": "#f2f2f2",
    "rejected": "#fbdcdc",
    "deprecated": "#e6e0ef",
    "superseded": "#e4e7eb",
    "other": "#ffffff",
}
_STYLE: Final = (
    "<style>svg{{font-family:sans-serif;background:#fff}}text{{fill:#1b1f24}}rect{{stroke:#57606a}}"
    "line,path{{stroke:#57606a;fill:none}}marker path{{fill:#57606a;stroke:none}}"
    ".wp-graph__arrow--amends{{stroke-dasharray:6 3}}.wp-graph__arrow--cites{{stroke-dasharray:2 3}}{fills}</style>"
)

Graph = tuple[Sequence[Decision], Sequence[Edge[str]]]


def state_of(decision: Decision) -> str:
    """Return the state of *decision* as the class of its box."""
    return str(decision.state or "other")


def label_of(decision: Decision) -> str:
    """Return what the box of *decision* says, on one line."""
    title = " ".join(decision.title.split())
    return f"{decision.id} {title}" if decision.number is not None else title


def as_mermaid(graph: Graph) -> str:
    """Return *graph* as a Mermaid flowchart. Every sign that Mermaid would read is written by its code."""
    decisions, edges = graph
    names = _names(decisions)
    lines = ["flowchart RL"]
    lines += [f'  {names[d.id]}["{_mermaid_text(label_of(d))}"]:::{state_of(d)}' for d in decisions]
    for edge in edges:
        arrow = "-->" if edge.kind == SUPERSEDES else "-.->"
        lines.append(f"  {names[edge.source]} {arrow}|{edge.kind}| {names[edge.target]}")
    used = {state_of(decision) for decision in decisions}
    lines += [
        f"  classDef {state} fill:{fill},stroke:#57606a,color:#1b1f24"
        for state, fill in _FILLS.items()
        if state in used
    ]
    return "\n".join(lines) + "\n"


def _mermaid_text(text: str) -> str:
    return "".join(sign if sign.isalnum() or sign in " .,-/()" else f"#{ord(sign)};" for sign in text)


def as_dot(graph: Graph) -> str:
    """Return *graph* in the language of Graphviz."""
    decisions, edges = graph
    lines = ["digraph decisions {", "  rankdir=RL;", '  node [shape=box, style="rounded,filled"];']
    lines += [
        f"  {_dot_text(d.id)} [label={_dot_text(label_of(d))}, fillcolor={_dot_text(_FILLS[state_of(d)])}, "
        f"tooltip={_dot_text(f'{label_of(d)} ({d.state or d.status})')}];"
        for d in decisions
    ]
    for edge in edges:
        style = {SUPERSEDES: "solid", CITES: "dotted"}.get(edge.kind, "dashed")
        ends = f"{_dot_text(edge.source)} -> {_dot_text(edge.target)}"
        lines.append(f'  {ends} [label="{edge.kind}", style={style}];')
    return "\n".join([*lines, "}"]) + "\n"


def _dot_text(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def as_values(graph: Graph) -> dict[str, Any]:
    """Return *graph* as plain values: nodes, and edges from the one that tells to the one that is told of."""
    decisions, edges = graph
    return {
        "nodes": [
            {
                "id": decision.id,
                "title": decision.title,
                "state": decision.state,
                "status": decision.status,
                "date": decision.date,
                "path": decision.path,
                "page": decision.page_uri,
            }
            for decision in decisions
        ],
        "edges": [{"source": e.source, "target": e.target, "kind": e.kind} for e in edges],
    }


def as_svg(graph: Graph, title: str) -> str:
    """Return *graph* as a picture that stands alone: with its own colours, and without links."""
    decisions, edges = graph
    by_id = {decision.id: decision for decision in decisions}

    def box(place: Box[str]) -> str:
        decision = by_id[place.ref or ""]
        lines = (decision.title, f"{decision.id} · {decision.state or decision.status or 'without status'}")
        return drawn(place, lines, name=f"wp-{state_of(decision)}", title=label_of(decision))

    picture = lay_out_layers([decision.id for decision in decisions], edges)
    told = ". ".join(_sentences(edges)) or "No decision tells of another"
    svg = str(picture_svg(picture, box, title=title, description=f"{told}."))
    fills = "".join(f".wp-{state} rect{{fill:{fill}}}" for state, fill in _FILLS.items())
    head, mark, rest = svg.partition("<defs>")
    head = head.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return f"{head}{_STYLE.format(fills=escape(fills))}{mark}{rest}\n"


def _sentences(edges: Sequence[Edge[str]]) -> Iterator[str]:
    for edge in edges:
        yield f"{edge.source} {edge.kind} {edge.target}"


def _names(decisions: Sequence[Decision]) -> dict[str, str]:
    return {decision.id: f"d{place}" for place, decision in enumerate(decisions)}


def related(decisions: Sequence[Decision], edges: Sequence[Edge[str]]) -> Graph:
    """Return the decisions that hang together with any other, those of a part side by side, and all edges."""
    by_id = {decision.id: decision for decision in decisions}
    parts = connected(list(by_id), edges)
    return [by_id[id_] for part in sorted(parts, key=len, reverse=True) for id_ in part], edges


def around(decision: Decision, decisions: Sequence[Decision], edges: Sequence[Edge[str]]) -> Graph:
    """Return *decision* with its neighbours, and the edges among these."""
    near = {decision.id}
    for edge in edges:
        if decision.id in (edge.source, edge.target):
            near |= {edge.source, edge.target}
    kept = [edge for edge in edges if edge.source in near and edge.target in near]
    return [each for each in decisions if each.id in near], kept
