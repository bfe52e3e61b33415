from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from build import write_files
from waypost.cli.fingerprints import fingerprints
from waypost.cli.reports import FORMATS, Report, count_of, default_format, total_of
from waypost.core.errors import Edit, Problem, Severity
from waypost.core.workspace import Workspace

OWNER = Problem("catalog/a b.yaml", 3, "catalog/owner", "'x' does not exist", "Name a Group.", column=5)
STALE = Problem(
    "site/index.md", 0, "documents/review", "50% stale: again,\nread it", severity=Severity.WARNING
)
BOTH = [OWNER, STALE]


def test_text_names_the_place_and_the_mend() -> None:
    told = FORMATS["text"](Report(BOTH))

    assert told == (
        "catalog/a b.yaml\n"
        "  catalog/a b.yaml:3: error: 'x' does not exist [catalog/owner]\n"
        "    mend: Name a Group.\n"
        "\n"
        "site/index.md\n"
        "  site/index.md: warning: 50% stale: again, read it [documents/review]\n"
        "\n"
        "1 error, 1 warning."
    )


def test_a_terminal_obeys_nothing_that_a_file_says() -> None:
    hostile = Problem("a\n::error::b.md", 1, "rule", "\x1b[2J\u202eno\n::error::c", "Mend\x07 it.")

    told = FORMATS["text"](Report([hostile]))

    assert "\x1b" not in told
    assert "\u202e" not in told
    assert [line for line in told.splitlines() if line.strip().startswith("::")] == []
    assert "    mend: Mend it." in told.splitlines()


def test_text_of_nothing_says_so() -> None:
    assert FORMATS["text"](Report([])) == "No problems."


def test_json_keeps_every_field() -> None:
    first = orjson.loads(FORMATS["json"](Report(BOTH)))["problems"][0]

    assert first == {
        "path": "catalog/a b.yaml",
        "line": 3,
        "column": 5,
        "severity": "error",
        "rule": "catalog/owner",
        "message": "'x' does not exist",
        "fix": "Name a Group.",
    }


def test_workflow_commands_escape_what_would_end_them() -> None:
    assert FORMATS["github"](Report(BOTH)).splitlines() == [
        "::error file=catalog/a b.yaml,title=catalog/owner,line=3,col=5::'x' does not exist. Name a Group.",
        "::warning file=site/index.md,title=documents/review::50%25 stale: again,%0Aread it",
    ]


def test_sarif_points_at_lines_and_describes_rules() -> None:
    run = orjson.loads(FORMATS["sarif"](Report(BOTH, {"catalog/owner": "The owner exists."})))["runs"][0]

    assert run["tool"]["driver"]["rules"] == [
        {"id": "catalog/owner", "shortDescription": {"text": "The owner exists."}},
        {"id": "documents/review", "shortDescription": {"text": "documents/review"}},
    ]
    assert [result["locations"][0]["physicalLocation"] for result in run["results"]] == [
        {
            "artifactLocation": {"uri": "catalog/a%20b.yaml", "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 3, "startColumn": 5},
        },
        {"artifactLocation": {"uri": "site/index.md", "uriBaseId": "%SRCROOT%"}},
    ]
    assert [result["level"] for result in run["results"]] == ["error", "warning"]


def test_sarif_of_a_line_needs_no_column() -> None:
    problem = Problem("a.yaml", 2, "a/b", "wrong")

    (result,) = orjson.loads(FORMATS["sarif"](Report([problem])))["runs"][0]["results"]

    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 2}


@pytest.mark.parametrize(
    ("problems", "told"),
    [
        pytest.param([], "0 errors, 0 warnings", id="none"),
        pytest.param([OWNER, OWNER, STALE], "2 errors, 1 warning", id="some of each"),
    ],
)
def test_problems_are_counted_in_words(problems: list[Problem], told: str) -> None:
    assert count_of(problems) == told


COMPARED = Report([OWNER], is_compared=True, kept=[STALE], solved=[OWNER, STALE])


