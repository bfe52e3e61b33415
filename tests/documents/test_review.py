"""Facts about ``waypost review``: what wants reading, by owner, and that it was read."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

import build
from waypost.cli.group import main

ESTATE = """\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: platform}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: checkout}
spec: {type: team, children: []}
"""
DECISION = """\
---
uid: d4q8m2zr
title: Use it
status: accepted
scope: independent
proposed: 2025-01-01
decided: 2025-01-01
decision-makers: [group:default/platform]
review-by: 2025-12-27
---
# Use it
"""


def page(owner: str = "platform", on: str = "2020-01-01", title: str = "A") -> str:
    """Return a guide that was due long ago."""
    return f"""\
---
kind: guide
title: {title}
owner: {owner}
review: {{by: {owner}, on: {on}, method: read, every: P180D}}
---
# {title}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace with pages of two owners and a decision."""
    files = {f"site/p{n}.md": page(on=f"2020-01-0{n}") for n in range(1, 8)}
    files |= {"site/mine.md": page("checkout", on="2020-03-01", title="Mine"), "adr/0001-use-it.md": DECISION}
    build.write_files(tmp_path, {"catalog/a.yaml": ESTATE, **files})
    return tmp_path


def _run(root: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["--workspace", str(root), "review", *arguments])
    return done.exit_code, done.output


def test_each_owner_is_asked_for_a_few_pages_oldest_first(root: Path) -> None:
    code, output = _run(root)

    lines = output.splitlines()
    assert code == 0
    assert [line for line in lines if line.startswith("group:")] == [
        "group:default/platform: 8 to read",
        "group:default/checkout: 1 to read",
    ]
    shown = [line.strip() for line in lines if line.startswith("  site/")]
    assert shown == [*(f"site/p{n}.md" for n in range(1, 6)), "site/mine.md"]
    assert "  … and 3 more: waypost review --all --owner group:default/platform" in lines
    assert "    > Read it against the truth, then run `waypost review done site/mine.md`." in lines


def test_all_of_one_owner_are_listed_as_json(root: Path) -> None:
    _, output = _run(root, "--all", "--owner", "platform", "--format", "json")

    (owner,) = json.loads(output)["owners"]
    assert (owner["owner"], owner["total"], len(owner["items"])) == ("group:default/platform", 8, 8)
    assert [item["path"] for item in owner["items"]][-1] == "adr/0001-use-it.md"
    assert {item["freshness"]["state"] for item in owner["items"]} == {"unknown"}


def test_a_list_can_be_put_into_an_issue(root: Path) -> None:
    _, output = _run(root, "--owner", "checkout", "--format", "markdown")

    assert output.splitlines()[:3] == [
        "## group:default/checkout",
        "",
        "- [ ] Mine (`site/mine.md`): not confirmed",
    ]


def test_an_owner_that_nobody_knows_is_one_line(root: Path) -> None:
    code, output = _run(root, "--owner", "plattform")

    assert (code, output) == (
        1,
        "Error: group:default/plattform is not in the catalog: Did you mean 'group:default/platform'?\n",
    )


def test_nothing_to_read_is_said(tmp_path: Path) -> None:
    assert _run(tmp_path) == (0, "Nothing wants reading.\n")


def test_a_reading_is_written_into_the_page_and_settles_it(root: Path) -> None:
    before = (root / "site/mine.md").read_text()
    today = datetime.now(UTC).date().isoformat()

    code, output = _run(root, "done", "site/mine.md")

    assert (code, output) == (0, f"site/mine.md: read on {today} by group:default/checkout\n")
    after = before.replace("by: checkout, on: 2020-03-01", f"by: group:default/checkout, on: {today}")
    assert (root / "site/mine.md").read_text() == after
    assert _run(root, "--owner", "checkout") == (0, "Nothing wants reading.\n")


def test_who_how_and_when_can_be_said(root: Path) -> None:
    options = ("--by", "platform", "--method", "walked through", "--on", "2026-01-05", "--every", "P30D")

    _run(root, "done", "site/mine.md", *options)

    assert (
        "{by: group:default/platform, on: 2026-01-05, method: walked through, every: P30D}"
        in (root / "site/mine.md").read_text()
    )


def test_a_decision_is_due_again_as_far_ahead_as_before(root: Path) -> None:
    code, output = _run(root, "done", "adr/0001-use-it.md", "--on", "2026-11-02")

    assert (code, output) == (0, "adr/0001-use-it.md: read on 2026-11-02, due again on 2027-10-28\n")
    expected = DECISION.replace("review-by: 2025-12-27", "review-by: 2027-10-28")
    assert (root / "adr/0001-use-it.md").read_text() == expected


TOMORROW = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("site/none.md",), "Error: site/none.md: no such file in the workspace"),
        (("catalog/a.yaml",), "Error: no page or decision in force is named 'catalog/a.yaml'"),
        (("site/plain.md",), "Error: site/plain.md: names no kind"),
        (("adr/0002-plain.md",), "Error: no page or decision in force is named 'adr/0002-plain.md'"),
        (
            ("site/mine.md", "--by", "nobody"),
            "Error: site/mine.md: group:default/nobody is not in the catalog",
        ),
        (("site/mine.md", "--on", TOMORROW), f"Error: --on: {TOMORROW} is still to come"),
        (("site/mine.md", "--every", "1 month"), "Error: '1 month' is no duration"),
        (("site/lost.md",), "Error: site/lost.md: has no owner, so say who read it, with --by"),
        (("site/mixed.md",), "Error: site/mixed.md: line 5: 'review' holds no keys"),
    ],
)
def test_what_cannot_be_written_is_refused_and_nothing_changes(
    root: Path, arguments: tuple[str, ...], told: str
) -> None:
    build.write_files(
        root,
        {
            "site/plain.md": "# Plain\n",
            "site/lost.md": "---\nkind: guide\ntitle: A\n---\n",
            "site/mixed.md": "---\nkind: guide\ntitle: A\nowner: platform\nreview: yesterday\n---\n",
            "adr/0002-plain.md": "# 2. Plain\n\nDate: 2020-01-01\n\n## Status\n\nAccepted\n",
        },
    )
    before = {path: path.read_bytes() for path in root.rglob("*.md")}

    code, output = _run(root, "done", *arguments)

    assert (code, output.startswith(told)) == (1, True), output
    assert {path: path.read_bytes() for path in root.rglob("*.md")} == before


def test_a_file_of_other_bytes_keeps_them(root: Path) -> None:
    text = page("checkout").encode() + b"caf\xe9\r\n"
    (root / "site/mine.md").write_bytes(text)

    _run(root, "done", "site/mine.md", "--on", "2026-01-05")

    assert (root / "site/mine.md").read_bytes().endswith(b"# A\ncaf\xe9\r\n")
