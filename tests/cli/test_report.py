"""The report on a change, as its reviewers read it: made by the real command in a real repository."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import build
from build import git, run_waypost
from waypost.cli.reportpage import MARKER, MOST_CHARACTERS, page
from waypost.core.report import ReportPart

DECISION = """---
uid: ab12cd34
title: Use the Gateway API
status: proposed
scope: team
triggers: [wide]
summary: In the context of traffic, we decided for the Gateway API, because it is the standard.
proposed: 2026-10-01
decision-makers: [group:default/web]
approvals: []
---

# Use the Gateway API

## Context

Ingress is frozen.

## Decision

The Gateway API.
"""
FILES = {
    "adr/decision-rights.yaml": "scopes:\n  alone: {approvals: 0}\n  team: {from: [group:default/board], approvals: 1}\n"
    "triggers: {wide: team}\n",
    "catalog/org.yaml": """apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: web, title: Web}
spec: {type: team, children: [], members: [ada], profile: {email: web@example.org}}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: board, title: Review board}
spec: {type: team, children: [], profile: {email: board@example.org}}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: ada}
spec: {memberOf: [web]}
""",
    "catalog/shop.yaml": """apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: shop, labels: {tier: tier-1}}
spec: {type: service, owner: web, lifecycle: production, system: store, dependsOn: ['resource:db']}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: db}
spec: {type: database, owner: web}
""",
    "catalog/store.yaml": "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {name: store}\nspec: {owner: web}\n",
    "site/index.md": "# Home\n\n[Guide](guide.md)\n",
    "site/guide.md": "---\nkind: guide\ntitle: Guide\nowner: group:default/web\n---\n\n# Guide\n\n## One\n\nText.\n",
    "site/watching.md": "---\nkind: guide\ntitle: Watching\nowner: group:default/web\n"
    "watches: [catalog/shop.yaml]\n---\n\n# Watching\n\nText.\n",
}
Edit = Callable[[Path], None]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository on a branch that has left main, and changed nothing yet."""
    folder = tmp_path / "team"
    build.write_files(folder, FILES)
    git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "Start")
    git(folder, "switch", "--quiet", "--create", "change")
    return folder


def report(root: Path, *options: str) -> str:
    done = run_waypost("report", "--base", "main", *options, cwd=root)
    assert done.returncode == 0, done.stderr
    return done.stdout


def commit(root: Path) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "Change")


