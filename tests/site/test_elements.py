from __future__ import annotations

import pytest

from waypost.site.elements import find_elements, read_attributes, replace_elements


@pytest.mark.parametrize(
    ("element", "attributes"),
    [
        pytest.param(
            "<waypost-x a=\"1\" b='2' c=3 d>", {"a": "1", "b": "2", "c": "3", "d": ""}, id="each way to quote"
        ),
        pytest.param('<waypost-x a="&lt;b&gt;">', {"a": "<b>"}, id="escaped"),
        pytest.param("plain text", {}, id="no tag"),
        pytest.param("<waypost-x><b c='d'></waypost-x>", {}, id="only the first tag's"),
    ],
)
def test_attributes_are_read_unescaped(element: str, attributes: dict[str, str]) -> None:
    assert read_attributes(element) == attributes


def test_elements_are_found_where_they_stand() -> None:
    text = 'a\n<waypost-level entity="x">\n<waypost-owner ref=y></waypost-owner>'

    assert find_elements(text) == [(2, "waypost-level", {"entity": "x"}), (29, "waypost-owner", {"ref": "y"})]


def test_only_blocks_leave_their_paragraph() -> None:
    def fill(tag: str, _: object) -> str:
        return f'<{tag} class="wp-block"></{tag}>' if tag == "waypost-a" else f"<{tag}></{tag}>"

    html = replace_elements("<p><waypost-a> <waypost-a></p><p><waypost-b></p><p>x <waypost-b></p>", fill)

    block = '<waypost-a class="wp-block"></waypost-a>'
    assert html == f"{block} {block}<p><waypost-b></waypost-b></p><p>x <waypost-b></waypost-b></p>"
