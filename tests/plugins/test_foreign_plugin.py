"""A plugin from outside the project is found and used like ours, by the real command and application."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

import build

SOURCE = Path(__file__).parent / "oncall"
ENTITY = "component:default/till"
FILES = {
    "oncall.txt": f"{ENTITY} Ada\nnobody-here\n",
    "catalog/oncall.yaml": """\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: tills}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: till}
spec: {type: service, lifecycle: production, owner: group:default/tills}
---
apiVersion: waypost.dev/v1alpha1
kind: FactSource
metadata: {name: oncall}
spec:
  collector: oncall
  facts:
    oncall.person: {type: string, description: Who is on call.}
""",
}
ASK = """
import json, sys
from pathlib import Path
from waypost.core.host import open_host
from waypost.core.web import create_app
with open_host(Path.cwd()) as host:
    app = create_app(host.settings, plugins=host.plugins, engine=host.engine, workspace=host.workspace)
    print(json.dumps([app.test_client().get(path).get_json() for path in sys.argv[1:]]))
"""

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """An environment in which the foreign package is installed, without touching ours."""
    target = tmp_path_factory.mktemp("installed")
    install = [
        "install",
        "--quiet",
        "--no-index",
        "--no-deps",
        "--no-build-isolation",
        "--target",
        str(target),
    ]
    subprocess.run(
        [sys.executable, "-m", "pip", *install, "--disable-pip-version-check", str(SOURCE)],
        check=True,
        env=os.environ | {"PIP_ROOT_USER_ACTION": "ignore"},
    )
    return {"PYTHONPATH": str(target)}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, environment: Mapping[str, str]) -> Path:
    """A new workspace with a rota, synced."""
    root = tmp_path_factory.mktemp("foreign") / "workspace"
    made = build.run_waypost("init", root, cwd=root.parent, env=environment)
    assert made.returncode == 0, made.stderr
    build.write_files(root, FILES)
    return root


@pytest.fixture
def run(workspace: Path, environment: Mapping[str, str]) -> Run:
    """Runs the command in the workspace."""

    def waypost(*arguments: str) -> subprocess.CompletedProcess[str]:
        return build.run_waypost(*arguments, cwd=workspace, env=environment)

    return waypost


def ask(workspace: Path, environment: Mapping[str, str], *paths: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-c", ASK, *paths],
        cwd=workspace,
        env=os.environ | dict(environment),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_its_command_is_one_of_ours_and_reads_its_setting(run: Run) -> None:
    assert "Say whom to call." in run("--help").stdout

    assert run("oncall").stdout == "Call somebody.\n"
    assert run("--set", "oncall.greeting=Wake", "oncall").stdout == "Wake somebody.\n"


def test_its_check_finds_problems(run: Run) -> None:
    done = run("check")

    assert done.returncode == 1
    assert "oncall.txt:2" in done.stdout
    assert "nobody is on call for 'nobody-here'" in done.stdout


def test_its_route_answers_and_is_described(workspace: Path, environment: Mapping[str, str]) -> None:
    person, described = ask(workspace, environment, "/api/oncall/people/till", "/openapi.json")

    assert person == {"personOnCall": "whoever has till"}
    assert "/api/oncall/people/{name}" in described["paths"]


def test_its_collector_finds_facts(run: Run, workspace: Path, environment: Mapping[str, str]) -> None:
    synced = run("sync")
    (facts,) = ask(workspace, environment, "/api/facts/by-entity/component/default/till")

    assert synced.returncode == 0, synced.stderr
    assert {fact["path"]: fact["value"] for fact in facts["items"]}["oncall.person"] == "Ada"


def test_its_collector_may_fail_and_be_asked_for_one_entity(
    run: Run, workspace: Path, environment: Mapping[str, str]
) -> None:
    rota = workspace / "oncall.txt"
    before = rota.read_text(encoding="utf-8")
    rota.write_text(f"{ENTITY} Nobody\n", encoding="utf-8")
    failed = run("sync")
    (sources, facts) = ask(
        workspace, environment, "/api/facts/sources", "/api/facts/by-entity/component/default/till"
    )
    rota.write_text(f"{ENTITY} Eve\n", encoding="utf-8")
    refreshed = run("facts", "refresh", "till")
    shown = run("facts", "show", "till")
    rota.write_text(before, encoding="utf-8")

    assert failed.returncode == 0, failed.stderr
    assert (
        "Failed: oncall: LookupError: the rota is empty (acme_waypost_oncall.py:"
        in failed.stderr + failed.stdout
    )
    [source] = [each for each in sources["items"] if each["name"] == "oncall"]
    assert source["error"].startswith("LookupError: the rota is empty")
    assert {fact["path"]: fact["value"] for fact in facts["items"]}["oncall.person"] == "Ada"
    assert refreshed.returncode == 0, refreshed.stderr
    assert 'oncall.person: "Eve"  (oncall, ' in shown.stdout


def test_its_page_is_in_the_site(run: Run, workspace: Path) -> None:
    built = run("build", "--out", "out")

    assert built.returncode == 0, built.stderr
    page = (workspace / "out" / "oncall" / "index.html").read_text(encoding="utf-8")
    assert f"{ENTITY}: Ada" in page
