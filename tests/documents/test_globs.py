"""Facts about patterns of paths."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from waypost.core.workspace import Workspace
from waypost.documents.globs import PathFinder, compile_glob

MakeWorkspace = Callable[[dict[str, str | bytes]], Workspace]


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("a/*.yaml", "a/b.yaml", "a/b/c.yaml"),
        ("a/**/*.yaml", "a/b.yaml", "a/b.yml"),
        ("a/**/*.yaml", "a/b/c/d.yaml", "b/a/b.yaml"),
        ("a/**", "a/b/c", "ab"),
        ("a?.md", "ab.md", "a/.md"),
        ("[ab].md", "b.md", "c.md"),
        ("[!ab].md", "c.md", "b.md"),
        ("[^].md", "^.md", "a.md"),
        ("a+(b).md", "a+(b).md", "aa.md"),
    ],
)
def test_patterns_stand_for_paths(pattern: str, matching: str, other: str) -> None:
    assert compile_glob(pattern).fullmatch(matching)
    assert not compile_glob(pattern).fullmatch(other)


@pytest.mark.parametrize(
    ("pattern", "found"),
    [("a/b.md", True), ("a", True), ("a/*.md", True), ("*.md", False), ("**/b.*", True), ("c/*", False)],
)
def test_a_pattern_is_looked_for_in_the_workspace(
    make_workspace: MakeWorkspace, pattern: str, *, found: bool
) -> None:
    assert PathFinder(make_workspace({"a/b.md": ""})).finds(pattern) == found


def test_each_folder_is_listed_once(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace({"a/b.md": ""})
    finder = PathFinder(workspace)

    first = finder.finds("a/*.md")
    (workspace.root / "a/b.md").unlink()

    assert (first, finder.finds("a/*.md"), finder.finds("a/b*")) == (True, True, True)
