"""Facts about reading a workspace's files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from waypost.core.errors import InputError, NotFoundError
from waypost.core.workspace import Workspace


def _write(root: Path, *paths: str) -> Workspace:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path, encoding="utf-8")
    return Workspace(root)


def test_files_are_sorted_and_relative_to_the_root(tmp_path: Path) -> None:
    workspace = _write(tmp_path, "catalog/b.yaml", "catalog/a/c.yml", "catalog/note.md", "x.yaml")

    assert workspace.files("catalog", ".yaml", ".yml") == ["catalog/a/c.yml", "catalog/b.yaml"]


def test_all_files_are_given_where_no_suffix_is_asked_for(tmp_path: Path) -> None:
    workspace = _write(tmp_path, "a.md", "b/c.yaml")

    assert workspace.files(".") == ["a.md", "b/c.yaml"]


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    workspace = _write(tmp_path, "site/.a.md", "site/.git/b.md", "site/c.md")

    assert workspace.files("site", ".md") == ["site/c.md"]


@pytest.mark.parametrize("folder", ["nowhere", "..", "/etc", "a\0b"])
def test_a_folder_that_is_not_inside_has_no_files(tmp_path: Path, folder: str) -> None:
    assert Workspace(tmp_path).files(folder) == []


def test_links_out_of_the_root_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.md").write_text("secret", encoding="utf-8")
    workspace = _write(tmp_path / "root", "site/a.md")
    (tmp_path / "root/site/folder").symlink_to(tmp_path / "outside")
    (tmp_path / "root/site/file.md").symlink_to(tmp_path / "outside/secret.md")

    assert workspace.files("site", ".md") == ["site/a.md"]
    assert not workspace.exists("site/file.md")
    with pytest.raises(NotFoundError):
        workspace.read_text("site/file.md")


def test_links_inside_the_root_are_followed_once(tmp_path: Path) -> None:
    workspace = _write(tmp_path, "site/a/b.md")
    (tmp_path / "site/a/loop").symlink_to(tmp_path / "site")
    (tmp_path / "site/c.md").symlink_to(tmp_path / "site/a/b.md")
    (tmp_path / "site/dangling.md").symlink_to(tmp_path / "site/nowhere.md")

    assert workspace.files("site", ".md") == ["site/a/b.md", "site/c.md"]


def test_a_linked_folder_keeps_the_name_that_it_was_asked_by(tmp_path: Path) -> None:
    workspace = _write(tmp_path, "docs/a.md")
    (tmp_path / "site").symlink_to(tmp_path / "docs")

    assert workspace.files("site") == ["site/a.md"]


@pytest.mark.parametrize("name", ["two\nlines.md", "esc\x1b[2J.md"])
def test_a_file_whose_name_cannot_be_shown_is_left_out(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x", encoding="utf-8")

    assert Workspace(tmp_path).files(".") == []


def test_a_file_whose_name_is_no_text_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.md").touch()
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.md")).touch()

    assert Workspace(tmp_path).files(".") == ["a.md"]


def test_text_is_read_without_a_byte_order_mark_and_with_its_line_ends(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes("\ufeffé\r\n".encode())

    assert Workspace(tmp_path).read_text("a.md") == "é\r\n"


def test_text_that_is_not_utf8_names_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"one\ncaf\xe9\n")

    with pytest.raises(InputError, match=r"a\.md: is not UTF-8 text: byte 0xe9 in line 2"):
        Workspace(tmp_path).read_text("a.md")


@pytest.mark.parametrize("path", ["nowhere.md", "folder", "../other.md"])
def test_reading_what_is_no_file_says_so(tmp_path: Path, path: str) -> None:
    (tmp_path / "folder").mkdir()

    with pytest.raises(NotFoundError):
        Workspace(tmp_path).read_bytes(path)


@pytest.mark.skipif(
    not Path("/proc/self/mem").exists(), reason="needs a file that exists and refuses reading"
)
def test_a_file_that_cannot_be_read_is_an_input_error() -> None:
    with pytest.raises(InputError, match="cannot be read"):
        Workspace(Path("/proc/self")).read_bytes("mem")


def test_existence_is_told_of_files_and_folders(tmp_path: Path) -> None:
    workspace = _write(tmp_path, "a/b.md")

    assert [workspace.exists(path) for path in ("a", "a/b.md", "a/c.md")] == [True, True, False]


def test_history_is_read_once(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)

    assert workspace.history is workspace.history
