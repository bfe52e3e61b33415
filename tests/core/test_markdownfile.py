"""Facts about reading Markdown pages; anchors and links are compared with Python-Markdown itself."""

from __future__ import annotations

import time

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.core.markdownfile import Fence, Heading, Link, MarkdownFile, is_external, parse_markdown
from waypost.core.yamlfile import YamlFault


def _page(text: str) -> MarkdownFile:
    return parse_markdown("site/a.md", text)


def _links(text: str) -> list[tuple[str, str, int]]:
    return [(link.kind, link.target, link.line) for link in _page(text).links]


def test_a_page_is_read_whole() -> None:
    text = """\
---
kind: guide
tags: [a, b]
---
# A *page*

See [the other](b.md#x "Other").

```sh
echo
```
"""

    page = _page(text)

    assert page.front_matter == {"kind": "guide", "tags": ["a", "b"]}
    assert page.line_of("tags", 1) == 3
    assert page.body_line == 5
    assert page.body.startswith("# A *page*")
    assert page.headings == (Heading(1, "A page", "a-page", 5),)
    assert page.links == (Link("b.md#x", "the other", 7, "link"),)
    assert page.fences == (Fence("sh", {}, (), "echo", 9),)
    assert page.anchors == {"a-page"}
    assert page.title == "A page"


@pytest.mark.parametrize(
    ("text", "front", "body_line"),
    [
        pytest.param("# A\n", {}, 1, id="none"),
        pytest.param("---\na: 1\n---\nx", {"a": 1}, 4, id="dashes"),
        pytest.param("---\na: 1\n...\nx", {"a": 1}, 4, id="dots"),
        pytest.param("\ufeff---\r\na: 1\r\n---\r\nx", {"a": 1}, 4, id="byte order mark and carriage returns"),
        pytest.param("---\n---\nx", {}, 3, id="empty"),
        pytest.param("---\n# only words\n---\nx", {}, 4, id="comments"),
        pytest.param("---\na: 1\n---", {"a": 1}, 4, id="without a body"),
        pytest.param("---\nwords\n---\nx", {}, 1, id="rules with words between"),
        pytest.param("---\nwords", {}, 1, id="a rule"),
        pytest.param("\n---\na: 1\n---\n", {}, 1, id="not in the first line"),
    ],
)
def test_front_matter(text: str, front: dict[str, object], body_line: int) -> None:
    page = _page(text)

    assert (page.front_matter, page.body_line, page.faults) == (front, body_line, ())


def test_faults_of_front_matter_have_the_lines_of_the_file() -> None:
    page = _page("---\na: 1\na: 2\n---\n# A\n")

    assert page.faults == (YamlFault(3, 1, "the key 'a' stands here twice; keys must be unique"),)
    assert (page.front_matter, page.has_front_matter, page.line_of("a")) == ({}, True, 1)
    assert page.headings[0].line == 5


def test_the_front_matters_title_comes_before_the_headings() -> None:
    assert _page("---\ntitle: ' B '\n---\n# A\n").title == "B"
    assert _page("no heading").title == ""


HEADINGS = [
    "# One",
    "## With `code_x` and *more* **of** it",
    "## [A link](x.md) and ![an image](y.png)",
    "## [A reference][x] here",
    "## Closed ##",
    "### snake_case_name and __strong__ _soft_",
    "## Ünïcödé 中文",
    "## A & B &amp; C &copy;",
    '## 1. What\'s "new"? (part 2/3)',
    "## Escaped \\*stars\\* and \\_lines\\_",
    "## <b>HTML</b> inside <!-- note -->",
    "## <https://example.com/a>",
    "## A   lot   of    space",
    "# <!-- only a comment -->",
    "#No space",
    "## Own id {#mine}",
    "## Own id {: #other .class }",
    "## Same\n\n## Same\n\n## Same",
    "## Same_1\n\n## Same\n\n## Same",
    "Underlined\n==========\n\nTwice\n---\n\ntext",
    "para\ngraph\n---\n",
    "- item\n\n    ## In a list\n",
    "> ## In a quotation\n",
    "text\n\n    # In code\n",
    "text\n# Right below\nmore",
    "####### Seven",
    "- a\n# After a list",
    "```\n# In a fence\n```\n# After",
    "## Trailing `` `tick` `` x",
    "## ~~old~~ **a*b*c**",
]


@pytest.mark.parametrize("source", HEADINGS)
def test_headings_and_anchors_are_those_of_python_markdown(source: str) -> None:
    converter = markdown.Markdown(extensions=["toc", "attr_list", "pymdownx.superfences"])
    converter.convert(source + "\n\n[x]: y\n")

    assert [(h.level, h.anchor) for h in _page(source).headings] == [
        (token["level"], token["id"])
        for token in _flat(converter.toc_tokens)  # type: ignore[attr-defined]
    ]


def _flat(tokens: list[dict[str, object]]) -> list[dict[str, object]]:
    return [found for token in tokens for found in (token, *_flat(token["children"]))]  # type: ignore[arg-type]


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


