from __future__ import annotations

import os
import pty
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

import build
from waypost.cli.adopting.finding import find_content
from waypost.cli.adopting.guessing import guess_kind
from waypost.cli.adopting.owners import read_owners
from waypost.core.markdownfile import parse_markdown
from waypost.core.progress import SilentProgress
from waypost.core.workspace import Workspace

ADR = "# {0}. Decide {0}\n\nDate: 2026-01-0{0}\n\n## Status\n\nAccepted\n\n## Context\n\nX.\n\n## Decision\n\nY.\n"
SECTIONS = (
    "Stop the bleeding", "Meaning", "Impact", "Diagnosis", "Mitigation", "Verify", "Escalation", "Follow-up",
)  # fmt: skip
GUIDE = "# How to deploy: with care\n\nPush, see [the decision](adr/0001-a.md).\n"
FILES: dict[str, str | bytes] = {
    "README.md": "# Shop\n\nSee [docs](docs/deploy.md).\n",
    "CODEOWNERS": "* @acme/everybody\n/docs/ @ada @acme/Docs-Team\ndocs/shop/* @acme/shop\n",
    "docs/deploy.md": GUIDE,
    "docs/windows.md": "\ufeff# Windows\r\n\r\nText.\r\n",
    "docs/untitled_page.md": "Just text.\n",
    "docs/jekyll.md": "---\nlayout: page\ntitle: Old\n---\nText.\n",
    "docs/broken.md": "---\ntitle: a: b\n---\nText.\n",
    "docs/latin.md": b"# Caf\xe9\n",
    "docs/typed.md": "---\nkind: guide\n---\n# Typed\n",
    "docs/rules.md": "---\n\n# Between two rules\n\n---\n\nText.\n",
    "docs/index.md": "# Welcome\n",
    "docs/runbooks/ShopDown.md": "# Shop down\n\n## Meaning\n\n## Diagnosis\n\n```sh\nls <pod>\n```\n",
    "docs/shop/ShopSlow.md": "# Sound\n\n" + "".join(f"## {title}\n\nText.\n\n" for title in SECTIONS),
    "docs/shop/rules.yaml": "groups:\n- name: shop\n  rules:\n  - alert: ShopSlow\n    expr: up == 0\n"
    "    labels: {severity: page}\n",
    "docs/shop/slos.md": "# Sound\n",
    "docs/adr/0001-a.md": ADR.format(1),
    "docs/adr/0002-b.md": ADR.format(2),
    "node_modules/x/README.md": "# Not ours\n",
    "docs/shop/catalog-info.yaml": "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: shop}\n"
    "spec: {type: service, lifecycle: production, owner: shoppers}\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    build.write_files(folder, FILES)
    build.commit(folder)
    return folder


def test_without_being_asked_nothing_is_written(root: Path) -> None:
    done = build.run_waypost("init", root, cwd=root.parent)

    assert done.returncode == 0, done.stderr
    assert "Nothing was written" in done.stdout
    assert build.git(root, "status", "--short") == ""
    for told in (
        "docs/adr: 2 files of decisions, read as they are",
        "docs/deploy.md: guide, since nothing tells otherwise; group:default/docs-team (CODEOWNERS:2)",
        "docs/shop/ShopSlow.md: a runbook, since it has sections",
        "docs/shop/slos.md: guide, since nothing tells otherwise; group:default/shop (CODEOWNERS:3)",
        "docs/jekyll.md: its front matter has keys of another tool: layout",
        "docs/runbooks/ShopDown.md: a runbook, since it has sections diagnosis and meaning",
        "+kind: guide",
    ):
        assert told in done.stdout


def test_adopting_writes_what_was_shown_and_points_the_settings_at_it(root: Path) -> None:
    shown = build.run_waypost("init", root, "--all", cwd=root.parent)
    done = build.run_waypost("init", root, "--adopt", "--all", "--name", "Acme", cwd=root.parent)

    assert done.returncode == 0, done.stderr
    changed = set(
        build.git(root, "status", "--short", "--untracked-files=all").replace("??", "M").split()[1::2]
    )
    assert changed == {
        "docs/deploy.md", "docs/windows.md", "docs/untitled_page.md", "docs/rules.md", "docs/index.md",
        "docs/shop/slos.md", "waypost.toml", "catalog/adopted.yaml", ".gitignore",
    }  # fmt: skip
    assert all(path in shown.stdout for path in changed)
    settings = tomllib.loads((root / "waypost.toml").read_text(encoding="utf-8"))
    assert settings == {
        "workspace": {"name": "Acme"},
        "documents": {"folder": "docs", "exclude": ["docs/adr"]},
        "adr": {"folder": "docs/adr"},
        "runbooks": {"guides": ["runbooks", "shop"], "rules": ["docs/**/*.yaml", "docs/**/*.yml"]},
    }
    assert (root / "docs/deploy.md").read_text(encoding="utf-8") == (
        '---\nkind: guide\ntitle: "How to deploy: with care"\nowner: group:default/docs-team\n---\n\n' + GUIDE
    )
    assert (root / "docs/windows.md").read_bytes().decode() == (
        "\ufeff---\r\nkind: guide\r\ntitle: Windows\r\nowner: group:default/docs-team\r\n---\r\n\r\n"
        "# Windows\r\n\r\nText.\r\n"
    )
    sound = (root / "docs/shop/slos.md").read_text(encoding="utf-8")
    assert "owner: group:default/shop\nabout: [component:default/shop]\n" in sound
    assert "title: Untitled page\n" in (root / "docs/untitled_page.md").read_text(encoding="utf-8")


def test_what_was_adopted_has_only_the_faults_that_it_had_and_builds(root: Path) -> None:
    build.run_waypost("init", root, "--adopt", cwd=root.parent)

    checked = build.run_waypost("check", cwd=root)
    built = build.run_waypost("build", cwd=root)
    listed = build.run_waypost("adr", "list", cwd=root)

    faulty = {line.split(":")[0].strip() for line in checked.stdout.split("\n") if ": error: " in line}
    assert faulty == {"docs/broken.md", "docs/latin.md", "docs/typed.md"}
    assert built.returncode == 0, built.stderr
    site = root / "build/site"
    assert (site / "deploy/index.html").is_file()
    assert not (site / "adr").exists()
    assert "decisions/0001-a/" in (site / "deploy/index.html").read_text(encoding="utf-8")
    assert "0002" in listed.stdout


def test_a_page_that_would_have_a_fault_is_put_back(tmp_path: Path) -> None:
    page = "# Restart\n\n```sh\nif [x ]; then (\n```\n"
    build.write_files(tmp_path, {"docs/restart.md": page, "docs/other.md": "# Other\n"})

    done = build.run_waypost("init", tmp_path, "--adopt", "--owner", "platform", cwd=tmp_path)

    assert "docs/restart.md was put back as it was" in done.stdout
    assert (tmp_path / "docs/restart.md").read_text(encoding="utf-8") == page
    assert "owner: group:default/platform" in (tmp_path / "docs/other.md").read_text(encoding="utf-8")
    assert build.run_waypost("check", cwd=tmp_path).returncode == 0


def test_what_is_in_the_way_stays_and_its_settings_are_told(root: Path) -> None:
    (root / "waypost.toml").write_text('[workspace]\nname = "Mine"\n', encoding="utf-8")
    (root / ".gitignore").write_text("mine\n", encoding="utf-8")
    (root / "mkdocs.yml").write_text("site_name: Mine\n", encoding="utf-8")

    done = build.run_waypost("init", root, "--adopt", cwd=root.parent)

    assert done.returncode == 0, done.stderr
    assert (root / "waypost.toml").read_text(encoding="utf-8") == '[workspace]\nname = "Mine"\n'
    assert (root / ".gitignore").read_text(encoding="utf-8") == "mine\n"
    assert "These settings belong into it:\n# Settings" in done.stdout
    assert "mkdocs.yml stays as it is" in done.stdout


def test_a_second_adoption_finds_nothing_to_write(root: Path) -> None:
    build.run_waypost("init", root, "--adopt", cwd=root.parent)
    build.commit(root)

    done = build.run_waypost("init", root, "--adopt", cwd=root.parent)

    assert done.returncode == 0, done.stderr
    assert build.git(root, "status", "--short") == ""


def test_a_folder_with_a_readme_only_gets_the_starter(tmp_path: Path) -> None:
    build.write_files(tmp_path, {"README.md": "# Mine\n"})

    adopted = build.run_waypost("init", tmp_path, "--adopt", cwd=tmp_path)
    started = build.run_waypost("init", tmp_path, cwd=tmp_path)

    assert "holds no folder of pages or decisions" in adopted.stderr
    assert started.returncode == 0
    assert (tmp_path / "site/index.md").is_file()


def test_the_starter_can_be_asked_for_beside_pages(root: Path) -> None:
    done = build.run_waypost("init", root, "--no-adopt", cwd=root.parent)

    assert "already has .gitignore" not in done.stderr
    assert (root / "site/index.md").is_file()
    assert (root / "docs/deploy.md").read_text(encoding="utf-8") == GUIDE


@pytest.mark.parametrize("answer", ["y", "n"])
def test_a_terminal_is_asked(root: Path, answer: str) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "waypost", "init", str(root)],
        stdin=theirs, stdout=theirs, stderr=theirs, env=build.clean_environment(),
    ) as process:  # fmt: skip
        os.close(theirs)
        told, until = "", time.monotonic() + 60
        while "[y/N]" not in told:
            assert time.monotonic() < until, told
            told += os.read(ours, 4096).decode(errors="replace")
        os.write(ours, f"{answer}\n".encode())
        while process.poll() is None and time.monotonic() < until:
            try:
                os.read(ours, 4096)
            except OSError:
                break
        assert process.wait(60) == 0
    os.close(ours)
    assert (root / "waypost.toml").exists() is (answer == "y")


