from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cli.served import waypost
from waypost.cli.init import write_starter
from waypost.core.errors import ConflictError


def test_a_new_workspace_builds_without_a_warning(starter: Path) -> None:
    code, output, told = waypost(starter, "build", "--strict")

    assert code == 0, output + told
    assert "Test platform" in (starter / "build" / "site" / "index.html").read_text(encoding="utf-8")


def test_init_says_what_it_wrote_and_what_comes_next(tmp_path: Path) -> None:
    folder = tmp_path / "new"

    code, output, _ = waypost(tmp_path, "init", str(folder), "--name", "Acme")

    assert code == 0
    assert "catalog/teams.yaml" in output
    assert "waypost up" in output
    assert 'name = "Acme"' in (folder / "waypost.toml").read_text(encoding="utf-8")
    assert (folder / ".gitignore").is_file()


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "waypost.toml").write_text("# mine", encoding="utf-8")

    with pytest.raises(ConflictError, match=r"already has waypost\.toml"):
        write_starter(tmp_path, "Acme", date(2026, 11, 2))

    assert [path.name for path in tmp_path.iterdir()] == ["waypost.toml"]
