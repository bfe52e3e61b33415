"""Facts about ``waypost check --changed-since``: what a change brings blocks, what was there before does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from build import commit, git, run_waypost, write_files

GROUP = """apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team}
spec: {type: team, children: [], profile: {email: team@example.org}}
"""
PAGE = """---
kind: guide
title: A
owner: group:default/team
---

# A

[b](b.md)

{more}
"""
BROKEN = "[broken](nowhere.md)"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with two pages that link to each other, one of them with a broken link."""
    root = tmp_path / "team"
    write_files(
        root,
        {
            "catalog/groups.yaml": GROUP,
            "site/a.md": PAGE.format(more=BROKEN),
            "site/b.md": PAGE.format(more="[a](a.md)").replace("[b](b.md)", ""),
            "site/index.md": "# Index\n",
        },
    )
    commit(root)
    return root


def check(root: Path, *options: str | Path) -> tuple[int, dict[str, Any]]:
    """Return the exit code and what was told, as JSON."""
    done = run_waypost("check", "--changed-since", "HEAD", "--format", "json", *options, cwd=root)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def told(found: dict[str, Any], *, is_new: bool) -> list[tuple[str, int, str]]:
    return [(one["path"], one["line"], one["rule"]) for one in found["problems"] if one["isNew"] is is_new]


def edit(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text(encoding="utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new), encoding="utf-8")


def test_what_was_wrong_before_is_told_and_does_not_block(root: Path) -> None:
    edit(root, "site/a.md", "# A", "# A\n\nA new paragraph above.")

    code, found = check(root)

    assert (code, told(found, is_new=True)) == (0, [])
    assert told(found, is_new=False) == [("site/a.md", 13, "documents/link")]


def test_what_a_change_brings_blocks(root: Path) -> None:
    edit(root, "site/b.md", "[a](a.md)", "[a](a.md) and [x](x.md)")

    code, found = check(root)

    assert (code, told(found, is_new=True)) == (1, [("site/b.md", 11, "documents/link")])


def test_what_it_breaks_in_a_file_that_it_does_not_touch_blocks(root: Path) -> None:
    (root / "site/b.md").unlink()

    code, found = check(root)

    assert (code, told(found, is_new=True)) == (1, [("site/a.md", 9, "documents/link")])


def test_a_warning_that_a_change_brings_does_not_block(root: Path) -> None:
    edit(root, "site/b.md", "[a](a.md)", "[a](/a.md)")

    code, found = check(root)

    assert (code, told(found, is_new=True)) == (0, [("site/b.md", 11, "documents/link-absolute")])


def test_a_renamed_page_brings_its_old_problems_along(root: Path) -> None:
    git(root, "mv", "site/a.md", "site/c.md")
    edit(root, "site/b.md", "a.md", "c.md")

    code, found = check(root)

    assert (code, told(found, is_new=True)) == (0, [])
    assert told(found, is_new=False) == [("site/c.md", 11, "documents/link")]


def test_the_second_of_two_alike_is_new_and_the_line_tells_which(root: Path) -> None:
    edit(root, "site/a.md", "[b](b.md)", f"[b](b.md) and again {BROKEN}")

    code, found = check(root)

    assert (code, told(found, is_new=True)) == (1, [("site/a.md", 9, "documents/link")])
    assert told(found, is_new=False) == [("site/a.md", 11, "documents/link")]


def test_what_a_change_solves_is_counted(root: Path) -> None:
    edit(root, "site/a.md", BROKEN, "")

    done = run_waypost("check", "--changed-since", "HEAD", cwd=root)

    assert (done.returncode, done.stdout) == (
        0,
        "0 errors, 0 warnings that the change brings; 1 problem solved.\n",
    )


def test_text_tells_apart_what_was_there_before(root: Path) -> None:
    edit(root, "site/b.md", "[a](a.md)", "[x](x.md)")

    lines = run_waypost("check", "--changed-since", "HEAD", cwd=root).stdout.splitlines()

    place = lines.index("Was there before the change, and does not block:")
    assert "site/b.md:11: error" in "".join(lines[:place])
    assert "site/a.md:11: error" in "".join(lines[place:])
    assert (
        lines[-1] == "1 error, 0 warnings that the change brings; 1 error, 0 warnings that were there before."
    )


def test_only_the_named_files_count(root: Path) -> None:
    (root / "site/b.md").unlink()

    code, found = check(root, "site/index.md")

    assert (code, found["problems"]) == (0, [])


def test_what_git_ignores_is_no_change(root: Path) -> None:
    write_files(root, {".gitignore": "site/made.md\n"})
    commit(root)
    write_files(root, {"site/made.md": "[x](x.md)\n"})

    code, found = check(root)

    assert (code, told(found, is_new=True)) == (0, [])
    assert ("site/made.md", 1, "documents/link") in told(found, is_new=False)


def test_an_unknown_revision_is_one_line(root: Path) -> None:
    done = run_waypost("check", "--changed-since", "nowhere", cwd=root)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: the revision 'nowhere': names no commit of this repository")


def test_a_folder_without_git_is_one_line(tmp_path: Path) -> None:
    done = run_waypost("check", "--changed-since", "main", cwd=tmp_path)

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "is not in a git repository" in done.stderr


def test_a_forge_is_told_of_old_problems_as_notices(root: Path) -> None:
    edit(root, "site/b.md", "[a](a.md)", "[x](x.md)")

    done = run_waypost("check", "--changed-since", "HEAD", "--format", "github", cwd=root)

    assert [line.partition(",")[0] for line in done.stdout.splitlines()] == [
        "::notice file=site/a.md",
        "::error file=site/b.md",
    ]


def test_a_workspace_below_the_top_is_named_from_there(root: Path) -> None:
    git(root, "init", "-q", "-b", "main", "..")
    (root / ".git").rename(root.parent / "unused")
    commit(root.parent)
    edit(root, "site/b.md", "[a](a.md)", "[x](x.md)")

    done = run_waypost("check", "--changed-since", "HEAD", "--format", "gitlab", cwd=root)

    assert [(one["location"]["path"], one["severity"]) for one in json.loads(done.stdout)] == [
        ("team/site/a.md", "info"),
        ("team/site/b.md", "major"),
    ]


def test_fix_mends_only_what_the_change_brings(root: Path) -> None:
    edit(root, "site/a.md", BROKEN, "[x](/b.md)")
    commit(root)
    edit(root, "site/b.md", "[a](a.md)", "[x](/a.md)")

    done = run_waypost("check", "--changed-since", "HEAD", "--fix", cwd=root)

    assert done.returncode == 0
    assert "[x](/b.md)" in (root / "site/a.md").read_text(encoding="utf-8")
    assert "[x](a.md)" in (root / "site/b.md").read_text(encoding="utf-8")
