"""Facts about where keys and items stand."""

from __future__ import annotations

import pytest

from waypost.core.yamlfile import parse_yaml

TEXT = """\
# A comment.
kind: Component
metadata:
  name: x
  links:
    - url: https://a.example
      title: A

    - {url: https://b.example,
       title: B}
1: one
? [k]
: v
---
b: &a {c: 1}
d: *a
"""


@pytest.mark.parametrize(
    ("path", "position"),
    [
        pytest.param((), (2, 1), id="the document"),
        pytest.param(("metadata", "name"), (4, 3), id="a key"),
        pytest.param(("metadata", "links", 1), (9, 7), id="an item"),
        pytest.param(("metadata", "links", 1, "title"), (10, 8), id="a key in flow style"),
        pytest.param(("metadata", "owner"), (3, 1), id="an absent key is at its parent"),
        pytest.param(("metadata", "links", 7), (5, 3), id="an absent item too"),
        pytest.param(("metadata", "name", "x"), (4, 3), id="nothing is below a scalar"),
        pytest.param(("metadata", "links", "url"), (5, 3), id="a list has no keys"),
        pytest.param((1,), (11, 1), id="a number as a key"),
    ],
)
def test_each_key_has_its_position(path: tuple[str | int, ...], position: tuple[int, int]) -> None:
    documents, _ = parse_yaml(TEXT)

    assert documents[0].lines.position_of(*path) == position


def test_positions_are_counted_from_the_top_of_the_file() -> None:
    documents, _ = parse_yaml(TEXT + "---\nx: }\n---\n\ny:\n  z: 1\n")

    assert [documents[1].line_of("d"), documents[2].line, documents[2].line_of("y", "z")] == [16, 21, 22]


def test_positions_cost_nothing_until_they_are_asked_for() -> None:
    documents, _ = parse_yaml("a: 1")

    assert documents[0].lines._places._documents is None
