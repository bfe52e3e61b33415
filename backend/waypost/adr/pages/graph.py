"""Pictures of how decisions hang together: around one of them, and of all, each with a list that says the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from markupsafe import Markup

from waypost.adr.citing import Citations
from waypost.adr.graph import AMENDS, CITES, SUPERSEDES, chains, connected, edges_of
from waypost.adr.model import Decision, Decisions
from waypost.adr.pages.words import GRAPH, INDEX, address_of, link_of, name_of, status_html, status_of
from waypost.core.graph.columns import Item, height_of, joined, stack
from waypost.core.graph.layers import Edge, lay_out_layers
from waypost.core.graph.shapes import GAP, HEIGHT, MARGIN, ROW, WIDTH, Box, Picture
from waypost.core.graph.svg import drawn, more, picture_svg
from waypost.core.markup import joined as comma_joined
from waypost.core.markup import listed
from waypost.core.plugin import SitePage

CROWD: Final = 40
"""So many decisions that hang together are drawn with their citations; of more, only what was superseded or amended."""
FEW: Final = 8
"""Neighbours of one relation that a picture shows."""

LEGEND: Final = Markup(
    '<ul class="wp-legend" aria-label="Arrows"><li><span class="wp-legend__line wp-legend__line--supersedes"></span> '
    'supersedes</li><li><span class="wp-legend__line wp-legend__line--amends"></span> amends</li>'
    '<li><span class="wp-legend__line wp-legend__line--cites"></span> cites</li></ul>'
)

Relation = tuple[str, str, str, tuple[str, ...]]


def relations_of(decision: Decision, citations: Citations) -> list[Relation]:
    """Return each relation of *decision* that leads somewhere: its name, its kind, its side, and the others' ids."""
    id_ = decision.id
    found: list[Relation] = [
        ("Superseded by", SUPERSEDES, "right", decision.superseded_by),
        ("Supersedes", SUPERSEDES, "left", decision.supersedes),
        ("Amended by", AMENDS, "right", decision.amended_by),
        ("Amends", AMENDS, "left", decision.amends),
        ("Cited by", CITES, "right", citations.cited_by.get(id_, ())),
        ("Cites", CITES, "left", citations.cites.get(id_, ())),
    ]
    return [relation for relation in found if relation[3]]


def around_svg(decision: Decision, decisions: Decisions, citations: Citations) -> Markup:
    """Return the picture of *decision* with what is older at its left and what is newer at its right; "" for nothing."""
    relations = relations_of(decision, citations)
    if not relations:
        return Markup("")
    left, right = list(_items(relations, "left")), list(_items(relations, "right"))
    tall = max(height_of(left), height_of(right), ROW)
    x = MARGIN + bool(left) * (WIDTH + GAP)
    picture: Picture[str] = Picture(x + WIDTH + bool(right) * (WIDTH + GAP) + MARGIN, tall + 2 * MARGIN)
    middle = MARGIN + tall / 2
    centre = Box(x, middle - HEIGHT / 2, decision.id)
    for side, column, at in (("left", left, x - WIDTH - GAP), ("right", right, x + WIDTH + GAP)):
        placed = stack(picture, column, (at, middle))
        picture.arrows += joined(centre, placed, column, "left" if side == "left" else "right")
    picture.boxes.append(centre)
    told = ", ".join(f"{name.lower()} {len(ids)}" for name, _, _, ids in relations)
    return picture_svg(
        picture,
        lambda box: _box(box, decisions, centre=decision.id),
        title=f"Decisions around {name_of(decision)}",
        description=f"{told[:1].upper()}{told[1:]}. The list below says the same.",
    )


def _items(relations: Iterable[Relation], side: str) -> Iterator[Item[str]]:
    for name, kind, where, ids in relations:
        if where != side:
            continue
        shown = ids if len(ids) <= FEW else ids[: FEW - 1]
        for at, id_ in enumerate(shown):
            yield Item(id_, head="" if at else name.lower(), points_here=side == "right", kind=kind)
        if len(shown) < len(ids):
            yield Item(None, f"and {len(ids) - len(shown):,} more", points_here=side == "right", kind=kind)


def _box(box: Box[str], decisions: Decisions, centre: str = "") -> str:
    if box.ref is None:
        return more(box)
    decision = decisions.by_id[box.ref]
    is_centre = decision.id == centre
    lines = (
        decision.title,
        f"{decision.id} · {status_of(decision)}" if decision.number is not None else status_of(decision),
    )
    name = f"wp-graph__{'centre' if is_centre else 'box'} wp-graph__{decision.state or 'other'}"
    title = f"{name_of(decision)} ({status_of(decision)})"
    address = "" if is_centre else address_of(decision)
    return drawn(box, lines, name=name, title=title, address=address, bold=is_centre)


