"""Facts about what a change starts from, on real repositories."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from waypost.core.baseline import Change, changed_files, merge_base, tree_at
from waypost.core.errors import InputError
from waypost.core.plugin import Before, Knowledge
from waypost.core.workspace import Workspace

LONG = "".join(f"Line {number} of a page that is moved.\n" for number in range(20))


def _git(root: Path, *arguments: str) -> str:
    person = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in {"NAME": "Ada", "EMAIL": "ada@example.com", "DATE": "2026-01-01T00:00:00Z"}.items()
    }
    done = subprocess.run(
        ["git", "-C", str(root), *arguments],
        check=True, capture_output=True, text=True, env=os.environ | person,
    )  # fmt: skip
    return done.stdout.strip()


def _write(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


def _commit(root: Path, files: dict[str, str]) -> str:
    _write(root, files)
    _git(root, "add", "-A")
    _git(root, "commit", "-q", "--allow-empty", "-m", "change")
    return _git(root, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a first commit."""
    root = tmp_path / "repository"
    root.mkdir()
    _git(root, "init", "-q", "-b", "main")
    _commit(root, {"kept.md": "1", "edited.md": "1", "gone.md": "short", "docs/long.md": LONG})
    return root


def test_each_way_to_differ_is_told_committed_or_not(repository: Path) -> None:
    (repository / "gone.md").unlink()
    _git(repository, "mv", "docs/long.md", "docs/moved.md")
    _commit(repository, {"new.md": "new"})
    _write(repository, {"edited.md": "2", "unknown to git.md": "ü"})

    assert changed_files(repository, "HEAD~1") == (
        Change("docs/moved.md", "renamed", "docs/long.md"),
        Change("edited.md", "modified"),
        Change("gone.md", "deleted"),
        Change("new.md", "added"),
        Change("unknown to git.md", "added"),
    )


def test_a_file_moved_without_git_is_renamed(repository: Path) -> None:
    (repository / "docs/long.md").rename(repository / "moved.md")

    assert changed_files(repository, "HEAD") == (Change("moved.md", "renamed", "docs/long.md"),)


def test_the_index_of_the_repository_stays_as_it_is(repository: Path) -> None:
    _write(repository, {"new.md": "new", "staged.md": "staged"})
    _git(repository, "add", "staged.md")

    changed_files(repository, "HEAD")

    assert _git(repository, "status", "--porcelain") == "A  staged.md\n?? new.md"


def test_programs_that_the_repository_names_are_not_run(repository: Path) -> None:
    program = repository / ".git/hooks/post-index-change"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f"#!/bin/sh\ntouch '{repository}/ran'\n", encoding="utf-8")
    program.chmod(0o755)
    _git(repository, "config", "core.fsmonitor", str(program))
    _write(repository, {"edited.md": "2"})

    assert changed_files(repository, "HEAD") == (Change("edited.md", "modified"),)
    with tree_at(Workspace(repository), "HEAD") as before:
        assert before.read_text("edited.md") == "1"
    assert not (repository / "ran").exists()


def test_ignored_files_are_no_change(repository: Path) -> None:
    _commit(repository, {".gitignore": "built/\n"})
    _write(repository, {"built/page.md": "x"})

    assert changed_files(repository, "HEAD") == ()


def test_what_another_branch_did_since_is_no_change(repository: Path) -> None:
    base = _git(repository, "rev-parse", "HEAD")
    _git(repository, "checkout", "-q", "-b", "topic")
    _commit(repository, {"mine.md": "1"})
    _git(repository, "checkout", "-q", "main")
    _commit(repository, {"theirs.md": "1"})
    _git(repository, "checkout", "-q", "topic")

    assert merge_base(repository, "main") == base
    assert changed_files(repository, "main") == (Change("mine.md", "added"),)


def test_a_workspace_below_the_top_sees_its_own_files(repository: Path) -> None:
    base = _commit(repository, {"docs/a.md": "1", "docs/b.md": LONG + "b"})
    _git(repository, "mv", "docs/b.md", "b.md")
    _commit(repository, {"docs/a.md": "2", "outside.md": "2"})
    workspace = Workspace(repository / "docs")

    changes = changed_files(workspace.root, base)
    with tree_at(workspace, base) as before:
        files, text = before.files("."), before.read_text("a.md")

    assert changes == (Change("a.md", "modified"), Change("b.md", "deleted"))
    assert (files, text) == (["a.md", "b.md", "long.md"], "1")


