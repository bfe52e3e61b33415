"""Facts about reading Markdown pages; anchors and links are compared with Python-Markdown itself."""

from __future__ import annotations

import time

import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waypost.core.markdownfile import Fence, Heading, Link, MarkdownFile, is_external, parse_markdown
from waypost.core.yamlfile import YamlFault


def _page(text: str) -> MarkdownFile:
    return parse_markdown("site/a.md", text)


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


@settings(deadline=None)
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


def test_quotes_inside_each_other_are_read_at_once() -> None:
    started = time.monotonic()

    file = parse_markdown("a.md", "> " * 400 + "\n\n> > ## Quoted\n")

    assert [heading.text for heading in file.headings] == ["Quoted"]
    assert time.monotonic() - started < 2
