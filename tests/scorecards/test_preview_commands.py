"""The preview by the real commands: in text, Markdown and JSON, and as a part of the report on a change."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import build
from build import git, run_waypost
from scorecards.previewed import CARD, TILL, Change, exported
from scorecards.test_preview import CI_SOURCE, COVERED
from waypost.scorecards.commands import score


@pytest.fixture
def change(tmp_path: Path) -> Change:
    """A branch of the small estate with a stricter rule, and one that hangs on facts from elsewhere."""
    made = Change(tmp_path / "estate", {"catalog/facts/ci.yaml": CI_SOURCE})
    made.replace(CARD, 'tier-1: 20, "*": 10', 'tier-1: 30, "*": 10')
    made.replace(CARD, "  checks:\n", f"  checks:\n{COVERED}")
    return made


def told(root: Path, *arguments: str | Path) -> str:
    done = run_waypost(*arguments, cwd=root)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_command_tells_what_the_report_tells(change: Change) -> None:
    markdown = told(change.root, "score", "--diff", "main", "--format", "markdown")
    report = told(change.root, "report", "--base", "main")

    part = report.partition("### Scorecards\n\n")[2].partition("\n### ")[0]
    assert part.splitlines()[0] == "**1 of 3 entities falls, 0 rise; 1 newly misses a target; 1 team.**"
    # The time of each is its own.
    assert [line for line in part.splitlines() if "as of" not in line] == [
        line for line in markdown.splitlines() if "as of" not in line
    ]
    assert "1 entity falls" in report.partition("\n\n")[2].partition("\n")[0]
    assert "`ci`: its facts are not at hand here. 1 check could not be compared" in part


def test_json_tells_all_with_counts(change: Change, tmp_path: Path) -> None:
    facts = exported(tmp_path / "facts.ndjson", (TILL, "ci.coverage", 91))

    found = json.loads(
        told(
            change.root,
            "score",
            "--diff",
            "main",
            "--format",
            "json",
            "--facts",
            facts,
            "--scorecard",
            "ready",
        )
    )

    [card] = found["scorecards"]
    assert found["summary"] == "2 entities fall"
    assert card["checks"][0] == {"check": "covered", "before": {}, "after": {"no-data": 2, "pass": 1}}
    assert card["entities"][-2]["before"] == {
        "tier": "tier-1",
        "owner": "group:default/pay",
        "level": "gold",
        "score": 1.0,
        "meetsTarget": True,
    }
    assert (card["before"]["met"], card["after"]["met"], card["after"]["targeted"]) == (3, 2, 3)
    assert "ndjson`" in found["factsFrom"]


def test_facts_of_the_database_serve_both_sides(change: Change, tmp_path: Path) -> None:
    told(change.root, "facts", "import", exported(tmp_path / "facts.ndjson", (TILL, "ci.coverage", 91)))

    text = told(change.root, "score", "--diff", "main")

    assert "the same facts from the workspace's database, collected " in text
    assert re.search(r"covered +not asked → pass +1 of 3", text)
    assert "could not be compared" not in text


def test_a_change_of_other_things_is_no_part_of_the_report(change: Change) -> None:
    build.commit(change.root)
    git(change.root, "branch", "--force", "main")
    change.write("src/main.go", "package main\n")

    assert "### Scorecards" not in told(change.root, "report", "--base", "main")
    assert told(change.root, "score", "--diff", "main") == "The change does nothing to scorecards.\n"


def test_facts_that_cannot_be_read_leave_the_rest_of_the_report(change: Change) -> None:
    report = told(change.root, "report", "--base", "main", "--facts", "nowhere.ndjson")

    assert "Facts from elsewhere are not at hand: cannot be read: No such file or directory." in report


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["--diff", "nowhere"], "names no commit of this repository", id="an unknown revision"),
        pytest.param(
            ["--diff", "main", "--scorecard", "x"], "no scorecard is named 'x'", id="an unknown scorecard"
        ),
        pytest.param(["--diff", "main", "--facts", CARD], ":1: is no JSON", id="facts that are none"),
    ],
)
def test_what_cannot_be_compared_is_one_line(change: Change, arguments: list[str], message: str) -> None:
    done = run_waypost("score", *arguments, cwd=change.root)

    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param([], "name an ENTITY, or give --diff REV", id="neither"),
        pytest.param(["till", "--diff", "main"], "name an ENTITY, or give --diff REV", id="both"),
        pytest.param(["till", "--facts", "x"], "go with --diff", id="facts of an entity"),
        pytest.param(
            ["--diff", "main", "--at-least", "gold"], "--at-least is of an ENTITY", id="a level of all"
        ),
    ],
)
def test_options_that_do_not_go_together_are_told(
    runner: CliRunner, arguments: list[str], message: str
) -> None:
    done = runner.invoke(score, arguments)

    assert done.exit_code == 2
    assert message in done.output
