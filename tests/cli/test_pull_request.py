"""The life of a pull request, from a draft to the published page, on a real git server and by the steps of the workflows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

import build
from build import git, run_waypost
from cli.served import free_port
from waypost.cli.init import write_starter

STARTER = Path(__file__).parents[2] / "backend" / "waypost" / "cli" / "starter" / "github" / "workflows"
START_S = 30.0
BOARD = "group:default/architecture-review"


@dataclass(frozen=True)
class Forge:
    """A git server, and a folder for clones of its one repository."""

    url: str
    folder: Path

    def clone(self, name: str, branch: str = "main") -> Path:
        """Return a fresh clone, at *branch*."""
        root = self.folder / name
        git(self.folder, "clone", "--quiet", "--branch", branch, self.url, str(root))
        return root


@contextmanager
def serving(base: Path) -> Iterator[str]:
    """Serve the repositories below *base* by git's own protocol, pushes included."""
    port = free_port()
    options = ["--reuseaddr", "--export-all", "--enable=receive-pack", "--listen=127.0.0.1"]
    command = ["git", "daemon", *options, f"--port={port}", f"--base-path={base}", str(base)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        url = f"git://127.0.0.1:{port}/platform.git"
        deadline = time.monotonic() + START_S
        while subprocess.run(["git", "ls-remote", url], capture_output=True, check=False).returncode:
            assert process.poll() is None
            assert time.monotonic() < deadline, "git daemon does not answer"
            time.sleep(0.05)
        yield url
    finally:
        # The daemon is a child of git's own process.
        os.killpg(process.pid, 15)
        process.wait(20)


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Forge]:
    """A new workspace on its main line."""
    seed = tmp_path / "seed"
    write_starter(seed, "Test platform", date(2026, 11, 2))
    git(seed, "init", "--quiet", "--initial-branch", "main")
    git(seed, "add", ".")
    git(seed, "commit", "--quiet", "--message", "Start the knowledge base")
    git(tmp_path, "clone", "--quiet", "--bare", str(seed), str(tmp_path / "served" / "platform.git"))
    with serving(tmp_path / "served") as url:
        yield Forge(url, tmp_path)


def run_job(workflow: str, job: str, root: Path, base: str = "main") -> tuple[int, str]:
    """Run the steps of a job in a clone, as the forge would; stop where one fails, and return its code and all words."""
    document = yaml.safe_load((STARTER / f"waypost-{workflow}.yml").read_text(encoding="utf-8"))
    told = ""
    for step in document["jobs"][job]["steps"]:
        script = step.get("run", "")
        if not script or script.startswith("pip install"):
            continue
        environment = _environment(step, root, base)
        # GitHub's own shell: https://docs.github.com/actions, "Setting a default shell".
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        done = subprocess.run(shell, cwd=root, env=environment, capture_output=True, text=True, check=False)
        told += done.stdout + done.stderr
        if done.returncode:
            return done.returncode, told
    return 0, told


def _environment(step: Mapping[str, Any], root: Path, base: str) -> dict[str, str]:
    # A variable that nobody set is empty.
    known = {"github.base_ref": base, "github.event.pull_request.number": "7", "vars.WAYPOST_FACTS": ""}

    def filled(text: str) -> str:
        return re.sub(r"\$\{\{ (.+?) \}\}", lambda match: known[match[1]], text)

    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    summary = str(root.parent / "summary.md")
    own = {name: filled(str(value)) for name, value in step.get("env", {}).items()}
    return {
        **build.clean_environment(),
        **own,
        "PATH": path,
        "GITHUB_ACTIONS": "true",
        "GITHUB_STEP_SUMMARY": summary,
    }


def propose(root: Path, branch: str, title: str, *more: str) -> str:
    """Write a draft on a branch of its own, push it, and return its path."""
    git(root, "switch", "--quiet", "--create", branch)
    done = run_waypost("adr", "new", title, "--status", "proposed", *more, cwd=root)
    assert done.returncode == 0, done.stderr
    (path,) = git(root, "ls-files", "--others", "--exclude-standard", "adr").splitlines()
    return path


def push(root: Path, message: str) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", message, at=datetime.now(UTC))
    git(root, "push", "--quiet", "origin", "HEAD")


