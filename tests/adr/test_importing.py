from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

import build
from adr.conftest import GROUPS
from waypost.core.frontmatter import read_entries, split_lines
from waypost.core.markdownfile import parse_markdown

NYGARD = """# 2. Use one gateway

Date: 2024-03-04

## Status

Accepted

Supersedes [1. Use two gateways](0001-use-two-gateways.md)

## Context

Two are too many. See [the notes](../notes.md) and ![a picture](images/one.png).

## Decision

We run one gateway. It is enough.

## Consequences

`0001-use-two-gateways.md` is history.
"""
OLDER = """# 1. Use two gateways

Date: 2023-03-04

## Status

Superseded by [2. Use one gateway](0002-use-one-gateway.md)

## Decision

* We run two.
"""
MADR = """---
# Optional elements.
status: "accepted"
date: 2024-05-06
deciders: Ada, Grace
contact: Ada
consulted: Joan
---

# Keep logs for a year

## Context and Problem Statement

Auditors ask.

## Decision Outcome

Chosen option: "A year", because the law says so.
"""
LOG4BRAINS = """# Use Lunr

- Status: accepted
- Date: 2020-11-03 <!-- the day of the vote -->
- Deciders: Ada, Grace
- Tags: search, frontend

## Decision Outcome

Lunr it is.
"""
TABLE = """# Tabulate

| Key | Value |
|---|---|
| Status | Accepted |
| Date | 2024-01-02 |
| Jira | ABC-1 |

## Decision

We tabulate.
"""
UNKNOWN = "# 9. Wait\n\n## Status\n\nParked\n\n## Decision\n\nWe wait.\n"
FILES: Mapping[str, str | bytes] = {
    "docs/adr/0001-use-two-gateways.md": OLDER,
    "docs/adr/0002-use-one-gateway.md": NYGARD,
    "docs/adr/0003-keep-logs.md": MADR.replace("\n", "\r\n"),
    "docs/adr/20201103-use-lunr.md": LOG4BRAINS,
    "docs/adr/0005-tabulate.md": TABLE,
    "docs/adr/0009-wait.md": UNKNOWN,
    "docs/adr/images/one.png": b"\x89PNG",
    "docs/adr/README.md": "# Decisions\n\n- [one](0002-use-one-gateway.md#decision)\n- [nowhere](0099-none.md)\n",
    "docs/notes.md": "See [the gateway](./adr/0002-use-one-gateway.md), `adr/0002-use-one-gateway.md`.\n",
    "site/index.md": "# Home\n\n[Gateway](../docs/adr/0002-use-one-gateway.md)\n",
    "catalog/groups.yaml": GROUPS,
    "catalog/list.yaml": "files: [docs/adr/0003-keep-logs.md, docs/other.md]\n",
}
SPRING = datetime(2025, 4, 1, 12, tzinfo=UTC)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    build.write_files(tmp_path, FILES)
    build.commit(tmp_path, "Begin", at=SPRING)
    for name, value in (("user.name", "Ada Example"), ("user.email", "ada@example.org")):
        build.git(tmp_path, "config", name, value)
    return tmp_path


def run(root: Path, *arguments: str, fails: bool = False) -> str:
    done = build.run_waypost("adr", "import", *arguments, cwd=root)
    assert (bool(done.returncode), "Traceback" in done.stderr) == (fails, False), done.stderr
    return done.stderr if fails else done.stdout


def front(root: Path, path: str) -> Mapping[str, object]:
    found = dict(parse_markdown(path, (root / path).read_bytes().decode()).front_matter)
    uid = found.pop("uid")
    assert re.fullmatch(r"[a-z][a-z0-9]{7}", str(uid))
    return found


def text(root: Path, path: str) -> str:
    return (root / path).read_bytes().decode()


def test_every_format_moves_to_the_folder_of_decisions_under_its_number(root: Path) -> None:
    run(root, "docs/adr", "--commit")

    assert sorted(path.name for path in (root / "adr").iterdir()) == [
        "0001-use-two-gateways.md",
        "0002-use-one-gateway.md",
        "0003-keep-logs.md",
        "0005-tabulate.md",
        "0010-use-lunr.md",
    ]


def test_the_front_matter_says_what_the_record_did(root: Path) -> None:
    run(root, "docs/adr", "--decision-maker", "group:platform")

    assert front(root, "adr/0002-use-one-gateway.md") == {
        "title": "Use one gateway",
        "status": "accepted",
        "summary": "We run one gateway.",
        "scope": "independent",
        "proposed": "2024-03-04",
        "decided": "2024-03-04",
        "decision-makers": ["group:default/platform"],
        "supersedes": [1],
    }
    assert front(root, "adr/0010-use-lunr.md")["tags"] == ["search", "frontend"]
    assert front(root, "adr/0010-use-lunr.md")["decision-makers"] == ["Ada", "Grace"]
    assert front(root, "adr/0010-use-lunr.md")["aliases"] == ["20201103-use-lunr"]


