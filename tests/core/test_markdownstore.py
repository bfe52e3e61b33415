"""Facts about pages as files: those that did not change are not read, and what is kept is what parsing gives."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import build
from waypost.core import markdownstore
from waypost.core.contentcache import open_cache
from waypost.core.errors import InputError
from waypost.core.markdownfile import parse_markdown
from waypost.core.markdownstore import MarkdownStore
from waypost.core.workspace import Workspace

PAGE = """---
title: A
list: [a, b]
nested:
  key: {x: 1, y: [2.5, true, null]}
---

# A {#top}

Text [link](b.md "T") ![image](c.png) [[component:default/x]] [ref][r]

[r]: d.md

``` {.sh .wide effect=read}
ls
```

## Ünder `code`

<a id="own"></a>
"""


@pytest.fixture(autouse=True)
def _sure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust the time of a file that was only just written."""
    monkeypatch.setattr(markdownstore, "_UNSURE_NS", -(10**15))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return build.workspace(tmp_path, {"a.md": PAGE})


def _twice(workspace: Workspace) -> Iterator[MarkdownStore]:
    for _ in range(2):
        with open_cache(workspace.root) as cache:
            yield MarkdownStore(workspace, cache)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(PAGE, id="all that is kept"),
        pytest.param("", id="nothing"),
        pytest.param("---\n{}\n---\n", id="empty front matter"),
        pytest.param("---\na: [\n---\n# A\n", id="broken front matter"),
        pytest.param(
            "---\na: .nan\nb: 123456789012345678901234567890\n---\n# A\n", id="numbers that JSON has not"
        ),
        pytest.param("\ufeff# A\r\n\r\n[a](b.md)\r\n", id="other line ends"),
        pytest.param("---\n\nA rule.\n\n---\n", id="a rule, no front matter"),
    ],
)
def test_what_is_kept_of_a_page_is_what_parsing_gives(workspace: Workspace, text: str) -> None:
    (workspace.root / "a.md").write_bytes(text.encode())
    parsed = parse_markdown("a.md", text)

    for store in _twice(workspace):
        file = store.read("a.md")
        assert file == parsed
        assert repr(file.front_matter) == repr(parsed.front_matter)
        for name in ("body", "body_line", "headings", "fences", "links", "anchors", "faults", "title"):
            assert getattr(file, name) == getattr(parsed, name)
        assert file.has_front_matter == parsed.has_front_matter
        keys = [(), ("title",), ("list", 1), ("nested", "key", "y"), ("absent",)]
        assert [file.line_of(*key) for key in keys] == [parsed.line_of(*key) for key in keys]


def test_a_file_that_did_not_change_is_not_opened(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_cache(workspace.root) as cache:
        assert MarkdownStore(workspace, cache).read("a.md").headings
    (workspace.root / "a.md").chmod(0o644)
    opened: list[str] = []
    read = Workspace.read_bytes

    def noted(self: Workspace, path: str) -> bytes:
        opened.append(path)
        return read(self, path)

    monkeypatch.setattr(Workspace, "read_bytes", noted)

    # A changed mode is a change of the file's record: it is read once more.
    for store in _twice(workspace):
        assert [heading.text for heading in store.read("a.md").headings] == ["A", "Ünder code"]

    assert opened == ["a.md"]


@pytest.mark.parametrize("keeps_time", [True, False])
def test_an_edit_is_seen_even_of_the_same_length_and_time(workspace: Workspace, *, keeps_time: bool) -> None:
    path = workspace.root / "a.md"
    path.write_text("# One\n", encoding="utf-8")
    with open_cache(workspace.root) as cache:
        MarkdownStore(workspace, cache).read("a.md")
    about = path.stat()
    path.write_text("# Two\n", encoding="utf-8")
    if keeps_time:
        os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))

    with open_cache(workspace.root) as cache:
        assert MarkdownStore(workspace, cache).read("a.md").title == "Two"


def test_a_file_that_changed_just_now_is_read_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(markdownstore, "_UNSURE_NS", 10**15)
    with open_cache(workspace.root) as cache:
        MarkdownStore(workspace, cache).read("a.md")

    with open_cache(workspace.root) as cache:
        assert cache.get("stamps", "now") == {}


def test_a_page_that_is_no_text_is_told_each_time(workspace: Workspace) -> None:
    (workspace.root / "a.md").write_bytes(b"\xff")

    for store in _twice(workspace):
        with pytest.raises(InputError, match="is not UTF-8"):
            store.read("a.md")