@pytest.mark.parametrize(
    ("report", "told"),
    [
        pytest.param(Report(BOTH), "1 error, 1 warning.", id="nothing compared"),
        pytest.param(
            COMPARED,
            "1 error, 0 warnings that the change brings; 0 errors, 1 warning that were there before; 2 problems solved.",
            id="all of it",
        ),
        pytest.param(
            Report([], is_compared=True), "0 errors, 0 warnings that the change brings.", id="nothing to tell"
        ),
    ],
)
def test_the_total_tells_what_a_change_brings_leaves_and_solves(report: Report, told: str) -> None:
    assert total_of(report) == told


def test_json_tells_what_is_new_and_what_is_solved() -> None:
    found = orjson.loads(FORMATS["json"](COMPARED))

    assert [(one["rule"], one["isNew"]) for one in found["problems"]] == [
        ("catalog/owner", True),
        ("documents/review", False),
    ]
    assert [one["rule"] for one in found["solved"]] == ["catalog/owner", "documents/review"]


def test_gitlab_gets_what_its_code_quality_report_asks_for() -> None:
    owner, stale = orjson.loads(
        FORMATS["gitlab"](Report([OWNER], is_compared=True, kept=[STALE], prefix="docs/"))
    )

    assert owner == {
        "description": "'x' does not exist. Name a Group.",
        "check_name": "catalog/owner",
        "fingerprint": fingerprints([OWNER])[0],
        "severity": "major",
        "location": {"path": "docs/catalog/a b.yaml", "lines": {"begin": 3}},
    }
    assert (stale["severity"], stale["location"]["lines"]) == ("info", {"begin": 1})


def test_gitlab_gets_an_empty_list_where_nothing_is_wrong() -> None:
    assert FORMATS["gitlab"](Report([])) == "[]"


def test_sarif_tells_what_is_new_and_names_it_for_the_next_time() -> None:
    run = orjson.loads(FORMATS["sarif"](COMPARED))["runs"][0]

    assert [result["baselineState"] for result in run["results"]] == ["new", "unchanged"]
    assert [result["partialFingerprints"] for result in run["results"]] == [
        {"waypostProblem/v1": name} for name in fingerprints(BOTH)
    ]
    assert run["originalUriBaseIds"].keys() == {"%SRCROOT%"}


def test_sarif_says_nothing_of_a_baseline_without_one() -> None:
    run = orjson.loads(FORMATS["sarif"](Report(BOTH)))["runs"][0]

    assert not any("baselineState" in result or "fixes" in result for result in run["results"])


def test_sarif_passes_on_how_to_mend(tmp_path: Path) -> None:
    write_files(tmp_path, {"site/a.md": "# A\n\n[x](X.md)\n"})
    edit = Edit("site/a.md", 3, "X.md", "x.md", 5)
    mended = Problem("site/a.md", 3, "documents/link", "leads nowhere", "Did you mean 'x.md'?", edit=edit)
    report = Report([mended], prefix="docs/", workspace=Workspace(tmp_path))

    (result,) = orjson.loads(FORMATS["sarif"](report))["runs"][0]["results"]

    assert result["fixes"] == [
        {
            "description": {"text": "Did you mean 'x.md'?"},
            "artifactChanges": [
                {
                    "artifactLocation": {"uri": "docs/site/a.md", "uriBaseId": "%SRCROOT%"},
                    "replacements": [
                        {
                            "deletedRegion": {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9},
                            "insertedContent": {"text": "x.md"},
                        }
                    ],
                }
            ],
        }
    ]
    assert orjson.loads(FORMATS["json"](report))["problems"][0]["edit"] == {
        "path": "site/a.md",
        "line": 3,
        "column": 5,
        "old": "X.md",
        "new": "x.md",
    }


def test_fingerprints_hold_when_lines_move_and_tell_twins_apart() -> None:
    first = [
        Problem("a", 1, "r/r", "as catalog/x.yaml:3 has it"),
        Problem("a", 2, "r/r", "as catalog/x.yaml:3 has it"),
    ]
    moved = [
        Problem("a", 5, "r/r", "as catalog/x.yaml:9 has it"),
        Problem("a", 7, "r/r", "as catalog/x.yaml:9 has it"),
    ]

    assert fingerprints(first) == fingerprints(moved)
    assert len({*fingerprints(first), *fingerprints([Problem("b", 1, "r/r", "as it")])}) == 3


def test_the_format_follows_the_forge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert default_format() == "github"
    monkeypatch.delenv("GITHUB_ACTIONS")
    assert default_format() == "text"