@pytest.mark.parametrize(
    ("text", "fence"),
    [
        pytest.param("```sh\na\n```", Fence("sh", {}, (), "a", 1), id="a language"),
        pytest.param("``` py title='x y'\n```", Fence("py", {"title": "x y"}, (), "", 1), id="options"),
        pytest.param(
            '```{.sh effect=read expect="3 members"}\na\n```',
            Fence("sh", {"effect": "read", "expect": "3 members"}, (), "a", 1),
            id="an attribute list",
        ),
        pytest.param(
            '~~~ {.sh .wide #x undo="kubectl uncordon \\"$NODE\\""}\na\n\nb\n~~~',
            Fence("sh", {"id": "x", "undo": 'kubectl uncordon "$NODE"'}, ("wide",), "a\n\nb", 1),
            id="escaped quotes",
        ),
        pytest.param("```sh {effect=read}\n```", Fence("sh", {"effect": "read"}, (), "", 1), id="both"),
        pytest.param(
            "1. x\n\n    ```sh\n    a\n      b\n    ```", Fence("sh", {}, (), "a\n  b", 3), id="indented"
        ),
        pytest.param("- ```sh\n  a\n  ```", Fence("sh", {}, (), "a", 1), id="behind a list's mark"),
        pytest.param("> ```\n> a\n> ```", Fence("", {}, (), "a", 1), id="in a quotation"),
        pytest.param("````\n```\n````", Fence("", {}, (), "```", 1), id="a fence in a fence"),
        pytest.param("```\na", Fence("", {}, (), "a", 1, is_closed=False), id="never closed"),
    ],
)
def test_fences_are_read_with_their_attributes(text: str, fence: Fence) -> None:
    assert _page(text).fences == (fence,)


def test_anchors_of_attribute_lists_and_html_count() -> None:
    text = '# A {#own}\n\ntext {: #para }\n\n<a id="x" name=y></a>\n<div id="z" class="w">\n\n`<a id="no">`'

    assert _page(text).anchors == {"own", "para", "x", "y", "z"}


def test_a_heading_does_not_take_an_anchor_that_the_text_has() -> None:
    assert [h.anchor for h in _page("# A\n\n<a id='a'></a>\n").headings] == ["a_1"]


TEXT = """\
# Title

Words.

## First

One.

### Deeper

Two.

## Second
Three.

Under
-----

Four.
"""


def test_a_section_holds_its_subsections() -> None:
    page = _page(TEXT)

    assert page.section("first") == "One.\n\n### Deeper\n\nTwo."
    assert page.section("Second") == "Three."
    assert page.section("Under") == "Four."
    assert page.section("Third") is None


def test_every_heading_has_a_section_with_its_line() -> None:
    sections = _page("---\na: 1\n---\n" + TEXT).sections

    assert [(s.heading.text, s.heading.line, s.line) for s in sections] == [
        ("Title", 4, 5),
        ("First", 8, 9),
        ("Deeper", 12, 13),
        ("Second", 16, 17),
        ("Under", 19, 21),
    ]
    assert sections[2].text == "Two."


@pytest.mark.parametrize(
    ("target", "external"),
    [
        ("https://a.example", True),
        ("//a.example/x", True),
        ("mailto:a@b", True),
        ("http://[", True),
        ("a.md#b", False),
    ],
)
def test_a_target_with_a_scheme_or_host_is_external(target: str, *, external: bool) -> None:
    assert is_external(target) == external


@given(st.text(st.sampled_from("ab#*_`~[]()<>!{}.-=\\\"'&;:|\n \t1"), max_size=120))
def test_no_text_breaks_the_reader(text: str) -> None:
    page = _page(text)

    lines = page.text.count("\n") + 1
    found = [item.line for items in (page.headings, page.links, page.fences) for item in items]
    assert all(1 <= line <= lines for line in found)
    assert len(page.sections) == len(page.headings)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 20_000, id="brackets"),
        pytest.param("[a" * 10_000, id="brackets with words"),
        pytest.param("[a](" * 5_000, id="half links"),
        pytest.param("`" * 3_000 + "a" + "``a" * 3_000, id="ticks"),
        pytest.param("<a href=" * 5_000, id="half tags"),
        pytest.param("<!--" * 5_000, id="comments"),
        pytest.param("# a\n" * 3_000, id="the same heading"),
        pytest.param("```\n" * 5_001, id="fences"),
        pytest.param("```x\n" * 3_000, id="fences that do not close"),
        pytest.param("**a_" * 5_000, id="emphasis"),
        pytest.param("# " + "*a_" * 3_000, id="emphasis in a heading"),
        pytest.param("{#" * 5_000, id="braces"),
    ],
)
def test_hostile_text_takes_no_longer_than_it_is_long(text: str) -> None:
    start = time.process_time()

    _page(text)

    assert time.process_time() - start < 2