@pytest.mark.parametrize(
    ("path", "text", "kind"),
    [
        ("docs/index.md", "# X", "overview"),
        ("docs/runbooks/restart.md", "# X", "runbook"),
        ("docs/KubeApiDown.md", "# X", "runbook"),
        ("docs/x.md", "# X\n\n## Impact\n\n## Mitigation\n", "runbook"),
        ("docs/standards/x.md", "# X", "standard"),
        ("docs/onboarding.md", "# X", "training"),
        ("docs/roadmap.md", "# X", "plan"),
        ("docs/README-first.md", "# X", "guide"),
        ("docs/API.md", "# X", "guide"),
    ],
)
def test_kinds_are_guessed_by_place_name_and_sections(path: str, text: str, kind: str) -> None:
    assert guess_kind(parse_markdown(path, text)).kind == kind


@pytest.mark.parametrize(
    ("files", "folder", "decisions"),
    [
        pytest.param(["doc/adr/0001-a.md", "doc/adr/0002-b.md"], "", "doc/adr", id="decisions only"),
        pytest.param(["docs/a.md", "doc/adr/0001-a.md"], "docs", "doc/adr", id="the first decision"),
        pytest.param(
            ["docs/decision-records/2026-01-02-a/README.md", "docs/decision-records/2026-01-03-b/README.md"],
            "", "docs/decision-records", id="a folder each",
        ),
        pytest.param(
            ["adrs/one/0001-a.md", "adrs/one/0002-b.md", "adrs/two/0001-c.md"], "", "adrs", id="folders of them"
        ),
        pytest.param(
            ["docs/adr/0001-a.md", "docs/adr/0002-b.md", *(f"tests/adr/000{n}-x.md" for n in range(1, 9))],
            "", "docs/adr", id="others in tests",
        ),
        pytest.param(["source/a.md", "packages/x/README.md"], "source", "", id="packages"),
        pytest.param(["manual/a.md", "manual/b.md", "x/c.md"], "manual", "", id="no usual name"),
        pytest.param(["site/a.md", "docs/b.md", "docs/c.md"], "site", "", id="ours first"),
        pytest.param(["a.md", "b.md"], "", "", id="at the top"),
    ],
)  # fmt: skip
def test_folders_are_found_in_trees_of_every_shape(
    tmp_path: Path, files: list[str], folder: str, decisions: str
) -> None:
    is_decision = ("adr", "decision")
    build.write_files(
        tmp_path, {path: ADR.format(1) if any(w in path for w in is_decision) else "# X\n" for path in files}
    )

    found = find_content(Workspace(tmp_path), SilentProgress())

    assert (found.folder, found.decisions) == (folder, decisions)


def test_the_last_line_of_codeowners_that_fits_decides(tmp_path: Path) -> None:
    build.write_files(
        tmp_path,
        {
            ".github/CODEOWNERS": "# Comment\n*.md @acme/writers\n/docs/api/ @acme/api # theirs\n"
            "docs/**/secret.md ada@example.org\napps/*/README.md @acme/sub/apps\n[Section]\n"
        },
    )
    owners = read_owners(Workspace(tmp_path), (), "group:rest")

    found = {path: owners.of(path).ref for path in ("a.md", "docs/api/x.md", "apps/x/README.md", "a.txt")}

    assert found == {
        "a.md": "group:default/writers",
        "docs/api/x.md": "group:default/api",
        "apps/x/README.md": "group:default/apps",
        "a.txt": "group:default/rest",
    }
