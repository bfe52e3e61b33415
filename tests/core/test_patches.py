"""Facts about what single commits changed."""

from __future__ import annotations

from pathlib import Path

import build
from waypost.core.patches import Patch, patches_of


def test_each_file_of_a_commit_has_the_lines_that_went_and_came(tmp_path: Path) -> None:
    first = build.commit(
        build.workspace(tmp_path, {"w/a.md": "1\n2\n3\n", "w/b c.md": "-- x\n", "o.md": "1\n"}).root
    )
    build.write_files(
        tmp_path, {"w/a.md": "1\nzwei\n3\nvier\n", "w/b c.md": "++ y\n", "w/n.md": "new\n", "o.md": "2\n"}
    )
    second = build.commit(tmp_path)

    found = list(patches_of(tmp_path / "w", [second, first]))

    assert found == [
        Patch(second, "a.md", ("2",), ("zwei", "vier")),
        Patch(second, "b c.md", ("-- x",), ("++ y",)),
        Patch(second, "n.md", (), ("new",), is_new=True),
        Patch(first, "a.md", (), ("1", "2", "3"), is_new=True),
        Patch(first, "b c.md", (), ("-- x",), is_new=True),
    ]


def test_signs_in_a_text_and_settings_of_the_reader_change_nothing(tmp_path: Path) -> None:
    build.commit(build.workspace(tmp_path, {"a.md": "1\n"}).root)
    build.write_files(tmp_path, {"a.md": "\x01feed\ndiff --git a/x b/x\n"})
    commit = build.commit(tmp_path)
    with (tmp_path / ".git/config").open("a", encoding="utf-8") as config:
        config.write('[diff]\nnoprefix = true\n[diff "loud"]\ntextconv = false\n')
    (tmp_path / ".git/info/attributes").write_text("*.md diff=loud\n", encoding="utf-8")

    found = list(patches_of(tmp_path, [commit]))

    assert found == [Patch(commit, "a.md", ("1",), ("\x01feed", "diff --git a/x b/x"))]


def test_what_has_no_lines_is_left_out(tmp_path: Path) -> None:
    build.commit(build.workspace(tmp_path, {"gone.md": "1\n", "picture.png": b"\0\1"}).root)
    (tmp_path / "gone.md").unlink()
    build.write_files(tmp_path, {"picture.png": b"\0\2"})
    commit = build.commit(tmp_path)

    assert list(patches_of(tmp_path, [commit])) == []


def test_outside_a_repository_there_are_none(tmp_path: Path) -> None:
    assert list(patches_of(tmp_path, ["HEAD"])) == []
    assert list(patches_of(tmp_path, [])) == []
