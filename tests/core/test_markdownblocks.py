"""Facts about blocks of code in Markdown."""

from __future__ import annotations

import pytest

from waypost.core.markdownfile import Fence, MarkdownFile, parse_markdown


def _page(text: str) -> MarkdownFile:
    return parse_markdown("site/a.md", text)


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
        pytest.param("```{.sh linenums}\n```", Fence("sh", {}, (), "", 1), id="a word alone"),
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
