from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from build import run_waypost
from waypost.cli.init import write_starter
from waypost.core.errors import ConflictError, InputError


def test_a_new_workspace_builds_without_a_warning(starter: Path) -> None:
    done = run_waypost("build", "--strict", cwd=starter)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Test platform" in (starter / "build" / "site" / "index.html").read_text(encoding="utf-8")


def test_init_says_what_it_wrote_and_what_comes_next(tmp_path: Path) -> None:
    folder = tmp_path / "new"

    done = run_waypost("init", folder, "--name", "Acme", cwd=tmp_path)

    assert done.returncode == 0
    assert "catalog/teams.yaml" in done.stdout
    assert "waypost up" in done.stdout
    assert 'name = "Acme"' in (folder / "waypost.toml").read_text(encoding="utf-8")
    assert (folder / ".gitignore").is_file()


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "waypost.toml").write_text("# mine", encoding="utf-8")

    with pytest.raises(ConflictError, match=r"already has waypost\.toml"):
        write_starter(tmp_path, "Acme", date(2026, 11, 2))

    assert [path.name for path in tmp_path.iterdir()] == ["waypost.toml"]


@pytest.mark.parametrize("name", ['Evil" name', "two\nlines", "a: b", "<b>x</b>", "", "{{ x }}", "7"])
def test_a_name_that_would_break_the_files_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="begin it with a letter"):
        write_starter(tmp_path, name, date(2026, 11, 2))

    assert list(tmp_path.iterdir()) == []
