from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

import build
from site_files import FILES
from waypost.cli.group import main


def test_build_says_where_and_how_many(tmp_path: Path) -> None:
    build.write_files(tmp_path, FILES)

    done = build.run_waypost("build", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert "build/site: " in done.stdout
    assert "0 warnings" in done.stdout
    assert (tmp_path / "build/site/index.html").is_file()


def test_a_strict_build_that_fails_is_no_traceback(tmp_path: Path) -> None:
    build.write_files(tmp_path, {**FILES, "site/a.md": "[gone](gone.md)\n"})

    done = build.run_waypost("build", "--strict", "--out", str(tmp_path / "out"), cwd=tmp_path)

    assert done.returncode == 1
    assert "contains a link 'gone.md'" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_the_site_goes_where_it_is_told(tmp_path: Path, runner: CliRunner) -> None:
    build.write_files(tmp_path / "w", FILES)
    out = tmp_path / "out"

    result = runner.invoke(main, ["--workspace", str(tmp_path / "w"), "build", "--out", str(out)])

    assert result.exit_code == 0, result.output
    assert f"{out}: " in result.output
    assert (out / "index.html").is_file()
