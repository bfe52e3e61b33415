"""Facts about paths with wildcards."""

from __future__ import annotations

import time

import pytest

from waypost.catalog.remote.wildcards import Wildcards, has_wildcards


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("*.yaml", "a.yaml", True),
        ("*.yaml", "a/b.yaml", False),
        ("**/a.yaml", "a.yaml", True),
        ("**/a.yaml", "b/c/a.yaml", True),
        ("**/a.yaml", ".b/a.yaml", False),
        (".b/a.yaml", ".b/a.yaml", True),
        ("**/.a.yaml", "b/.a.yaml", True),
        ("*/a.yaml", "b/c/a.yaml", False),
        ("b/**", "b/c/a.yaml", True),
        ("a?.yaml", "ab.yaml", True),
        ("a?.yaml", "a/.yaml", False),
        ("a[b].*", "a[b].yaml", True),
        ("a[b].*", "ab.yaml", False),
        ("**/x/**/a.yaml", "b/x/c/x/a.yaml", True),
        ("**/x/**/a.yaml", "b/a.yaml", False),
    ],
)
def test_paths_match_part_by_part(pattern: str, path: str, *, matches: bool) -> None:
    assert Wildcards(pattern).matches(path) is matches


@pytest.mark.parametrize(
    ("pattern", "folder", "may"),
    [
        ("a/*/c.yaml", "a", True),
        ("a/*/c.yaml", "b", False),
        ("a/*/c.yaml", "a/b/c", False),
        ("**/c", "x/y", True),
        ("*", "", True),
    ],
)
def test_folders_that_cannot_hold_any_are_told(pattern: str, folder: str, *, may: bool) -> None:
    assert Wildcards(pattern).may_be_below(folder) is may


@pytest.mark.parametrize(
    ("pattern", "folder"), [("a/b*/c", "a"), ("a/b/*.yaml", "a/b"), ("*.yaml", ""), ("a*/b", "")]
)
def test_the_folder_before_the_first_sign_is_fixed(pattern: str, folder: str) -> None:
    assert Wildcards(pattern).fixed_folder == folder


def test_no_pattern_is_slow() -> None:
    started = time.monotonic()

    assert not Wildcards("**/" * 30 + "a").matches("/".join(["b"] * 60))
    assert not Wildcards("*a" * 30).matches("a" * 29 + "b")

    assert time.monotonic() - started < 1


def test_signs_are_found() -> None:
    assert [has_wildcards(path) for path in ("a/b", "a/*", "a?")] == [False, True, True]