def replace(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text(encoding="utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new), encoding="utf-8")


def section(text: str, title: str) -> str:
    return text.partition(f"\n### {title}\n")[2].partition("\n### ")[0].strip()


def test_a_change_of_nothing_that_is_read_says_so(root: Path) -> None:
    build.write_files(root, {"src/main.go": "package main\n"})
    commit(root)

    told_of = report(root)

    assert told_of.startswith(
        f"{MARKER}\n## What this change means\n\nNothing that Waypost reads; compared with `"
    )
    assert section(told_of, "Problems") == "The change brings none."


def test_a_new_decision_says_who_must_approve_it(root: Path) -> None:
    build.write_files(root, {"adr/draft-gateway-api.md": DECISION})
    commit(root)

    row = section(report(root), "Decisions").splitlines()[-1]

    assert row.startswith(
        "| Use the Gateway API<br>`adr/draft-gateway-api.md` | new, proposed | team, for `wide` | 0 of 1;"
    )
    assert "**1 to come from Review board**" in row
    assert "--by group:default/board`" in row


def test_an_approval_of_another_text_lapses(root: Path) -> None:
    build.write_files(root, {"adr/draft-gateway-api.md": DECISION})
    commit(root)
    name = "draft-gateway-api"
    done = run_waypost("adr", "approve", name, "--by", "group:default/board", cwd=root)
    assert done.returncode == 0, done.stderr
    commit(root)
    git(root, "branch", "--force", "main")
    replace(root, "adr/draft-gateway-api.md", "The Gateway API.", "The Gateway API, everywhere.")

    row = section(report(root), "Decisions").splitlines()[-1]

    assert "the approval of Review board **lapses with this change**: text changed since" in row
    assert "**1 to come from Review board**" in row


def test_a_removed_decision_is_told(root: Path) -> None:
    build.write_files(root, {"adr/draft-gateway-api.md": DECISION})
    commit(root)
    git(root, "branch", "--force", "main")
    (root / "adr" / "draft-gateway-api.md").unlink()

    assert "proposed, **removed**" in section(report(root), "Decisions")


def test_entities_tell_what_changed_of_them_and_who_still_names_those_that_go(root: Path) -> None:
    replace(root, "catalog/shop.yaml", "tier: tier-1", "tier: tier-2")
    replace(
        root, "catalog/shop.yaml", "owner: web, lifecycle: production", "owner: board, lifecycle: deprecated"
    )
    text = (root / "catalog" / "shop.yaml").read_text(encoding="utf-8")
    (root / "catalog" / "shop.yaml").write_text(text.partition("---")[0], encoding="utf-8")

    rows = section(report(root), "Catalog").splitlines()

    assert rows[2:] == [
        "| `resource:default/db` | **removed**, and still named by `component:default/shop` | Web |",
        (
            "| `component:default/shop` | owner group:default/web → group:default/board; "
            "`labels.tier` tier-1 → tier-2; `lifecycle` production → deprecated | Review board |"
        ),
    ]


def test_relations_that_come_and_go_are_told(root: Path) -> None:
    replace(root, "catalog/shop.yaml", "dependsOn: ['resource:db']", "dependsOn: ['resource:cache']")

    rows = section(report(root), "Catalog")

    assert "now `dependsOn` `resource:default/cache`; no longer `dependsOn` `resource:default/db`" in rows


def test_what_a_removed_page_breaks_elsewhere_comes_first_with_how_to_mend_it(root: Path) -> None:
    (root / "site" / "guide.md").unlink()
    replace(root, "site/watching.md", "Text.", "[Nowhere](nowhere.md)")

    text = report(root)

    problems = section(text, "Problems")
    assert "| Guide<br>`site/guide.md` | **removed** | Web |" in section(text, "Pages")
    assert problems.startswith("**Broken in files that the change does not touch:**")
    assert problems.index("`site/index.md:3`") < problems.index("`site/watching.md:")
    assert "| Mend or remove it. |" in problems
    assert re.search(r"\n\d+ pages?, .*\b2 errors\b", text)


def test_pages_that_watch_what_changed_are_to_be_read_again(root: Path) -> None:
    replace(root, "catalog/shop.yaml", "tier: tier-1", "tier: tier-2")

    text = section(report(root), "Pages")

    assert "| Watching<br>`site/watching.md` | `catalog/shop.yaml` | Web |" in text


def test_a_moved_page_is_not_a_new_one(root: Path) -> None:
    git(root, "mv", "site/guide.md", "site/how-to.md")
    replace(root, "site/index.md", "guide.md", "how-to.md")

    text = section(report(root), "Pages")

    assert "| Guide<br>`site/how-to.md` | moved from `site/guide.md` | Web |" in text


@pytest.mark.parametrize("severity", ["page", "info"])
def test_an_alert_that_loses_its_runbook_is_told(root: Path, severity: str) -> None:
    runbook = "---\nkind: runbook\ntitle: Shop down\nowner: group:default/web\nalerts: [ShopDown]\n---\n# Shop down\n"
    rule = "groups:\n  - name: shop\n    rules:\n      - alert: ShopDown\n        expr: up == 0\n        labels: {severity: SEVERITY}\n"
    build.write_files(
        root,
        {
            "site/runbooks/shop-down.md": runbook,
            "site/runbooks/alerts/shop.yaml": rule.replace("SEVERITY", severity),
        },
    )
    commit(root)
    git(root, "branch", "--force", "main")
    (root / "site" / "runbooks" / "shop-down.md").unlink()

    assert "| `ShopDown` | `site/runbooks/shop-down.md` | **no runbook** |" in section(report(root), "Alerts")


def test_what_was_wrong_before_is_counted_and_not_blamed(root: Path) -> None:
    replace(root, "site/guide.md", "Text.", "[One](a.md) [Two](b.md)")
    commit(root)
    git(root, "branch", "--force", "main")
    replace(root, "site/guide.md", "[Two](b.md)", "Text.")

    problems = section(report(root), "Problems")

    assert (
        problems
        == "The change brings none.\n\nIt solves 1 problem and leaves 1 problem that was there before."
    )


def test_the_report_goes_to_a_file_when_asked(root: Path) -> None:
    assert report(root, "--output", "build/report.md") == ""
    assert (root / "build" / "report.md").read_text(encoding="utf-8").startswith(MARKER)


@pytest.mark.parametrize(
    ("base", "message"),
    [
        pytest.param("nowhere", "names no commit of this repository", id="an unknown revision"),
        pytest.param(
            "--upload-pack=x", "names no commit of this repository", id="what git takes for an option"
        ),
    ],
)
def test_a_base_that_is_none_is_one_line(root: Path, base: str, message: str) -> None:
    done = run_waypost("report", f"--base={base}", cwd=root)

    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_comment_never_grows_beyond_what_a_forge_takes() -> None:
    parts = [ReportPart(1, "Long", "much", "x" * MOST_CHARACTERS), ReportPart(2, "Short", "little", "word")]

    text = page(parts, "a" * 40)

    assert len(text) < MOST_CHARACTERS
    assert section(text, "Long").startswith("Too long for a comment")
    assert section(text, "Short") == "word"
