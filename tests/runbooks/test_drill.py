from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

import build
from runbooks.conftest import CATALOG, See, page, shell
from terminal import open_terminal
from waypost.catalog.model import Catalog
from waypost.cli.group import main
from waypost.core.errors import InputError
from waypost.runbooks.briefs import brief_of
from waypost.runbooks.drill.recording import Done, Drill, find_kept, forget, keep, record_text, write_record
from waypost.runbooks.drill.walk import make_walk
from waypost.runbooks.schemas import ExerciseSchema

VARIABLES = (
    "{NODE: {description: A node., example: n1, pattern: '^n[0-9]$'}, TOKEN: {description: A secret.}}"
)
BODY = f"""Look first.

{shell('echo "node is $NODE"', 'effect=read expect="node is $NODE"')}

{shell("NODE=n1")}

{shell("POD=$(echo p-1)", "effect=read")}

## Mitigation

### Stop it

{shell('echo changed "$POD" > changed.txt', 'effect=change undo="rm changed.txt"')}

{shell('rm -r "victim"', 'effect=destructive undo="mkdir victim" precondition="nobody needs it"')}

### Wait

{shell("echo waiting; sleep 300 & sleep 300", "effect=read")}

{shell('printf "%s" "$TOKEN" | wc -c', "effect=change")}

## Follow-up

Tell everybody.
"""
FILES = {
    "catalog/all.yaml": CATALOG,
    "site/runbooks/edge-down.md": page(BODY, variables=VARIABLES),
    "site/runbooks/tidy.md": "# Tidy up\n",
    "victim/file": "",
}
DRILL = Drill(
    runbook="edge-down",
    by="group:default/platform",
    at="2026-11-02T12:00:00Z",
    environment="staging",
    commit="abc",
)
WHO = ("--by", "platform", "--environment", "staging")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A committed workspace with a runbook of seven blocks, one of which only sets a variable."""
    workspace = build.workspace(tmp_path / "workspace", FILES)
    build.commit(workspace.root)
    return workspace.root


WHOLE: tuple[tuple[str, str | bytes | None], ...] = (
    ("6 steps. Nothing runs unless you say so", None),
    ("Look first", None),
    ("Step 1 of 6 - Stop the bleeding - ONLY READS", None),
    ("NODE = ", "node one"),
    (r"'node one' does not fit \^n\[0-9\]\$", "n1"),
    ('echo "node is n1"', None),
    ("What now", "a"),
    ("node is n1\n", None),
    ("It ended with 0", None),
    ("its words are in the output", ""),
    ("Note", "quick"),
    (r"Step 2 .*Stop the bleeding \(2\)[\s\S]*It only reads, and runs now", None),
    ("How did it go", ""),
    ("Note", ""),
    ("Step 3 of 6 - Mitigation: Stop it - CHANGES SOMETHING", None),
    ("Undo: rm changed.txt", None),
    ("What now", "r"),
    ("It changes something. Run it", "y"),
    ("How did it go", "o"),
    ("Note", ""),
    (r"Step 4 of 6 - Mitigation: Stop it \(2\) - DESTRUCTIVE", None),
    ("Only when: nobody needs it", None),
    ("What now", "r"),
    ("Type destroy", "yes"),
    ("It is not run", None),
    ("What now", "r"),
    ("Type destroy", "destroy"),
    ("How did it go", "o"),
    ("Note", ""),
    (r"Step 5 of 6[\s\S]*\nwaiting\n", b"\x03"),
    ("It stopped by Ctrl-C", None),
    ("How did it go", ""),
    ("Note", "too slow"),
    ("TOKEN = ", "s3cret"),
    ("What now", "s"),
    ("Note", ""),
    ("Tell everybody", None),
    ("What did the page get wrong", "the label"),
    ("Recorded in site/runbooks/exercises/", None),
)
"""What is shown, and what the person does then."""


def record_in(root: Path) -> dict[str, object]:
    (path,) = (root / "site/runbooks/exercises").glob("*-edge-down.yaml")
    read: dict[str, object] = ExerciseSchema().load(yaml.safe_load(path.read_text()))
    return read


def test_a_whole_drill_runs_what_it_is_told_to_and_is_recorded(root: Path) -> None:
    with open_terminal("runbook", "drill", "EDGEDOWN", *WHO, cwd=root) as person:
        for shown, typed in WHOLE:
            person.expect(shown)
            if typed == "destroy":
                assert (root / "victim").is_dir()
            person.answer(typed)
        assert person.end() == 0

    assert (root / "changed.txt").read_text() == "changed p-1\n"
    assert not (root / "victim").exists()
    record = record_in(root)
    steps = record["steps"]
    assert isinstance(steps, list)
    assert [(step["step"], step["result"], step["note"]) for step in steps] == [
        ("Stop the bleeding", "ok", "quick"),
        ("Stop the bleeding (2)", "ok", ""),
        ("Mitigation: Stop it", "ok", ""),
        ("Mitigation: Stop it (2)", "ok", ""),
        ("Mitigation: Wait", "failed", "too slow"),
        ("Mitigation: Wait (2)", "skipped", ""),
    ]
    assert (record["environment"], str(record["by"]), record["note"]) == (
        "staging",
        "group:default/platform",
        "the label",
    )
    assert str(record["commit"]) == build.git(root, "rev-parse", "HEAD")[:12]
    (path,) = (root / "site/runbooks/exercises").iterdir()
    assert "n1" not in path.read_text()
    assert "s3cret" not in path.read_text()
    assert CliRunner().invoke(main, ["--workspace", str(root), "runbook", "list"]).exit_code == 0
    checked = CliRunner().invoke(main, ["--workspace", str(root), "check", "site/runbooks/exercises"])
    assert "runbooks/exercise " not in checked.output
    assert not list((root / ".waypost/drills").iterdir())


def test_a_drill_that_is_broken_off_goes_on_where_it_was(root: Path) -> None:
    with open_terminal("runbook", "drill", "edge-down", *WHO, "--set", "node=n2", cwd=root) as person:
        person.expect("Step 1 of 6")
        person.expect("What now")
        person.type("d")
        person.expect("How did it go")
        person.type("f")
        person.expect("Note")
        person.type("")
        person.expect("Step 2 of 6")
        person.expect("What now")
        person.press(b"\x03")
        person.expect("End the drill here")
        person.type("y")
        person.expect("1 of 6 steps are done")
        person.type("k")
        person.expect("It is kept")
        assert person.end() == 1

    assert not (root / "site/runbooks/exercises").exists()
    assert "n2" not in (root / ".waypost/drills/edge-down.json").read_text()
    with open_terminal("runbook", "drill", "edge-down", cwd=root) as person:
        person.expect("was broken off: 1 of 6")
        person.type("y")
        person.expect("Step 2 of 6")
        person.expect("What now")
        person.type("b")
        person.expect("Step 1 of 6")
        person.expect("NODE = ")
        person.type("")
        person.expect("What now")
        person.type("r")
        person.expect(r"It is not run: nothing is given for \$NODE")
        person.expect("What now")
        person.type("q")
        person.expect("1 of 6 steps are done")
        person.type("w")
        person.expect("What did the page get wrong")
        person.type("")
        person.expect("Recorded")
        assert person.end() == 0
    record = record_in(root)
    assert record["note"] == "Ended after 1 of 6 steps."


def test_a_terminal_that_is_gone_leaves_the_drill_kept(root: Path) -> None:
    with open_terminal(
        "runbook", "drill", "edge-down", *WHO, "--set", "NODE=n1", "--yes-read", cwd=root
    ) as person:
        person.expect("It only reads, and runs now")
        person.expect("How did it go")
        person.type("o")
        person.expect("Note")
        person.type("")
        person.expect("How did it go")
        person.press(b"\x04")
        person.expect("kept as far as it got")
        assert person.end() == 1

    kept = find_kept(root, "edge-down")
    assert kept is not None
    assert [*kept.done] == ["Stop the bleeding"]


def test_a_command_that_takes_too_long_is_stopped_with_all_that_it_started(root: Path) -> None:
    arguments = (
        "runbook",
        "drill",
        "edge-down",
        *WHO,
        "--yes-read",
        "--from",
        "mitigation: wait",
        "--limit",
        "1",
    )
    with open_terminal(*arguments, cwd=root) as person:
        person.expect("Step 5 of 6")
        person.expect("It stopped after 1 s")
        person.expect("How did it go")
        person.press(b"\x03")
        person.expect("End the drill here")
        person.type("y")
        person.expect("Nothing was done")
        assert person.end() == 1


def test_without_a_terminal_nothing_runs_and_the_sheet_is_printed(root: Path) -> None:
    told = CliRunner().invoke(
        main, ["--workspace", str(root), "runbook", "drill", "EdgeDown", "--yes-read", "--set", "NODE=n1"]
    )

    assert told.exit_code == 0
    assert told.output.startswith("# Drill: The edge is down\n")
    assert told.output.count("- [ ] **") == 6
    assert 'echo "node is n1"' in told.output
    assert "- TOKEN = ____" in told.output
    assert "Undo: mkdir victim" in told.output
    assert "Only when: nobody needs it" in told.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["drill", "EdgDown"], "did you mean EdgeDown?"),
        (["show", "zzz"], "'waypost runbook list' shows all"),
        (["show", "edgedown", "--set", "NODE=x"], "NODE: 'x' does not fit"),
        (["show", "edgedown", "--set", "NODES=n1"], "NODES: has no such variable. Did you mean 'NODE'?"),
        (["show", "edgedown", "--set", "NODE"], "NODE: write it as NAME=value"),
        (["show", "edgedown", "--set", "TOKEN=-rf"], "it begins with a dash"),
    ],
)
def test_what_is_not_there_is_told_with_what_is_near(root: Path, arguments: list[str], told: str) -> None:
    result = CliRunner().invoke(main, ["--workspace", str(root), "runbook", *arguments])

    assert result.exit_code == 1
    assert told in result.output


def test_a_runbook_is_listed_and_shown(root: Path) -> None:
    listed = CliRunner().invoke(main, ["--workspace", str(root), "runbook", "list"])
    as_json = CliRunner().invoke(main, ["--workspace", str(root), "runbook", "list", "--format", "json"])
    shown = CliRunner().invoke(
        main, ["--workspace", str(root), "runbook", "show", "edgedown", "--set", "NODE=n1"]
    )

    assert listed.output == "EdgeDown  The edge is down\ntidy      Tidy up\n"
    assert '"name": "edge-down"' in as_json.output
    assert 'echo "node is n1"' in shown.output


def test_a_walk_is_begun_at_a_number_or_a_section(see: See) -> None:
    seen = see({"site/runbooks/edge-down.md": page(BODY, variables=VARIABLES)})
    walk = make_walk(brief_of(seen.only, seen.knowledge[Catalog]))

    assert [walk.find(wanted) for wanted in ("1", "mitigation", "Mitigation: Wait (2)")] == [0, 2, 5]
    with pytest.raises(InputError, match="write a number from 1 to 6"):
        walk.find("7")


def test_no_record_is_written_over(tmp_path: Path) -> None:
    drill = DRILL.with_step(Done("a", "ok", 61)).with_note("well")
    names = [write_record(tmp_path, drill, ["a"], None).name for _ in range(3)]

    assert names == [f"2026-11-02-edge-down{tail}.yaml" for tail in ("", "-2", "-3")]
    with pytest.raises(InputError, match="no record is written over"):
        write_record(tmp_path, drill, ["a"], tmp_path / "site/runbooks/exercises" / names[0])
    with pytest.raises(InputError, match="cannot be written"):
        write_record(tmp_path, drill, ["a"], Path("/proc/none/x.yaml"))
    assert yaml.safe_load(record_text(drill, ["a"])) == {
        "runbook": "edge-down",
        "by": "group:default/platform",
        "at": "2026-11-02T12:00:00Z",
        "environment": "staging",
        "commit": "abc",
        "note": "well",
        "steps": [{"step": "a", "result": "ok", "took": "PT1M1S"}],
    }


def test_what_is_kept_of_a_drill_can_be_gone_on_with(tmp_path: Path) -> None:
    drill = DRILL.with_step(Done("a", "ok", 1)).with_step(Done("a", "failed", 2, "n"))
    keep(tmp_path, drill)

    assert find_kept(tmp_path, "edge-down") == drill
    (tmp_path / ".waypost/drills/edge-down.json").write_text("{}")
    assert find_kept(tmp_path, "edge-down") is None
    forget(tmp_path, "edge-down")
    forget(tmp_path, "edge-down")
