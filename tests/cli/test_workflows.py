"""The workflows of this project, and those that a new workspace begins with: what their forges take, and no more rights than needed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from waypost.cli.group import main

ROOT = Path(__file__).parents[2]
OURS = ROOT / ".github" / "workflows"
STARTER = ROOT / "backend" / "waypost" / "cli" / "starter"
THEIRS = STARTER / "github" / "workflows"
WORKFLOWS = [*sorted(OURS.glob("*.yml")), *sorted(THEIRS.glob("*.yml"))]
PIPELINES = [ROOT / ".ci" / "gitlab-ci.yml", STARTER / "gitlab-ci.yml"]
COMMON = ("change", "comment", "main")


def _run(command: str, *arguments: str | Path) -> tuple[int, str]:
    program = Path(sys.executable).with_name(command)
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def _named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", WORKFLOWS, ids=_named)
def test_github_takes_each_workflow(path: Path) -> None:
    code, told = _run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", path)

    assert code == 0, told


@pytest.mark.parametrize("path", PIPELINES, ids=_named)
def test_gitlab_takes_each_pipeline(path: Path) -> None:
    schema = ("--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci")

    code, told = _run("check-jsonschema", *schema, path)

    assert code == 0, told


def test_a_workflow_that_github_refuses_is_told(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yml"
    path.write_text("on: push\njobs: {a: {steps: []}}\n", encoding="utf-8")

    code, told = _run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", path)

    assert code == 1
    assert "jobs.a" in told


def test_no_workflow_has_more_rights_than_it_needs() -> None:
    options = ("--offline", "--no-progress", "--config", ROOT / ".github" / "zizmor.yml")

    code, told = _run("zizmor", *options, *WORKFLOWS)

    assert code == 0, told


def test_a_workflow_that_runs_what_a_stranger_wrote_is_told(tmp_path: Path) -> None:
    path = tmp_path / ".github" / "workflows" / "wrong.yml"
    path.parent.mkdir(parents=True)
    text = (OURS / "change.yml").read_text(encoding="utf-8")
    path.write_text(text.replace("  pull_request:\n", "  pull_request_target:\n"), encoding="utf-8")

    code, told = _run("zizmor", "--offline", "--no-progress", path)

    assert code != 0
    assert "dangerous-triggers" in told


@pytest.mark.parametrize("name", COMMON)
def test_a_new_workspace_runs_the_same_steps_as_this_project(name: str) -> None:
    ours = _steps(yaml.safe_load((OURS / f"{name}.yml").read_text(encoding="utf-8")))
    theirs = _steps(yaml.safe_load((THEIRS / f"waypost-{name}.yml").read_text(encoding="utf-8")))

    assert theirs == [_installed(step) for step in ours]


def test_a_new_workspace_has_the_same_pipeline_as_this_project() -> None:
    ours, theirs = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in PIPELINES)

    assert theirs == _replaced(ours)


@pytest.mark.parametrize("path", [*WORKFLOWS, *PIPELINES], ids=_named)
def test_every_command_and_option_of_a_workflow_is_one_that_there_is(path: Path) -> None:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    lines = [line.strip() for script in _scripts(document) for line in script.splitlines()]
    calls = [line.split() for line in lines if re.match(r"(\.venv/bin/)?waypost ", line)]

    for _, *words in calls:
        command: click.Command | None = main
        for word in words:
            if isinstance(command, click.Group):
                command = command.get_command(click.Context(command), word)
            elif word.startswith("--"):
                assert command is not None
                assert word in {name for each in command.params for name in each.opts}, words
        assert command is not None, words
        assert not isinstance(command, click.Group), words


@pytest.mark.parametrize("path", [*WORKFLOWS, *PIPELINES], ids=_named)
def test_the_shell_of_every_step_is_sound(path: Path, tmp_path: Path) -> None:
    shellcheck = shutil.which("shellcheck", path=str(Path(sys.executable).parent))
    assert shellcheck is not None
    for number, script in enumerate(_scripts(yaml.safe_load(path.read_text(encoding="utf-8")))):
        file = tmp_path / f"{number}.sh"
        file.write_text(f"#!/bin/bash\n{script}\n", encoding="utf-8")
        done = subprocess.run([shellcheck, "--norc", file], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def _steps(workflow: dict[str, Any]) -> list[str]:
    return [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]


def _scripts(document: dict[str, Any]) -> list[str]:
    if "jobs" in document:
        return _steps(document)
    jobs = [job for job in document.values() if isinstance(job, dict) and "script" in job]
    return ["\n".join(job["script"]) for job in jobs]


def _installed(script: str) -> str:
    return script.replace(".ci/setup run", "pip install waypost").replace(".venv/bin/waypost", "waypost")


def _replaced(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_replaced(each) for each in value]
    return _installed(value) if isinstance(value, str) else value