def test_only_lines_that_say_nothing_else_are_taken_out(root: Path) -> None:
    run(root, "docs/adr")

    gateway, lunr, table = (
        text(root, f"adr/{name}.md") for name in ("0002-use-one-gateway", "0010-use-lunr", "0005-tabulate")
    )
    assert "Date: 2024" not in gateway
    assert "\n## Status\n\nSupersedes [1. Use two gateways](0001-use-two-gateways.md)\n" in gateway
    assert "\n- Date: 2020-11-03 <!-- the day of the vote -->\n\n## Decision" in lunr
    assert "| Key | Value |\n|---|---|\n| Jira | ABC-1 |\n" in table


def test_keys_that_nobody_reads_become_a_comment_and_line_ends_stay(root: Path) -> None:
    run(root, "docs/adr")

    kept = text(root, "adr/0003-keep-logs.md")
    assert "# Optional elements.\r\nconsulted: Joan\r\n" in kept
    assert "\r\n<!-- The front matter of this record had also:\r\ncontact: Ada\r\n-->\r\n" in kept
    assert kept.count("\n") == kept.count("\r\n")


def test_links_are_led_on_everywhere_and_code_is_not(root: Path) -> None:
    run(root, "docs/adr")

    gateway = text(root, "adr/0002-use-one-gateway.md")
    assert "[the notes](../docs/notes.md) and ![a picture](../docs/adr/images/one.png)" in gateway
    assert "`0001-use-two-gateways.md` is history" in gateway
    assert text(root, "docs/notes.md") == (
        "See [the gateway](../adr/0002-use-one-gateway.md), `adr/0002-use-one-gateway.md`.\n"
    )
    assert text(root, "site/index.md") == "# Home\n\n[Gateway](../adr/0002-use-one-gateway.md)\n"
    assert text(root, "docs/adr/README.md") == (
        "# Decisions\n\n- [one](../../adr/0002-use-one-gateway.md#decision)\n- [nowhere](0099-none.md)\n"
    )
    assert text(root, "catalog/list.yaml") == "files: [adr/0003-keep-logs.md, docs/other.md]\n"


def test_two_commits_keep_the_history_of_each_file(root: Path) -> None:
    run(root, "docs/adr", "--commit")

    subjects = build.git(root, "log", "--format=%s").splitlines()
    followed = build.git(root, "log", "--follow", "--format=%s", "--", "adr/0002-use-one-gateway.md")
    moved = build.git(root, "show", "--name-status", "--format=", "-M100%", "HEAD~1").splitlines()
    blamed = build.git(root, "blame", "--line-porcelain", "adr/0002-use-one-gateway.md")
    assert subjects == [
        "Convert 5 records to Waypost's format",
        "Move 5 records to where decisions are",
        "Begin",
    ]
    assert followed.splitlines() == subjects
    assert {line.split("\t")[0] for line in moved} == {"R100"}
    assert "filename docs/adr/0002-use-one-gateway.md\n\tTwo" not in blamed
    assert re.search(
        r"summary Begin\n(?:boundary\n)?filename docs/adr/0002-use-one-gateway.md\n\t## Context", blamed
    )
    assert build.git(root, "status", "--short") == ""


def test_what_is_not_known_is_told_and_left_until_somebody_says_it(root: Path) -> None:
    told = run(root, "docs/adr", "--commit")

    assert (
        "left, nobody guesses what 'parked' means; --status 'parked=STATE' says it: docs/adr/0009-wait.md"
        in told
    )
    assert text(root, "docs/adr/0009-wait.md") == UNKNOWN
    assert "does not tell who decided; --decision-maker NAME says it: " in told

    run(root, "docs/adr", "--status", "parked=proposed", "--commit")
    assert front(root, "adr/0009-wait.md")["status"] == "proposed"
    assert "Parked" in text(root, "adr/0009-wait.md")


def test_a_second_run_finds_nothing(root: Path) -> None:
    run(root, "docs/adr", "--commit")
    before = build.git(root, "rev-parse", "HEAD")

    told = run(root, "docs/adr", "--commit")

    assert "Nothing to import." in told
    assert (build.git(root, "rev-parse", "HEAD"), build.git(root, "status", "--short")) == (before, "")


def test_a_dry_run_shows_a_change_that_git_takes(root: Path) -> None:
    done = build.run_waypost("adr", "import", "docs/adr", "--dry-run", cwd=root)

    assert "rename to adr/0002-use-one-gateway.md" in done.stdout
    assert "+status: accepted" in done.stdout
    assert "left, nobody guesses" in done.stderr
    assert build.git(root, "status", "--short") == ""
    assert not (root / "adr").exists()


