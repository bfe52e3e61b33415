from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from waypost.core.graph.layers import Edge, lay_out_layers
from waypost.core.graph.shapes import HEIGHT, WIDTH, Box, Picture

NODES = [f"n{number}" for number in range(12)]
EDGES = st.lists(
    st.builds(Edge, st.sampled_from(NODES), st.sampled_from([*NODES, "elsewhere"]), st.just("cites")),
    max_size=40,
)


@settings(max_examples=100, deadline=None)
@given(EDGES)
def test_every_node_has_a_place_of_its_own_whatever_circles_there_are(edges: list[Edge[str]]) -> None:
    picture = lay_out_layers(NODES, edges)

    assert {box.ref for box in picture.boxes} == set(NODES)
    for box in picture.boxes:
        assert 0 <= box.x <= picture.width - WIDTH
        assert 0 <= box.y <= picture.height - HEIGHT
    assert [pair for pair in combinations(picture.boxes, 2) if _overlap(*pair)] == []
    joined = {(e.source, e.target) for e in edges if e.target not in {e.source, "elsewhere"}}
    assert len(picture.arrows) == len(joined)


def _overlap(one: Box[str], other: Box[str]) -> bool:
    return abs(one.x - other.x) < WIDTH and abs(one.y - other.y) < HEIGHT


def test_what_points_at_another_stands_right_of_it() -> None:
    picture = lay_out_layers(
        ["a", "b", "c"], [Edge("c", "b", "supersedes"), Edge("b", "a"), Edge("c", "a", "cites")]
    )

    place = {box.ref: box.x for box in picture.boxes}
    assert place["a"] < place["b"] < place["c"]
    assert [arrow.kind for arrow in picture.arrows] == ["supersedes", "", "cites"]
    assert all(arrow.start[0] > arrow.end[0] for arrow in picture.arrows)


def test_a_circle_is_cut_where_it_begins() -> None:
    picture = lay_out_layers(["a", "b"], [Edge("a", "b"), Edge("b", "a")])

    place = {box.ref: box.x for box in picture.boxes}
    assert place["a"] < place["b"]
    assert len(picture.arrows) == 2


def test_lines_cross_no_more_than_they_must() -> None:
    picture = lay_out_layers(["a", "b", "x", "y"], [Edge("x", "b"), Edge("y", "a")])

    place = {box.ref: box.y for box in picture.boxes}
    assert (place["a"] < place["b"]) == (place["y"] < place["x"])


def test_a_long_chain_is_laid_out() -> None:
    nodes = [str(number) for number in range(600)]

    picture = lay_out_layers(nodes, [Edge(str(n + 1), str(n)) for n in range(599)])

    assert len({box.x for box in picture.boxes}) == 600


def test_nothing_is_a_picture_of_nothing() -> None:
    picture: Picture[str] = lay_out_layers([], [])

    assert (picture.boxes, picture.arrows) == ([], [])
