from __future__ import annotations

import orjson
import pytest

from waypost.cli.reports import FORMATS, Report, count_of, default_format, total_of
from waypost.core.errors import Problem, Severity

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
        "  site/index.md: warning: 50% stale: again,\nread it [documents/review]\n"
        "\n"
        "1 error, 1 warning."
    )


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
        "::error file=catalog/a b.yaml,title=catalog/owner,line=3,col=5::'x' does not exist Name a Group.",
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


def test_the_format_follows_the_forge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert default_format() == "github"
    monkeypatch.delenv("GITHUB_ACTIONS")
    assert default_format() == "text"