def edit(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text(encoding="utf-8")
    assert old in text, text
    (root / path).write_text(text.replace(old, new), encoding="utf-8")


def merge(forge: Forge, branch: str) -> str:
    """Merge *branch* as the forge does, run what follows on the main line, and return what that said."""
    root = forge.clone(f"merging-{branch}")
    git(root, "merge", "--quiet", "--no-ff", "--no-edit", f"origin/{branch}", at=datetime.now(UTC))
    git(root, "push", "--quiet", "origin", "main")
    code, told = run_job("main", "number", forge.clone(f"numbering-{branch}"))
    assert code == 0, told
    return told


def report_of(root: Path) -> str:
    return (root / "build" / "report" / "report.md").read_text(encoding="utf-8")


def test_a_decision_goes_from_a_draft_to_a_numbered_page(forge: Forge) -> None:
    author = forge.clone("author")
    path = propose(author, "gateway", "Use the Gateway API", "--trigger", "golden-path-breaking-change")
    push(author, "Propose the Gateway API")
    code, told = run_job("change", "report", forge.clone("ci-1", "gateway"))
    assert code == 0, told
    assert (
        "| Use the Gateway API<br>`adr/draft-use-the-gateway-api.md` | new, proposed | team"
        in told_report(forge, 1)
    )

    edit(author, path, "status: proposed", "status: accepted\ndecided: 2026-11-23")
    push(author, "Accept without asking")
    code, told = run_job("change", "report", forge.clone("ci-2", "gateway"))
    assert code == 1
    assert "approv" in told

    done = run_waypost("adr", "approve", path, "--by", BOARD, cwd=author)
    assert done.returncode == 0, done.stderr
    push(author, "Approve")
    code, told = run_job("change", "report", forge.clone("ci-3", "gateway"))
    assert code == 0, told
    assert "1 of 1" in told_report(forge, 3)

    told = merge(forge, "gateway")
    main = forge.clone("after")
    assert "0002" in told
    assert (main / "adr" / "0002-use-the-gateway-api.md").is_file()
    assert not (main / path).exists()
    done = run_waypost("check", cwd=main)
    assert done.returncode == 0, done.stdout
    code, told = run_job("main", "build", main)
    assert code == 0, told
    assert (main / "build" / "site" / "decisions" / "0002-use-the-gateway-api" / "index.html").is_file()


def told_report(forge: Forge, number: int) -> str:
    return report_of(forge.folder / f"ci-{number}")


def test_an_approval_lapses_when_the_text_changes_after_it(forge: Forge) -> None:
    author = forge.clone("author")
    path = propose(author, "gateway", "Use the Gateway API", "--trigger", "golden-path-breaking-change")
    edit(author, path, "status: proposed", "status: accepted\ndecided: 2026-11-23")
    done = run_waypost("adr", "approve", path, "--by", BOARD, cwd=author)
    assert done.returncode == 0, done.stderr
    push(author, "Propose and approve")
    code, told = run_job("change", "report", forge.clone("ci-1", "gateway"))
    assert code == 0, told

    with (author / path).open("a", encoding="utf-8") as file:
        file.write("\nAnd everywhere, at once.\n")
    push(author, "Change it after all")
    code, _ = run_job("change", "report", forge.clone("ci-2", "gateway"))

    assert code == 1
    assert "text changed since" in told_report(forge, 2)


@pytest.mark.parametrize(
    "order", [("gateway", "logs"), ("logs", "gateway")], ids=["one first", "the other first"]
)
def test_two_branches_get_their_numbers_in_the_order_of_merging(forge: Forge, order: tuple[str, str]) -> None:
    for branch, title in (("gateway", "Use the Gateway API"), ("logs", "Keep logs for thirty days")):
        root = forge.clone(branch)
        path = propose(root, branch, title, "--trigger", "component-internals")
        build.write_files(root, {f"site/{branch}.md": f"# {title}\n\n[Why](../{path})\n"})
        push(root, title)

    for branch in order:
        merge(forge, branch)

    main = forge.clone("after")
    names = {"gateway": "use-the-gateway-api", "logs": "keep-logs-for-thirty-days"}
    for number, branch in enumerate(order, start=2):
        name = f"{number:04d}-{names[branch]}"
        assert (main / "adr" / f"{name}.md").is_file()
        assert f"[Why](../adr/{name}.md)" in (main / "site" / f"{branch}.md").read_text(encoding="utf-8")
    done = run_waypost("check", cwd=main)
    assert done.returncode == 0, done.stdout
    assert git(main, "log", "--format=%an", "-1").strip() == "github-actions[bot]"
    code, told = run_job("main", "number", forge.clone("again"))
    assert code == 0, told
    assert git(forge.clone("last"), "rev-parse", "HEAD") == git(main, "rev-parse", "HEAD")


def test_a_change_that_breaks_a_page_is_told_and_blocked_until_it_is_mended(forge: Forge) -> None:
    author = forge.clone("author")
    git(author, "switch", "--quiet", "--create", "tidy")
    (author / "site" / "how-to" / "add-a-runbook.md").unlink()
    push(author, "Tidy up")

    code, told = run_job("change", "report", forge.clone("ci-1", "tidy"))

    assert code == 1
    assert "::error file=catalog/scorecards/readiness.yaml" in told
    assert "**Broken in files that the change does not touch:**" in told_report(forge, 1)
    git(author, "revert", "--no-edit", "HEAD", at=datetime.now(UTC))
    git(author, "push", "--quiet", "origin", "HEAD")
    code, told = run_job("change", "report", forge.clone("ci-2", "tidy"))
    assert code == 0, told
