"""Facts about reading git's history, on real repositories."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from waypost.core.git import FileHistory, History, read_history, web_address

ADA, BOB = "Ada <ada@example.com>", "Bob <bob@example.com>"


def _git(root: Path, *arguments: str, author: str = ADA, at: str = "2026-01-01T00:00:00Z") -> str:
    name, email = author.rstrip(">").split(" <")
    person = {"NAME": name, "EMAIL": email, "DATE": at}
    environment = {
        f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in person.items()
    }
    done = subprocess.run(
        ["git", "-C", str(root), *arguments],
        check=True, capture_output=True, text=True, env=os.environ | environment,
    )  # fmt: skip
    return done.stdout.strip()


def _commit(root: Path, files: dict[str, str | None], *, author: str = ADA, at: str) -> str:
    for path, text in files.items():
        if text is None:
            (root / path).unlink()
            continue
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    _git(root, "add", "-A")
    _git(root, "commit", "-q", "-m", "change\n\nbody", author=author, at=at)
    return _git(root, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    root.mkdir()
    _git(root, "init", "-q", "-b", "main")
    return root


def _day(day: int) -> datetime:
    return datetime(2026, 1, day, tzinfo=UTC)


def test_each_file_has_its_first_and_last_change_and_authors(repository: Path) -> None:
    first = _commit(repository, {"a.md": "1", "b/c d.md": "1"}, at="2026-01-01T00:00:00Z")
    last = _commit(repository, {"a.md": "2"}, author=BOB, at="2026-01-03T00:00:00Z")

    history = read_history(repository)

    assert history == History(
        is_repository=True,
        head=last,
        branch="main",
        files={
            "a.md": FileHistory(_day(1), _day(3), last, 2, frozenset({ADA, BOB})),
            "b/c d.md": FileHistory(_day(1), _day(1), first, 1, frozenset({ADA})),
        },
    )


def test_a_file_that_no_commit_holds_has_no_history(repository: Path) -> None:
    _commit(repository, {"a.md": "1"}, at="2026-01-01T00:00:00Z")

    assert read_history(repository).of("b.md") is None


@pytest.mark.parametrize("name", ["é ü.md", "line\nbreak.md", 'quo"te.md', "M", "\x01x.md", "tab\t.md"])
def test_odd_file_names_are_read_as_they_are(repository: Path, name: str) -> None:
    _commit(repository, {name: "1", "z.md": "1"}, at="2026-01-01T00:00:00Z")

    assert set(read_history(repository).files) == {name, "z.md"}


def test_a_workspace_below_the_top_sees_its_own_files_by_relative_paths(repository: Path) -> None:
    _commit(repository, {"docs/a.md": "1", "other.md": "1"}, at="2026-01-01T00:00:00Z")

    assert set(read_history(repository / "docs").files) == {"a.md"}


def test_a_commit_that_changes_nothing_and_a_deletion_are_read(repository: Path) -> None:
    _commit(repository, {"a.md": "1"}, at="2026-01-01T00:00:00Z")
    _git(repository, "commit", "-q", "--allow-empty", "-m", "nothing")
    gone = _commit(repository, {"a.md": None}, at="2026-01-02T00:00:00Z")

    found = read_history(repository).of("a.md")

    assert found == FileHistory(_day(1), _day(2), gone, 2, frozenset({ADA}))


def test_a_commit_of_a_year_that_no_calendar_has_is_read(repository: Path) -> None:
    (repository / "late.md").write_text("x", encoding="utf-8")
    _git(repository, "add", "-A")
    _git(repository, "commit", "-q", "-m", "late", at="@99999999999999 +0000")

    late = read_history(repository).of("late.md")

    assert late is not None
    assert late.last == datetime(1970, 1, 1, tzinfo=UTC)


def test_a_repository_without_commits_has_no_head(repository: Path) -> None:
    assert read_history(repository) == History(is_repository=True, branch="main")


def test_a_folder_outside_any_repository_has_an_empty_history(tmp_path: Path) -> None:
    assert read_history(tmp_path) == History()


def test_without_git_the_history_is_empty(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    assert read_history(repository) == History()


def test_a_shallow_clone_says_that_it_is_one(repository: Path, tmp_path: Path) -> None:
    _commit(repository, {"a.md": "1"}, at="2026-01-01T00:00:00Z")
    _commit(repository, {"a.md": "2"}, at="2026-01-02T00:00:00Z")
    _git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repository}", "clone")

    assert read_history(tmp_path / "clone").is_shallow


def test_a_detached_head_has_no_branch(repository: Path) -> None:
    _commit(repository, {"a.md": "1"}, at="2026-01-01T00:00:00Z")
    _git(repository, "checkout", "-q", "--detach")

    assert read_history(repository).branch == ""


def test_the_remote_is_told_as_a_web_address(repository: Path) -> None:
    _git(repository, "remote", "add", "origin", "git@github.com:acme/platform.git")

    assert read_history(repository).remote == "https://github.com/acme/platform"


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        pytest.param("git@github.com:acme/x.git", "https://github.com/acme/x", id="scp form"),
        pytest.param(
            "https://ada:secret@git.example/acme/x.git", "https://git.example/acme/x", id="secrets go"
        ),
        pytest.param("ssh://git@git.example:2222/acme/x", "https://git.example/acme/x", id="ssh with a port"),
        pytest.param("https://git.example/a/b/c/", "https://git.example/a/b/c", id="deeper groups"),
        pytest.param("/srv/git/x.git", "", id="a folder"),
        pytest.param("file:///srv/git/x.git", "", id="a file address"),
        pytest.param("", "", id="none"),
    ],
)
def test_web_address_of_a_remote(remote: str, address: str) -> None:
    assert web_address(remote) == address