def around_list(decision: Decision, decisions: Decisions, citations: Citations) -> Markup:
    """Return the relations of *decision* as a table: what the picture shows, whole."""
    rows = [
        (name, comma_joined(_told(decisions.by_id[id_]) for id_ in ids))
        for name, _, _, ids in relations_of(decision, citations)
    ]
    inside = Markup("").join(
        Markup('<tr><th scope="row">{}</th><td>{}</td></tr>').format(name, told) for name, told in rows
    )
    return Markup(
        '<table class="wp-table wp-relations" aria-label="Related decisions"><tbody>{}</tbody></table>'
    ).format(inside)


def _told(decision: Decision) -> Markup:
    return Markup("{} <small>{}</small>").format(link_of(decision), status_html(decision))


def chains_html(decisions: Decisions) -> Markup:
    """Return each line of supersession as a list, the newest first; "" where there is none."""
    by_id = decisions.by_id
    arrow = Markup(' <span class="wp-chain">supersedes</span> ')
    return listed(arrow.join(_told(by_id[id_]) for id_ in line) for line in chains(decisions))


def graph_page(decisions: Decisions, citations: Citations) -> SitePage:
    """Return the page of all relations between decisions."""
    edges = edges_of(decisions, citations)
    nodes = list(decisions.by_id)
    parts = [
        "# Relations between decisions",
        Markup(
            "<p>Which decision supersedes, amends or cites which. An arrow starts at the decision that says so; older "
            'decisions stand at the left. <a href="/{}">All decisions</a></p>'
        ).format(INDEX),
        LEGEND,
    ]
    pieces = {
        f"part-{number}": partial(_part_html, number, part, kept, decisions)
        for number, (part, kept) in enumerate(parts_to_draw(nodes, edges), 1)
    }
    marks = "\n".join(f'<div data-wp-piece="{name}"></div>' for name in pieces)
    parts.append(f'<div class="wp-parts">\n{marks}\n</div>')
    lines = chains_html(decisions)
    if lines:
        parts.append(f"## What took the place of what\n\n{lines}")
    if edges:
        parts.append(f"## All relations\n\n{_all_relations(edges, decisions)}")
    else:
        parts.append("No decision tells of another yet.")
    return SitePage(
        GRAPH,
        "Relations between decisions",
        "\n\n".join(parts) + "\n",
        meta={"description": "Which decision superseded, amends or cites which.", "hide": ["toc"]},
        pieces=pieces,
    )


def parts_to_draw(
    nodes: Sequence[str], edges: Sequence[Edge[str]]
) -> Iterator[tuple[list[str], list[Edge[str]]]]:
    """Give what hangs together, and the edges to draw of it, the largest first.

    Of a crowd only what was superseded or amended is drawn: hundreds of citations are a picture of nothing. The
    list below tells them.
    """
    found: list[tuple[list[str], list[Edge[str]]]] = []
    for part in connected(nodes, edges):
        inside = set(part)
        kept = [edge for edge in edges if edge.source in inside]
        if len(part) <= CROWD:
            found.append((part, kept))
            continue
        strong = [edge for edge in kept if edge.kind != CITES]
        for smaller in connected(part, strong):
            within = set(smaller)
            found.append(
                (smaller, [edge for edge in kept if edge.source in within and edge.target in within])
            )
    yield from sorted(found, key=lambda each: -len(each[0]))


def _part_html(number: int, part: Sequence[str], edges: Sequence[Edge[str]], decisions: Decisions) -> Markup:
    picture = lay_out_layers(part, edges)
    key = f"part-{number}"
    svg = picture_svg(
        picture,
        lambda box: _box(box, decisions),
        title=f"{len(part)} decisions that hang together, from {part[0]} on",
        description=f"{_counted(edges)}. The list below says the same.",
        keys=(key, key),
    )
    return Markup(
        '<figure class="wp-graph"><div class="wp-graph__scroll" tabindex="0" role="group" aria-label="Picture {}">{}</div></figure>'
    ).format(number, svg)


def _counted(edges: Iterable[Edge[str]]) -> str:
    counts: dict[str, int] = {}
    for edge in edges:
        counts[edge.kind] = counts.get(edge.kind, 0) + 1
    return ", ".join(f"{kind} {count}" for kind, count in counts.items()).capitalize()


def _all_relations(edges: Iterable[Edge[str]], decisions: Decisions) -> Markup:
    told: dict[str, dict[str, list[str]]] = {}
    for edge in edges:
        told.setdefault(edge.source, {}).setdefault(edge.kind, []).append(edge.target)
    return listed(_sentence(decisions.by_id[id_], kinds, decisions) for id_, kinds in told.items())


def _sentence(decision: Decision, kinds: Mapping[str, Sequence[str]], decisions: Decisions) -> Markup:
    said = (
        Markup("{} {}").format(kind, comma_joined(link_of(decisions.by_id[id_]) for id_ in ids))
        for kind, ids in kinds.items()
    )
    return Markup("{} {}").format(_told(decision), Markup("; ").join(said))