def test_records_with_changes_of_ones_own_are_refused(root: Path) -> None:
    build.write_files(root, {"docs/adr/0001-use-two-gateways.md": OLDER + "\nMore.\n"})

    told = run(root, "docs/adr", fails=True)

    assert "docs/adr/0001-use-two-gateways.md: commit or take back these changes first" in told
    assert not (root / "adr").exists()


def test_a_number_that_is_taken_is_told_and_given_anew_only_when_asked(root: Path) -> None:
    build.write_files(root, {"adr/0002-mine.md": "# Mine\n\n## Status\n\nAccepted\n"})
    build.commit(root, at=SPRING)

    done = build.run_waypost("adr", "import", "docs/adr", "--dry-run", cwd=root)
    run(root, "docs/adr", "--renumber", "--commit")

    told = "left, number 2 is that of adr/0002-mine.md; --renumber gives another: docs/adr/0002-use-one-gateway.md"
    assert told in done.stderr
    # In the order of days, behind the highest number: 0010 is the record of 2020.
    assert "aliases: [0002-use-one-gateway]" in text(root, "adr/0011-use-one-gateway.md")
    assert "(0011-use-one-gateway.md)" in text(root, "adr/0001-use-two-gateways.md")


def test_a_new_number_stands_in_the_title_too(root: Path) -> None:
    build.write_files(
        root,
        {
            "adr/0001-mine.md": "# Mine\n\n## Status\n\nAccepted\n",
            "docs/adr/0001-old.md": "# 1. Old\n\n## Status\n\nAccepted\n",
        },
    )
    build.commit(root, at=SPRING)

    run(root, "docs/adr", "--renumber", "--commit")

    (new,) = (root / "adr").glob("*-old.md")
    assert f"# {int(new.name[:4])}. Old\n" in text(root, f"adr/{new.name}")


def test_records_that_lie_among_the_decisions_are_converted_where_they_are(root: Path) -> None:
    build.write_files(root, {"waypost.toml": '[adr]\nfolder = "docs/adr"\n'})
    build.commit(root, at=SPRING)

    run(root, "docs/adr", "--commit")

    assert front(root, "docs/adr/0002-use-one-gateway.md")["supersedes"] == [1]
    assert "aliases" not in front(root, "docs/adr/20201103-use-lunr.md")
    assert build.git(root, "log", "--format=%s").splitlines()[0] == "Convert 5 records to Waypost's format"
    assert build.git(root, "diff", "--name-only", "--diff-filter=R", "HEAD~1") == ""


def test_nothing_of_a_record_is_lost(root: Path) -> None:
    run(root, "docs/adr", "--commit")

    for path, new in (("0002-use-one-gateway", "0002-use-one-gateway"), ("0005-tabulate", "0005-tabulate"),
                      ("0003-keep-logs", "0003-keep-logs"), ("20201103-use-lunr", "0010-use-lunr")):  # fmt: skip
        before = str(FILES[f"docs/adr/{path}.md"])
        after = text(root, f"adr/{new}.md")
        for line in filter(None, map(str.strip, before.splitlines())):
            assert line in after or _is_said(line, after), (path, line)


def _is_said(line: str, after: str) -> bool:
    """Tell whether the front matter of *after* says what *line* does."""
    if line in ("---", "## Status"):
        return True
    plain = re.sub(r"\]\([^)]*\)", "", line)
    if plain in re.sub(r"\]\([^)]*\)", "", after):
        return True
    lines = split_lines(after)
    values = "".join(
        line for entry in read_entries(lines) for line in lines[entry.first : entry.last]
    ).lower()
    value = re.sub(r"^[-*\s|]*(?:status|date|deciders|tags)\s*[:|]", "", line, flags=re.IGNORECASE)
    return all(part.strip(' "|').lower() in values for part in value.split(","))


def test_days_that_no_record_says_are_those_of_git(tmp_path: Path) -> None:
    path = "docs/adr/0001-a.md"
    words = "# 1. A\n\n## Status\n\n{}\n\n## Decision\n\nWe do it.\n"
    for status, month in (("Proposed", 1), ("Accepted", 2), ("Accepted.", 3)):
        build.write_files(tmp_path, {path: words.format(status)})
        build.commit(tmp_path, at=datetime(2025, month, 10, 12, tzinfo=UTC))

    run(tmp_path, "docs/adr")

    found = front(tmp_path, "adr/0001-a.md")
    assert (found["proposed"], found["decided"]) == ("2025-01-10", "2025-02-10")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("docs/none",), "docs/none: there is no such folder", id="no folder"),
        pytest.param(("..",), "lies outside of the workspace", id="outside"),
        pytest.param(("docs/adr", "--decision-maker", "group:nobody"), "no such entity", id="no group"),
        pytest.param(("docs/adr", "--status", "parked"), "must be WORD=STATE", id="no state"),
        pytest.param(("docs/adr", "--status", "parked=acepted"), "accepted", id="unknown state"),
    ],
)
def test_what_cannot_be_done_is_said(root: Path, arguments: tuple[str, ...], said: str) -> None:
    assert said in run(root, *arguments, fails=True)


