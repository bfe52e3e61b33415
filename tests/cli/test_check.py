from __future__ import annotations

import json
from pathlib import Path

from cli.served import waypost

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
    code, output, _ = waypost(starter, "check")

    assert (code, output) == (0, "No problems.\n")


def test_a_problem_has_its_file_and_line_and_fails(starter: Path) -> None:
    (starter / "catalog" / "broken.yaml").write_text(BROKEN, encoding="utf-8")

    code, output, _ = waypost(starter, "check", "--format", "json")

    errors = [found for found in json.loads(output)["problems"] if found["severity"] == "error"]
    problem = errors[0]
    assert code == 1
    assert [(found["path"], found["line"]) for found in errors] == [("catalog/broken.yaml", 8)]
    assert "nobody-knows" in problem["message"]
    assert problem["fix"]


def test_only_the_named_files_are_told(starter: Path) -> None:
    (starter / "catalog" / "broken.yaml").write_text(BROKEN, encoding="utf-8")

    assert waypost(starter, "check", "site")[0] == 0
    assert waypost(starter, "check", "catalog")[0] == 1
    assert waypost(starter, "check", "catalog/broken.yaml", "site")[0] == 1


def test_a_path_that_is_not_there_is_one_line(starter: Path) -> None:
    code, _, told = waypost(starter, "check", "catalog/none.yaml")

    assert (code, told) == (1, "Error: catalog/none.yaml: no such file or folder in the workspace\n")


def test_a_forge_is_recognised(starter: Path) -> None:
    (starter / "catalog" / "broken.yaml").write_text(BROKEN, encoding="utf-8")

    _, output, _ = waypost(starter, "check", environment={"GITHUB_ACTIONS": "true"})

    assert "::error file=catalog/broken.yaml," in output


def test_an_unknown_setting_is_one_line_with_the_nearest_name(starter: Path) -> None:
    code, _, told = waypost(starter, "--set", "server.prot=1", "check")

    assert code == 1
    assert told.startswith("Error: ")
    assert "'server.port'" in told
    assert len(told.splitlines()) == 1
