from __future__ import annotations

import json
from pathlib import Path

from build import run_waypost, write_files

BROKEN = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: broken
spec:
  type: service
  lifecycle: production
  owner: nobody-knows
"""


def test_a_new_workspace_has_no_problems(starter: Path) -> None:
    done = run_waypost("check", cwd=starter)

    assert (done.returncode, done.stdout) == (0, "No problems.\n")


def test_a_problem_has_its_file_and_line_and_fails(starter: Path) -> None:
    (starter / "catalog" / "broken.yaml").write_text(BROKEN, encoding="utf-8")

    done = run_waypost("check", "--format", "json", cwd=starter)

    errors = [found for found in json.loads(done.stdout)["problems"] if found["severity"] == "error"]
    problem = errors[0]
    assert done.returncode == 1
    assert [(found["path"], found["line"]) for found in errors] == [("catalog/broken.yaml", 8)]
    assert "nobody-knows" in problem["message"]
    assert problem["fix"]


def test_only_the_named_files_are_told(starter: Path) -> None:
    (starter / "catalog" / "broken.yaml").write_text(BROKEN, encoding="utf-8")

    def check(*paths: str) -> int:
        return run_waypost("--workspace", starter, "check", *paths, cwd=starter.parent).returncode

    assert check("site") == 0
    assert check("catalog") == 1
    assert check("catalog/broken.yaml", "site") == 1


def test_a_path_that_is_not_there_is_one_line(starter: Path) -> None:
    done = run_waypost("check", "catalog/none.yaml", cwd=starter)

    assert (done.returncode, done.stderr) == (
        1,
        "Error: catalog/none.yaml: no such file or folder in the workspace\n",
    )


def test_a_forge_is_recognised(starter: Path) -> None:
    (starter / "catalog" / "broken.yaml").write_text(BROKEN, encoding="utf-8")

    done = run_waypost("check", cwd=starter, env={"GITHUB_ACTIONS": "true"})

    assert "::error file=catalog/broken.yaml," in done.stdout


def test_a_forge_is_told_nothing_where_nothing_is_wrong(starter: Path) -> None:
    done = run_waypost("check", "--format", "github", cwd=starter)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "0 errors, 0 warnings.\n")


def test_a_plugin_that_cannot_be_imported_is_one_line(tmp_path: Path) -> None:
    about = "acme_broken-1.dist-info"
    files = {
        f"{about}/METADATA": "Metadata-Version: 2.1\nName: acme-broken\nVersion: 1\n",
        f"{about}/entry_points.txt": "[waypost.plugins]\nbroken = acme_broken:plugin\n",
    }
    write_files(tmp_path, files)

    done = run_waypost("--help", cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)})

    assert done.returncode == 1
    assert done.stderr == (
        "Error: plugin 'broken' of acme-broken 1 cannot be imported from acme_broken:plugin:"
        " No module named 'acme_broken'\n"
    )


def test_an_unknown_setting_is_one_line_with_the_nearest_name(starter: Path) -> None:
    done = run_waypost("--set", "server.prot=1", "check", cwd=starter)

    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert "'server.port'" in done.stderr
    assert len(done.stderr.splitlines()) == 1
