"""Facts about links and anchors in Markdown."""

from __future__ import annotations

import pytest

from waypost.core.markdownfile import Link, MarkdownFile, parse_markdown


def _page(text: str) -> MarkdownFile:
    return parse_markdown("site/a.md", text)


def _links(text: str) -> list[tuple[str, str, int]]:
    return [(link.kind, link.target, link.line) for link in _page(text).links]


@pytest.mark.parametrize(
    ("text", "links"),
    [
        pytest.param("[a](b.md)", [("link", "b.md", 1)], id="plain"),
        pytest.param("x\n[a\nb](b.md)", [("link", "b.md", 2)], id="text over two lines"),
        pytest.param("[a](<b c.md>)", [("link", "b c.md", 1)], id="in angle brackets"),
        pytest.param("[a](b c.md 'T')", [("link", "b c.md", 1)], id="with a space and a title"),
        pytest.param("[a](b_(c).md)", [("link", "b_(c).md", 1)], id="parentheses"),
        pytest.param('![a](b.png "T\nU")', [("image", "b.png", 1)], id="an image with a long title"),
        pytest.param(
            "[![a](b.png)](c.md)", [("link", "c.md", 1), ("image", "b.png", 1)], id="an image in a link"
        ),
        pytest.param("[a [b] c](d.md)", [("link", "d.md", 1)], id="brackets in the text"),
        pytest.param("[`a]`](b.md)", [("link", "b.md", 1)], id="code in the text"),
        pytest.param("[a](b?x=1&amp;y=2&times=3)", [("link", "b?x=1&y=2&times=3", 1)], id="entities"),
        pytest.param("[a](b\\_c.md)", [("link", "b_c.md", 1)], id="escapes"),
        pytest.param("[a]()", [("link", "", 1)], id="no target"),
        pytest.param("\\[a](b.md)", [], id="an escaped bracket"),
        pytest.param("[a][x]\n\n[x]: b.md 'T'", [("reference", "b.md", 1)], id="a reference"),
        pytest.param(
            "[X][]\n[ x ]\n\n[x]: <b.md>", [("reference", "b.md", 1), ("reference", "b.md", 2)], id="short"
        ),
        pytest.param("[a][y] and [z]\n\n[x]: b.md", [], id="references to nothing"),
        pytest.param("a[^1]\n\n[^1]: note", [], id="a footnote"),
        pytest.param("<https://a.example>", [("link", "https://a.example", 1)], id="an address"),
        pytest.param('<a href="b.md">x</a>', [("link", "b.md", 1)], id="HTML"),
        pytest.param("<img\n  src='b.png' alt=x>", [("image", "b.png", 1)], id="an HTML image"),
        pytest.param("<p class='x'>", [], id="HTML without links"),
        pytest.param("[[component:default/x]]", [("wiki", "component:default/x", 1)], id="an entity"),
        pytest.param("[[adr:0007|the decision]]", [("wiki", "adr:0007", 1)], id="a decision with words"),
        pytest.param("| [[adr:0007\\|x]] |", [("wiki", "adr:0007", 1)], id="a decision in a table"),
        pytest.param("[[a]](b.md)", [("link", "b.md", 1)], id="a link with brackets in it"),
        pytest.param("`[a](b.md)`", [], id="in code"),
        pytest.param("``x ` [a](b.md)``", [], id="in code with a tick"),
        pytest.param("`a\n\n[a](b.md) `", [("link", "b.md", 3)], id="code ends with its paragraph"),
        pytest.param("```\n[a](b.md)\n```\n[c](d.md)", [("link", "d.md", 4)], id="in a fence"),
        pytest.param("~~~\n```\n[a](b.md)\n~~~\n", [], id="in a fence of tildes"),
        pytest.param("- x\n\n    ```\n    [a](b.md)\n    ```\n", [], id="in a fence in a list"),
        pytest.param("> ```\n> [a](b.md)\n> ```\n", [], id="in a fence in a quotation"),
        pytest.param("x\n\n    [a](b.md)\n", [], id="in indented code"),
        pytest.param("- x\n\n    [a](b.md)\n", [("link", "b.md", 3)], id="indented in a list"),
        pytest.param("<!-- [a](b.md)\n[a](b.md) --> [c](d.md)", [("link", "d.md", 2)], id="in a comment"),
        pytest.param("`<!--` [a](b.md)", [("link", "b.md", 1)], id="a comment's mark in code"),
        pytest.param("<pre>\n[a](b.md)\n</pre>", [], id="in preformatted HTML"),
        pytest.param("```\n[a](b.md)", [], id="in a fence that is never closed"),
    ],
)
def test_links_are_found_with_their_lines(text: str, links: list[tuple[str, str, int]]) -> None:
    assert _links(text) == links


def test_the_text_of_a_link_is_as_written() -> None:
    assert _page("[`a` *b*](c.md) [[x|y]]").links == (
        Link("c.md", "`a` *b*", 1, "link"),
        Link("x", "y", 1, "wiki"),
    )


def test_anchors_of_attribute_lists_and_html_count() -> None:
    text = '# A {#own}\n\ntext {: #para }\n\n<a id="x" name=y></a>\n<div id="z" class="w">\n\n`<a id="no">`'

    assert _page(text).anchors == {"own", "para", "x", "y", "z"}