def test_the_files_and_the_history_are_those_of_the_commit(repository: Path) -> None:
    first = _git(repository, "rev-parse", "HEAD")
    _commit(repository, {"edited.md": "2"})
    _write(repository, {"edited.md": "3", "new.md": "new"})
    workspace = Workspace(repository)

    with tree_at(workspace, first) as before:
        root = before.root
        text, history = before.read_text("edited.md"), before.history
        has_new = before.exists("new.md")

    assert (text, has_new, history.head, root.exists()) == ("1", False, first, False)
    edited = history.of("edited.md")
    assert edited is not None
    assert edited.commits == 1
    assert workspace.history.files["edited.md"].commits == 2
    assert _git(repository, "status", "--porcelain") == "M edited.md\n?? new.md"


def test_files_that_an_archive_would_leave_out_are_there(repository: Path) -> None:
    commit = _commit(repository, {".gitattributes": "*.md export-ignore\n"})

    with tree_at(Workspace(repository), commit) as before:
        assert before.exists("kept.md")


def test_a_workspace_younger_than_the_commit_was_empty(repository: Path) -> None:
    _write(repository, {"young/a.md": "1"})
    workspace = Workspace(repository / "young")

    with tree_at(workspace, "HEAD") as before:
        assert before.files(".") == []
    assert changed_files(workspace.root, "HEAD") == (Change("a.md", "added"),)


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "HEAD:kept.md", "a\0b", ""])
def test_an_unknown_revision_is_told(repository: Path, revision: str) -> None:
    with pytest.raises(InputError, match="names no commit of this repository"):
        changed_files(repository, revision)
    with (
        pytest.raises(InputError, match="names no commit of this repository"),
        tree_at(Workspace(repository), revision),
    ):
        pass


def test_no_repository_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not in a git repository"):
        changed_files(tmp_path, "main")


def test_a_repository_without_commits_is_told(tmp_path: Path) -> None:
    _git(tmp_path, "init", "-q", "-b", "main")

    with pytest.raises(InputError, match="names no commit"):
        changed_files(tmp_path, "HEAD")


def test_a_branch_of_another_beginning_is_told(repository: Path) -> None:
    _git(repository, "checkout", "-q", "--orphan", "other")
    _commit(repository, {"other.md": "1"})

    with pytest.raises(InputError, match="no common commit, so that"):
        changed_files(repository, "main")


def test_a_shallow_clone_says_what_to_fetch(repository: Path, tmp_path: Path) -> None:
    _git(repository, "checkout", "-q", "-b", "topic")
    _commit(repository, {"mine.md": "1"})
    clone = tmp_path / "clone"
    _git(tmp_path, "clone", "-q", "--depth=1", "--no-single-branch", f"file://{repository}", str(clone))

    with pytest.raises(InputError, match="git fetch --unshallow"):
        changed_files(clone, "origin/main")


def test_a_path_is_followed_to_the_one_that_it_had() -> None:
    changes = (Change("b.md", "renamed", "a.md"), Change("new.md", "added"), Change("gone.md", "deleted"))
    before = Before("abc", Workspace(Path()), Knowledge(), changes)

    assert [before.old_path(path) for path in ("b.md", "new.md", "same.md")] == ["a.md", "", "same.md"]


def test_a_change_of_no_other_size_in_the_moment_of_the_commit_is_seen(tmp_path: Path) -> None:
    _git(tmp_path, "init", "-q", "-b", "main")
    _commit(tmp_path, {"a.md": "tier-1\n"})
    (tmp_path / "a.md").write_text("tier-2\n", encoding="utf-8")
    # What a fast machine does: the file and the index are written within one tick of the clock.
    moment = (tmp_path / ".git" / "index").stat().st_mtime_ns
    os.utime(tmp_path / "a.md", ns=(moment, moment))

    assert changed_files(tmp_path, "main") == (Change("a.md", "modified"),)
