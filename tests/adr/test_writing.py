from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

import build
from adr.conftest import COMPONENT, GROUPS, See, own
from waypost.adr.writing import Draft, find_templates, make_uid, read_template, slug_for, write_draft
from waypost.core.errors import InputError

RIGHTS = """scopes:
  independent: {approvals: 0}
  team: {from: [group:default/board], approvals: 1}
triggers:
  component-internals: independent
  deprecation: team
"""
FILES = {
    "catalog/all.yaml": GROUPS + COMPONENT,
    "adr/decision-rights.yaml": RIGHTS,
    "adr/0004-two-gateways.md": own(title="Two gateways", scope="independent"),
}
FULL = Draft(
    title="Use one gateway: ours",
    uid="abcdefg2",
    today=date(2028, 2, 29),
    status="proposed",
    scope="team",
    triggers=("deprecation",),
    affects=("component:default/edge",),
    supersedes=("0004",),
    deciders=("group:default/board",),
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    build.write_files(tmp_path, FILES)
    return tmp_path


@pytest.mark.parametrize("template", ["full", "minimal"])
def test_what_the_templates_make_lacks_only_its_summary(see: See, template: str) -> None:
    text = write_draft(read_template(see({}).workspace, "adr", template), FULL)

    seen = see({**FILES, "adr/draft-x.md": text})

    assert [problem.rule for problem in seen.problems if problem.path == "adr/draft-x.md"] == [
        "adr/missing-key"
    ]
    decision = seen.decisions.get("abcdefg2")
    assert (decision.title, decision.scope, decision.supersedes) == (
        "Use one gateway: ours",
        "team",
        ("0004",),
    )
    assert decision.proposed == date(2028, 2, 29)
    assert "# Use one gateway: ours\n" in text


def test_a_template_of_the_workspace_goes_before_ours_and_keeps_its_comments(see: See) -> None:
    template = "---\n# mine\nuid: x\ntitle: T\nstatus: draft\nowner: me\naffects:\n- component:other\n---\n# T\n\nMine.\n"
    workspace = see({"adr/template.md": template, "adr/template-full.md": "# Full\n"}).workspace

    assert find_templates(workspace, "adr") == {
        "full": "adr/template-full.md",
        "minimal": "",
        "default": "adr/template.md",
    }
    text = write_draft(
        read_template(workspace, "adr", ""), Draft(title="A", uid="abc234", today=date(2026, 1, 2))
    )
    assert text == (
        "---\n# mine\nuid: abc234\ntitle: A\nstatus: draft\naffects: []\nproposed: 2026-01-02\n---\n# A\n\nMine.\n"
    )


def test_a_template_without_front_matter_gets_one() -> None:
    text = write_draft("# NUMBER. TITLE\n\nDate: DATE\n\n## Status\n\nSTATUS\n", FULL)

    assert text.startswith("---\nuid: abcdefg2\n")
    assert text.endswith("---\n\n# Use one gateway: ours\n\nDate: 2028-02-29\n\n## Status\n\nProposed\n")


def test_an_unknown_template_is_told_with_those_that_there_are(see: See) -> None:
    with pytest.raises(InputError, match="Did you mean 'minimal'"):
        read_template(see({}).workspace, "adr", "minmal")


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Use the Gateway API!", "use-the-gateway-api"),
        ("Größe & Maß: über alles", "große-maß-uber-alles"),
        ("Don't repeat", "dont-repeat"),
        ("設計を決める", "設計を決める"),
        ("…", ""),
        ("word " * 40, "-".join(["word"] * 12)),
    ],
)
def test_a_title_makes_the_name_of_a_file(title: str, slug: str) -> None:
    assert slug_for(title) == slug


def test_a_uid_is_never_a_number_to_yaml_and_never_one_that_is_taken() -> None:
    made: set[str] = set()
    for _ in range(300):
        made.add(make_uid(made))

    assert len(made) == 300
    assert all(re.fullmatch(r"(?=.*\d)[a-z][a-z2-9]{7}", uid) for uid in made)


