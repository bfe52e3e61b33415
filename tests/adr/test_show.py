from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import build
from adr import records
from adr.conftest import own
from build import run_waypost

FILES = {
    "adr/0004-two-gateways.md": own(uid="b1b2c3d4", title="Two gateways"),
    "adr/0007-one.md": own(
        uid="a1b2c3d4",
        title="'Say \"no\" to [two] <gateways> | #1'",
        supersedes="[0004]",
        aliases="[draft-one]",
        tags="[edge]",
    )
    + "\n"
    + "A long line that tells what was the case, " * 5
    + "\n\n- a point that is told at some length, so that it does not fit on one line of any usual terminal at all\n"
    + "\n```sh\necho a line of code that is too long to fit on one line of any usual terminal but stays as it is here\n```\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return build.workspace(tmp_path, FILES).root


def run(root: Path, *arguments: str) -> str:
    done = run_waypost("adr", *arguments, cwd=root, env={"COLUMNS": "80"})
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


@pytest.mark.parametrize("name", ["7", "0007", "ADR-0007", "a1b2c3d4", "one", "draft-one", "adr/0007-one.md"])
def test_a_decision_is_shown_by_any_of_its_names(root: Path, name: str) -> None:
    assert json.loads(run(root, "show", name, "--format", "json"))["id"] == "0007"


def test_the_text_tells_both_sides_and_no_line_is_too_wide_but_code(root: Path) -> None:
    shown = run(root, "show", "7")

    assert "Supersedes      0004 Two gateways (superseded)" in shown
    assert "Superseded by   0007" in run(root, "show", "4")
    wide = [line for line in shown.splitlines() if len(line) > 80]
    assert len(wide) == 1
    assert wide[0].startswith("echo ")
    assert re.search(r"\n- a point that is told [^\n]+\n  \w", shown)


def test_markdown_is_the_body_and_json_the_shape_of_the_api(root: Path) -> None:
    shown = json.loads(run(root, "show", "4", "--format", "json"))

    assert shown["markdown"].strip() == run(root, "show", "4", "--format", "markdown").strip()
    assert (shown["state"], shown["supersededBy"], shown["standing"]["state"]) == (
        "superseded",
        ["0007"],
        shown["standing"]["state"],
    )


def test_a_name_that_is_none_gets_a_suggestion(root: Path) -> None:
    done = run_waypost("adr", "show", "two-gatways", cwd=root)

    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "two-gateways" in done.stderr


def test_a_number_of_several_names_them(root: Path) -> None:
    build.write_files(root, {"adr/0004-again.md": own(uid="c1b2c3d4")})

    done = run_waypost("adr", "show", "4", cwd=root)

    assert "2 have this number; say which: 0004-again, 0004-two-gateways" in done.stderr


def test_the_graph_is_mermaid_with_every_sign_of_its_own_escaped(root: Path) -> None:
    assert run(root, "graph").splitlines()[:4] == [
        "flowchart RL",
        '  d0["0004 Two gateways"]:::superseded',
        '  d1["0007 Say #34;no#34; to #91;two#93; #60;gateways#62; #124; #35;1"]:::accepted',
        "  d1 -->|supersedes| d0",
    ]


def test_the_graph_is_dot_with_quotes_escaped(root: Path) -> None:
    drawn = run(root, "graph", "--format", "dot")

    assert '"0007" [label="0007 Say \\"no\\" to [two] <gateways> | #1"' in drawn
    assert '"0007" -> "0004" [label="supersedes", style=solid];' in drawn


def test_the_graph_is_a_picture_that_stands_alone(root: Path) -> None:
    run(root, "graph", "7", "--format", "svg", "--output", "graph.svg")

    svg = ET.parse(root / "graph.svg").getroot()  # noqa: S314 - our own file
    words = " ".join(svg.itertext())
    assert svg.tag == "{http://www.w3.org/2000/svg}svg"
    assert "0007 supersedes 0004" in words
    assert 'Say "no" to [two]' in words


def test_the_graph_around_one_leaves_out_who_is_no_neighbour(root: Path) -> None:
    build.write_files(
        root,
        {
            "adr/0008-a.md": own(uid="d1b2c3d4"),
            "adr/0009-b.md": own(uid="e1b2c3d4", supersedes="[0008]"),
        },
    )

    around = json.loads(run(root, "graph", "4", "--format", "json"))

    assert [node["id"] for node in around["nodes"]] == ["0004", "0007"]
    assert around["edges"] == [{"source": "0007", "target": "0004", "kind": "supersedes"}]


def test_a_folder_of_any_format_is_read_without_settings(tmp_path: Path) -> None:
    build.write_files(
        tmp_path,
        {"docs/decisions/0007-one.md": records.NYGARD, "docs/decisions/template.md": "# Title\n"},
    )

    (row,) = json.loads(run(tmp_path, "list", "--folder", "docs/decisions", "--format", "json"))

    assert (row["title"], row["number"], row["status"], row["state"], row["date"], row["format"]) == (
        "Use one gateway",
        7,
        "accepted",
        "accepted",
        "2026-09-19",
        "nygard",
    )
    assert row["places"] == {
        "title": {"line": 1, "where": "heading"},
        "status": {"line": 7, "where": "section"},
        "date": {"line": 3, "where": "line"},
    }
    assert row["relations"] == [
        {
            "kind": "supersedes",
            "target": "0004-two-gateways.md",
            "text": "4. Two gateways",
            "line": 9,
            "decision": "",
        }
    ]
    others = json.loads(run(tmp_path, "list", "--folder", "docs/decisions", "--others", "--format", "json"))
    assert others == ["docs/decisions/template.md"]


def test_the_table_is_csv_that_no_spreadsheet_runs(root: Path) -> None:
    build.write_files(root, {"adr/0008-a.md": "# =1+1\n\nDate: 03/04/2024\n\n## Decision\n\nNo.\n"})

    rows = list(csv.DictReader(io.StringIO(run(root, "list", "--format", "csv"))))

    assert [row["id"] for row in rows] == ["0004", "0007", "0008"]
    assert (rows[2]["title"], rows[2]["unread"]) == ("'=1+1", "date: 03/04/2024")
    assert rows[2]["places"] == "title: heading 1; date: line 3"


@pytest.mark.parametrize(
    ("option", "ids"),
    [
        pytest.param(("--status", "superseded"), ["0004"], id="state"),
        pytest.param(("--tag", "Edge"), ["0007"], id="tag"),
        pytest.param(("--scope", "executive"), [], id="scope"),
        pytest.param(("--owner", "board"), ["0004", "0007"], id="owner"),
        pytest.param(("--owner", "group:nobody"), [], id="no owner"),
        pytest.param(("--affects", "component:edge"), ["0009"], id="affects"),
    ],
)
def test_the_list_is_narrowed(root: Path, option: tuple[str, str], ids: list[str]) -> None:
    build.write_files(
        root,
        {
            "adr/0009-c.md": own(
                uid="f1b2c3d4", affects="[component:default/edge]", **{"decision-makers": "[Ada]"}
            )
        },
    )

    rows = json.loads(run(root, "list", "--format", "json", *option))

    assert [row["id"] for row in rows] == ids
