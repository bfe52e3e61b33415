"""Facts about ``waypost check --fix``: what has one right answer is mended, and nothing else is touched."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from build import run_waypost, write_files
from waypost.cli.edits import apply_edits, find_span
from waypost.cli.fixing import plan, write
from waypost.core.errors import Edit, Problem
from waypost.core.workspace import Workspace


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace with a page to link to."""
    write_files(
        tmp_path,
        {
            "site/index.md": "# Index\n",
            "site/how-to/Deploy.md": "# Deploy\n\n## Roll back, quickly\n\n## Roll out\n",
            "site/guide/limits.md": "# Limits\n",
        },
    )
    return tmp_path


def fix(root: Path, *options: str) -> tuple[int, str]:
    done = run_waypost("check", "--fix", *options, cwd=root)
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        pytest.param("[a](how-to/deploy.md)", "[a](how-to/Deploy.md)", id="other capitals"),
        pytest.param("[a](old/limits.md#x)", "[a](guide/limits.md#x)", id="moved, one of that name"),
        pytest.param("[a](/guide/limits.md)", "[a](guide/limits.md)", id="from the root"),
        pytest.param('![a](</guide/limits.md> "T")', '![a](<guide/limits.md> "T")', id="with a title"),
        pytest.param("[a][x]\n\n[x]: /guide/limits.md", "[a][x]\n\n[x]: guide/limits.md", id="by reference"),
        pytest.param('<a href="/guide/limits.md">a</a>', '<a href="guide/limits.md">a</a>', id="HTML"),
        pytest.param("[a](guide/limits/)", "[a](guide/limits.md)", id="the address of a rendered page"),
        pytest.param(
            "[a](how-to/Deploy.md#Roll-back_quickly)",
            "[a](how-to/Deploy.md#roll-back-quickly)",
            id="the anchor's spelling",
        ),
        pytest.param(
            "[a](/guide/limits.md) [b](/guide/limits.md)",
            "[a](guide/limits.md) [b](guide/limits.md)",
            id="twice",
        ),
    ],
)
def test_a_link_with_one_right_answer_is_mended(root: Path, written: str, mended: str) -> None:
    write_files(root, {"site/page.md": f"# Page\n\n{written}\n"})

    fix(root)

    assert (root / "site/page.md").read_text(encoding="utf-8") == f"# Page\n\n{mended}\n"


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("[a](old/page.md)", id="two of that name"),
        pytest.param("[a](old/index.md)", id="a name that every folder has"),
        pytest.param("[a](how-to/Deploy.md#roll)", id="an anchor that could be two"),
        pytest.param("[a](gude/limit.md)", id="only alike"),
        pytest.param("[a]()", id="no target"),
    ],
)
def test_a_guess_is_left_to_a_person(root: Path, written: str) -> None:
    files = {"site/page.md": f"# Page\n\n{written}\n", "site/x/page.md": "# X\n", "site/y/page.md": "# Y\n"}
    write_files(root, files)

    fix(root)

    assert (root / "site/page.md").read_text(encoding="utf-8") == files["site/page.md"]


DECISION = """---
uid: u0000001
title: Decide
{status}
summary: In short.
scope: independent
proposed: 2026-01-10
decided: 2026-02-10
decision-makers: [group:default/team]
---

# {title}
"""


@pytest.mark.parametrize(
    ("path", "written", "mended"),
    [
        pytest.param(
            "site/page.md",
            "---\nkind: guide\ntitel: A\n---\n",
            "---\nkind: guide\ntitle: A\n---\n",
            id="a key",
        ),
        pytest.param(
            "site/page.md", "---\nkind: runbok\n---\n", "---\nkind: runbook\n---\n", id="a kind of page"
        ),
        pytest.param(
            "adr/0001-decide.md",
            DECISION.format(status="status: superceded", title="Decide"),
            DECISION.format(status="status: superseded", title="Decide"),
            id="the state of a decision",
        ),
        pytest.param(
            "adr/0001-decide.md",
            "# 1. Decide\n\n## Status\n\nacepted\n\n## Decision\n\nSo.\n",
            "# 1. Decide\n\n## Status\n\naccepted\n\n## Decision\n\nSo.\n",
            id="the state of a decision in another form",
        ),
        pytest.param(
            "adr/0007-decide.md",
            "# ADR-0006: Decide\n\n## Status\n\naccepted\n\n## Decision\n\nSo.\n",
            "# ADR-0007: Decide\n\n## Status\n\naccepted\n\n## Decision\n\nSo.\n",
            id="the number in a title",
        ),
    ],
)
def test_a_word_with_one_right_spelling_is_mended(root: Path, path: str, written: str, mended: str) -> None:
    write_files(root, {path: written})

    fix(root)

    assert (root / path).read_text(encoding="utf-8") == mended


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("---\nkind: guide\ntitel: A\ntitle: B\n---\n", id="the key is there already"),
        pytest.param("---\nkind: guide\nheadline: A\n---\n", id="no key is close"),
    ],
)
def test_a_key_that_may_mean_something_else_stays(root: Path, written: str) -> None:
    write_files(root, {"site/page.md": written})

    fix(root)

    assert (root / "site/page.md").read_text(encoding="utf-8") == written


def test_what_was_done_is_told_and_the_rest_reported(root: Path) -> None:
    write_files(root, {"site/page.md": "# Page\n\n[a](/guide/limits.md)\n\n[b](nowhere.md)\n"})

    code, told = fix(root)

    lines = told.splitlines()
    assert code == 1
    assert lines[0] == (
        "site/page.md:3: mended: '/guide/limits.md' is now 'guide/limits.md' [documents/link-absolute]"
    )
    assert lines[2].startswith("  site/page.md:5: error: the link 'nowhere.md'")