def test_options_write_a_draft_and_tell_who_must_approve(root: Path) -> None:
    done = build.run_waypost(
        "adr", "new", "Use one gateway", "--trigger", "deprecation", "--affects", "edge",
        "--supersedes", "4", cwd=root,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("adr/draft-use-one-gateway.md\n")
    assert "Scope team: it takes 1 approval of group:default/board." in done.stdout
    text = (root / "adr/draft-use-one-gateway.md").read_text(encoding="utf-8")
    for line in (
        "scope: team",
        "triggers: [deprecation]",
        "affects: [component:default/edge]",
        "supersedes: [0004]",
        "decision-makers: [group:default/board]",
    ):
        assert f"\n{line}\n" in text
    assert build.run_waypost("check", "adr", cwd=root).returncode == 0


def test_everything_that_is_missing_or_wrong_is_told_at_once(root: Path) -> None:
    done = build.run_waypost("adr", "new", "--affects", "component:egde", "--supersedes", "7", cwd=root)

    assert done.returncode == 1
    for told in ("--title", "--trigger or --scope", "component:default/edge", "decision '7'"):
        assert told in done.stderr
    assert not list((root / "adr").glob("draft-*"))


def test_a_scope_that_is_too_narrow_is_refused(root: Path) -> None:
    done = build.run_waypost(
        "adr", "new", "T", "--trigger", "deprecation", "--scope", "independent", cwd=root
    )

    assert "the trigger 'deprecation' demands 'team'" in done.stderr


def test_no_file_is_written_over(root: Path) -> None:
    arguments = ("adr", "new", "T", "--scope", "team")
    first = build.run_waypost(*arguments, cwd=root)
    before = (root / "adr/draft-t.md").read_text(encoding="utf-8")
    second = build.run_waypost(*arguments, cwd=root)

    assert (first.returncode, second.returncode) == (0, 1)
    assert "draft-t already" in second.stderr
    assert (root / "adr/draft-t.md").read_text(encoding="utf-8") == before


def test_decisions_may_lie_elsewhere(root: Path) -> None:
    (root / "waypost.toml").write_text('[adr]\nfolder = "docs/adr"\n', encoding="utf-8")

    done = build.run_waypost("adr", "new", "T", "--template", "minimal", cwd=root)

    assert done.stdout.startswith("docs/adr/draft-t.md\n")
    assert (root / "docs/adr/draft-t.md").is_file()


def test_a_terminal_is_asked_and_may_mend_its_answers(root: Path) -> None:
    told, code = _answer(
        [sys.executable, "-m", "waypost", "adr", "new"],
        root,
        [
            ("imperative: ", "Use one gateway"),
            ("between: ", "depreciation"),
            ("Did you mean 'deprecation'", ""),
            ("between: ", "deprecation"),
            ("[team]: ", ""),
            ("component:shop: ", "edge"),
            ("[group:default/board]: ", ""),
            ("it replaces: ", "0004"),
            ("Scope team", ""),
        ],
    )

    assert code == 0, told
    text = (root / "adr/draft-use-one-gateway.md").read_text(encoding="utf-8")
    assert "supersedes: [0004]" in text
    assert "affects: [component:default/edge]" in text


def _answer(command: list[str], cwd: Path, talk: list[tuple[str, str]]) -> tuple[str, int]:
    """Run *command* on a terminal: wait for each text, then answer; return all it told, and its exit code."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command, cwd=cwd, stdin=theirs, stdout=theirs, stderr=theirs, env=build.clean_environment()
    ) as process:
        os.close(theirs)
        told = rest = ""
        for expected, answer in talk:
            until = time.monotonic() + 60
            while expected not in rest:
                assert time.monotonic() < until, told
                part = os.read(ours, 4096).decode(errors="replace").replace("\r\n", "\n")
                told, rest = told + part, rest + part
            rest = rest.partition(expected)[2]
            if expected.endswith(": "):
                os.write(ours, f"{answer}\n".encode())
        code = process.wait(60)
    os.close(ours)
    return told, code
