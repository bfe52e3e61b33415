from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from catalogs import catalog
from waypost.catalog.refs import EntityRef
from waypost.core.graph.shapes import HEIGHT, WIDTH, Box
from waypost.site.graph.layout import lay_out
from waypost.site.graph.neighbourhood import neighbourhood
from waypost.site.graph.words import RELATIONS

_NAMES = [f"component:c{number}" for number in range(30)] + ["system:s", "domain:d", "group:g", "api:a"]
_PAIRS = st.tuples(st.sampled_from(_NAMES), st.sampled_from(list(RELATIONS)), st.sampled_from(_NAMES))


@settings(max_examples=80, deadline=None)
@given(st.lists(_PAIRS, max_size=120), st.sampled_from(_NAMES))
def test_no_box_lies_on_another_or_outside(relations: list[tuple[str, str, str]], name: str) -> None:
    found = catalog(_NAMES, [each for each in relations if each[0] != each[2]])

    picture = lay_out(neighbourhood(found.get(name), found))

    for box in picture.boxes:
        assert 0 <= box.x <= picture.width - WIDTH
        assert 0 <= box.y <= picture.height - HEIGHT
    assert [pair for pair in combinations(picture.boxes, 2) if _overlap(*pair)] == []


def _overlap(one: Box[EntityRef], other: Box[EntityRef]) -> bool:
    return abs(one.x - other.x) < WIDTH and abs(one.y - other.y) < HEIGHT


def test_what_needs_it_is_left_what_it_needs_right_and_what_it_belongs_to_above() -> None:
    found = catalog(
        ["component:shop", "component:web", "resource:db", "system:sales", "domain:trade"],
        [
            ("component:web", "dependsOn", "component:shop"),
            ("component:shop", "dependsOn", "resource:db"),
            ("component:shop", "partOf", "system:sales"),
            ("system:sales", "partOf", "domain:trade"),
        ],
    )

    picture = lay_out(neighbourhood(found.get("component:shop"), found))

    place = {box.ref.name: box for box in picture.boxes if box.ref}
    assert place["web"].x < place["shop"].x < place["db"].x
    assert place["trade"].y < place["sales"].y < place["shop"].y
    assert [word for _, _, word in picture.words] == ["depend on it", "depends on", "part of", "part of"]
    arrows = [(arrow.start, arrow.end) for arrow in picture.arrows]
    assert (
        (place["web"].x + WIDTH, place["web"].y + HEIGHT / 2),
        (place["shop"].x, place["shop"].y + HEIGHT / 2),
    ) in arrows