def test_an_import_needs_a_repository(tmp_path: Path) -> None:
    build.write_files(tmp_path, {"docs/adr/0001-a.md": OLDER})

    assert "is in no git repository" in run(tmp_path, "docs/adr", fails=True)


def test_a_folder_that_is_a_record_moves_whole(tmp_path: Path) -> None:
    build.write_files(
        tmp_path,
        {
            "docs/records/2024-02-03-one/README.md": "# One\n\nStatus: accepted\n\n## Decision\n\nSee [more](more.md), [two](../2024-01-03-two/).\n",
            "docs/records/2024-02-03-one/more.md": "# More\n\n[Home](../../index.md)\n",
            "docs/records/2024-01-03-two/README.md": "# Two\n\nStatus: accepted\n\n## Decision\n\nDone.\n",
            "docs/index.md": "# Home\n",
        },
    )
    build.commit(tmp_path, at=SPRING)

    run(tmp_path, "docs/records")

    assert "See [more](more.md), [two](../0001-two/)." in text(tmp_path, "adr/0002-one/README.md")
    assert "[Home](../../docs/index.md)" in text(tmp_path, "adr/0002-one/more.md")
    assert not (tmp_path / "docs/records").exists()


def test_a_workspace_may_be_a_folder_of_the_repository(tmp_path: Path) -> None:
    build.write_files(
        tmp_path,
        {
            "kb/docs/0001-a.md": "# A\n\nStatus: accepted\n\n## Decision\n\nWe do [this](/kb/docs/0001-a.md).\n",
            "README.md": "[A](kb/docs/0001-a.md), [web](https://example.org/kb/docs/0001-a.md)\n",
            "kb/mkdocs.yml": "nav: [0001-a.md]\n",
        },
    )
    build.commit(tmp_path, at=SPRING)

    told = run(tmp_path / "kb", "docs")

    assert (
        text(tmp_path, "README.md") == "[A](kb/adr/0001-a.md), [web](https://example.org/kb/docs/0001-a.md)\n"
    )
    assert "[this](/kb/adr/0001-a.md)" in text(tmp_path, "kb/adr/0001-a.md")
    assert "speaks of a record by its old name, and stays as it is: kb/mkdocs.yml" in told


def test_addresses_of_files_on_the_forge_are_led_on(root: Path) -> None:
    build.git(root, "remote", "add", "origin", "https://forge.example/team/kb.git")
    web = "https://forge.example/team/kb/blob/main"
    build.write_files(root, {"docs/web.md": f"[A]({web}/docs/adr/0005-tabulate.md#decision)\n"})
    build.commit(root, at=SPRING)

    run(root, "docs/adr")

    assert text(root, "docs/web.md") == f"[A]({web}/adr/0005-tabulate.md#decision)\n"


def test_a_record_that_is_a_symbolic_link_is_left(root: Path) -> None:
    (root / "docs/adr/0012-linked.md").symlink_to("0005-tabulate.md")
    build.commit(root, at=SPRING)

    told = run(root, "docs/adr")

    assert "left, it is a symbolic link: docs/adr/0012-linked.md" in told
    assert (root / "docs/adr/0012-linked.md").is_symlink()


def test_front_matter_that_cannot_be_kept_leaves_the_record(root: Path) -> None:
    files = {
        "docs/adr/0013-a.md": "---\nstatus: accepted\nnote: a --> b\n---\n# A\n\n## Decision\n\nYes.\n",
        "docs/adr/0014-b.md": "---\nstatus: [accepted\n---\n# B\n\n## Decision\n\nYes.\n",
    }
    build.write_files(root, files)
    build.commit(root, at=SPRING)

    told = run(root, "docs/adr")

    assert "its front matter holds '-->', which cannot be kept in a comment: docs/adr/0013-a.md" in told
    assert "the front matter is no YAML; mend it first: docs/adr/0014-b.md" in told
    assert {path: text(root, path) for path in files} == files


def test_a_section_that_a_table_of_contents_leads_to_stays(tmp_path: Path) -> None:
    words = "# 1. A\n\n- [Status](#status)\n\n## Status\n\nAccepted\n\n## Decision\n\nWe do it.\n"
    build.write_files(tmp_path, {"docs/0001-a.md": words})
    build.commit(tmp_path, at=SPRING)

    run(tmp_path, "docs")

    assert text(tmp_path, "adr/0001-a.md").endswith(words)
