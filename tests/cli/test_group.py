from __future__ import annotations

from pathlib import Path

from build import run_waypost


def test_what_the_system_refuses_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()

    done = run_waypost("init", "taken/new", cwd=tmp_path)

    assert done.returncode == 1
    assert done.stderr.startswith("Error: taken/new")
    assert done.stderr.endswith(": Not a directory\n")


def test_what_the_database_refuses_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "broken.db").write_bytes(b"no database at all" * 100)

    done = run_waypost("--set", "database.url=sqlite:///broken.db", "sync", cwd=tmp_path)

    assert done.returncode == 1
    assert done.stderr == "Error: the database refused: file is not a database\n"