def test_a_report_for_machines_stays_one(root: Path) -> None:
    write_files(root, {"site/page.md": "# Page\n\n[a](/guide/limits.md)\n"})

    _, told = fix(root, "--format", "json")

    assert json.loads(told) == {"problems": []}


def test_line_ends_encoding_and_byte_order_mark_stay(root: Path) -> None:
    page = root / "site/page.md"
    page.write_bytes("\ufeff# Päge\r\n\r\nü [a](/guide/limits.md)\r\nend".encode())
    page.chmod(0o640)

    fix(root)

    assert page.read_bytes() == "\ufeff# Päge\r\n\r\nü [a](guide/limits.md)\r\nend".encode()
    assert page.stat().st_mode & 0o777 == 0o640


def test_a_dry_run_shows_a_patch_and_changes_nothing(root: Path) -> None:
    text = "# Page\n\n[a](/guide/limits.md)\n"
    write_files(root, {"site/page.md": text})

    done = run_waypost("check", "--fix", "--dry-run", cwd=root)

    assert (root / "site/page.md").read_text(encoding="utf-8") == text
    assert done.stdout == (
        "--- a/site/page.md\n+++ b/site/page.md\n@@ -1,3 +1,3 @@\n # Page\n \n"
        "-[a](/guide/limits.md)\n+[a](guide/limits.md)\n"
    )


def test_a_dry_run_of_nothing_needs_fix(root: Path) -> None:
    done = run_waypost("check", "--dry-run", cwd=root)

    assert (done.returncode, done.stdout) == (2, "")
    assert "--dry-run needs --fix." in done.stderr


def test_a_page_behind_a_link_stays_behind_it(root: Path) -> None:
    write_files(root, {"shared/page.md": "# Page\n\n[a](/guide/limits.md)\n"})
    (root / "site/page.md").symlink_to("../shared/page.md")

    fix(root)

    assert (root / "site/page.md").is_symlink()
    assert "(guide/limits.md)" in (root / "shared/page.md").read_text(encoding="utf-8")


def _problem(edit: Edit) -> Problem:
    return Problem(edit.path, edit.line, "a/b", "wrong", edit=edit)


def test_a_file_that_changed_after_the_check_began_is_left_alone(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.md": "one\n"})
    since_ns = time.time_ns()
    os.utime(tmp_path / "a.md", ns=(since_ns + 1, since_ns + 1))

    planned = list(plan(Workspace(tmp_path), [_problem(Edit("a.md", 1, "one", "two"))], since_ns=since_ns))

    assert planned == []


def test_a_file_that_changed_before_it_is_written_is_left_alone(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.md": "one\n"})
    problems = [_problem(Edit("a.md", 1, "one", "two"))]
    (mended,) = plan(Workspace(tmp_path), problems, since_ns=time.time_ns() + 10**10)
    write_files(tmp_path, {"a.md": "one, and more\n"})

    assert write(mended) is False
    assert sorted(tmp_path.iterdir()) == [tmp_path / "a.md"]
    assert (tmp_path / "a.md").read_text(encoding="utf-8") == "one, and more\n"


def test_nothing_outside_the_workspace_is_mended(tmp_path: Path) -> None:
    write_files(tmp_path, {"outside.md": "one\n", "inside/a.md": "one\n"})
    problems = [_problem(Edit("../outside.md", 1, "one", "two"))]

    assert list(plan(Workspace(tmp_path / "inside"), problems, since_ns=time.time_ns() + 10**10)) == []


@pytest.mark.parametrize(
    ("text", "edit", "place"),
    [
        pytest.param("a b\n", Edit("x", 1, "b", "c"), (1, 3, 1, 4), id="the only place of a line"),
        pytest.param("b b\n", Edit("x", 1, "b", "c"), None, id="two places"),
        pytest.param("b b\n", Edit("x", 1, "b", "c", 3), (1, 3, 1, 4), id="by its column"),
        pytest.param("b b\n", Edit("x", 1, "b", "c", 2), None, id="another column"),
        pytest.param("a\nb\n", Edit("x", 1, "b", "c"), None, id="another line"),
        pytest.param("a\r\nb\r\n", Edit("x", 1, "a\nb", "c"), (1, 1, 2, 2), id="over a line end"),
        pytest.param("\ufeffab", Edit("x", 1, "a", "c", 1), (1, 1, 1, 2), id="behind a byte order mark"),
        pytest.param("a", Edit("x", 2, "a", "c"), None, id="a line too far"),
        pytest.param("a", Edit("x", 1, "", "c"), None, id="nothing to find"),
    ],
)
def test_an_edit_is_done_only_where_its_place_is_certain(
    text: str, edit: Edit, place: tuple[int, int, int, int] | None
) -> None:
    span = find_span(text, edit)

    assert (span and (span.line, span.column, span.end_line, span.end_column)) == place


def test_edits_of_a_line_are_done_together_and_one_that_overlaps_waits() -> None:
    first, second, third = (
        Edit("x", 1, "one", "1", 1),
        Edit("x", 1, "one two", "12", 1),
        Edit("x", 1, "two", "2", 5),
    )

    edited = apply_edits("one two\n", [third, first, second, first])

    assert (edited.text, edited.left) == ("1 2\n", (second,))
