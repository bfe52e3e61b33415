from __future__ import annotations

import random
from pathlib import Path

import pytest

import build
from adr.mainlines import Line, draft
from waypost.adr.approved_text import text_hash
from waypost.core.errors import ConflictError

BASE = {"adr/0001-begin.md": draft("Begin"), "site/index.md": "# Home\n"}


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return Line(tmp_path / "r", BASE)


@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_two_branches_get_numbers_in_the_order_of_merging(
    line: Line, order: tuple[str, str], how: str
) -> None:
    line.propose("a", {"adr/draft-a.md": draft("A")})
    line.propose("b", {"adr/draft-b.md": draft("B")})
    for branch in order:
        line.merge(branch, how)

    line.number()

    first, second = order
    assert line.names() == ["0001-begin.md", f"0002-{first}.md", f"0003-{second}.md"]


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_branches_that_cite_each_other_stay_right_whichever_comes_first(
    line: Line, order: tuple[str, str]
) -> None:
    line.propose("a", {"adr/draft-a.md": draft("A")})
    line.propose(
        "b",
        {
            "adr/draft-b.md": draft("B", "As [draft-a](draft-a.md#a) and ADR draft-a say, [[adr:draft-a]]."),
            "site/guide.md": "[A](../adr/draft-a.md), [[adr:draft-a|the first]], `draft-a`\n",
        },
    )
    for branch in order:
        line.merge(branch)
        line.number()

    number = "0002" if order[0] == "a" else "0003"
    other = "0003" if order[0] == "a" else "0002"
    assert f"As [{number}-a]({number}-a.md#a) and ADR {number} say, [[adr:{number}]]." in line.read(
        f"adr/{other}-b.md"
    )
    assert line.read("site/guide.md") == f"[A](../adr/{number}-a.md), [[adr:{number}|the first]], `draft-a`\n"


def test_numbering_again_changes_nothing(line: Line) -> None:
    line.propose("a", {"adr/draft-a.md": draft("A")})
    line.merge("a")
    line.number()
    before = line.git("rev-parse", "HEAD")

    plan = line.number()

    assert (plan.steps, line.git("rev-parse", "HEAD"), line.git("status", "--short")) == ((), before, "")


def test_the_commit_holds_the_renaming_and_nothing_else(line: Line) -> None:
    line.propose("a", {"adr/draft-a.md": draft("A"), "notes.txt": "about draft-a"})
    line.merge("a")
    build.write_files(line.root, {"mine.txt": "mine"})
    line.git("add", "mine.txt")

    plan = line.number()

    shown = line.git("show", "--format=%s", "--name-only", "--no-renames", "HEAD").split("\n")
    assert shown == ["Number decision 0002", "", "adr/0002-a.md", "adr/draft-a.md", ""]
    assert line.git("status", "--short").split() == ["A", "mine.txt"]
    assert plan.left == ("notes.txt speaks of a decision by its old name, and is left as it is",)


def test_only_name_and_alias_of_the_file_change(line: Line) -> None:
    text = draft("A", uid="abcdef12")
    line.propose("a", {"adr/draft-a.md": text})
    line.merge("a")

    line.number()

    assert line.read("adr/0002-a.md") == text.replace(
        "status: draft\n", "status: draft\naliases: [draft-a]\n"
    )


def test_drafts_of_one_merge_are_numbered_by_path(line: Line) -> None:
    line.propose("both", {"adr/draft-z.md": draft("Z"), "adr/draft-a.md": draft("A")})
    line.merge("both")

    line.number()

    assert line.names() == ["0001-begin.md", "0002-a.md", "0003-z.md"]


def test_a_draft_that_was_renamed_on_its_branch_counts_from_its_merge(line: Line) -> None:
    line.propose("a", {"adr/draft-first.md": draft("A")})
    line.propose("b", {"adr/draft-b.md": draft("B")})
    line.merge("b")
    line.git("switch", "-q", "a")
    line.git("mv", "adr/draft-first.md", "adr/draft-second.md")
    line.commit()
    line.git("switch", "-q", "main")
    line.merge("a")

    line.number()

    assert line.names() == ["0001-begin.md", "0002-b.md", "0003-second.md"]


def test_a_draft_that_was_renamed_on_the_main_line_keeps_its_place(line: Line) -> None:
    line.propose("a", {"adr/draft-z.md": draft("A")})
    line.merge("a")
    line.propose("b", {"adr/draft-b.md": draft("B")})
    line.merge("b")
    line.git("mv", "adr/draft-z.md", "adr/draft-zz.md")
    line.commit()

    line.number()

    assert line.names() == ["0001-begin.md", "0002-zz.md", "0003-b.md"]


def test_a_draft_that_takes_the_place_of_a_deleted_one_is_another(line: Line) -> None:
    line.propose("a", {"adr/draft-a.md": draft("Same", uid="aaaaaa1")})
    line.merge("a")
    line.propose("b", {"adr/draft-b.md": draft("Same", uid="bbbbbb1")})
    line.merge("b")
    line.git("mv", "adr/draft-a.md", "adr/draft-c.md")
    build.write_files(line.root, {"adr/draft-c.md": draft("Same", uid="cccccc1")})
    line.commit()

    line.number()

    assert line.names() == ["0001-begin.md", "0002-b.md", "0003-c.md"]


def test_an_edit_after_the_merge_changes_no_order(line: Line) -> None:
    for name in ("a", "b"):
        line.propose(name, {f"adr/draft-{name}.md": draft(name)})
        line.merge(name)
    build.write_files(line.root, {"adr/draft-a.md": draft("A", "Quite another text.")})
    line.commit()

    line.number()

    assert line.names() == ["0001-begin.md", "0002-a.md", "0003-b.md"]


def test_a_branch_that_edits_a_draft_while_it_is_numbered_lands_in_the_numbered_file(line: Line) -> None:
    text = draft("A")
    line.propose("a", {"adr/draft-a.md": text})
    line.merge("a")
    line.propose("edit", {"adr/draft-a.md": text.replace("too many", "one too many")})
    line.number()

    line.merge("edit")
    plan = line.number()

    assert (plan.steps, line.names()) == ((), ["0001-begin.md", "0002-a.md"])
    assert "one too many" in line.read("adr/0002-a.md")


def test_pages_in_another_folder_than_site_follow_too(line: Line) -> None:
    line.propose(
        "a", {"adr/draft-a.md": draft("A"), "docs/a.md": "[p](decisions/a.md) [r](/decisions/a.md#x)\n"}
    )
    line.merge("a")

    line.number(documents__folder="docs")

    assert line.read("docs/a.md") == "[p](decisions/0002-a.md) [r](/decisions/0002-a.md#x)\n"


def test_a_deleted_draft_takes_no_number(line: Line) -> None:
    for name in ("a", "b"):
        line.propose(name, {f"adr/draft-{name}.md": draft(name)})
        line.merge(name)
    line.git("rm", "-q", "adr/draft-a.md")
    line.commit()

    line.number()

    assert line.names() == ["0001-begin.md", "0002-b.md"]


def test_the_number_of_a_deleted_decision_is_not_given_again(line: Line) -> None:
    build.write_files(line.root, {"adr/0009-gone.md": draft("Gone")})
    line.commit()
    line.git("rm", "-q", "adr/0009-gone.md")
    line.commit()
    line.propose("a", {"adr/draft-a.md": draft("A")})
    line.merge("a")

    line.number()

    assert line.names() == ["0001-begin.md", "0010-a.md"]


def test_the_number_in_an_alias_is_not_given_again(line: Line) -> None:
    build.write_files(line.root, {"adr/0001-begin.md": draft("Begin", aliases="[0030-begin]")})
    line.commit()
    line.propose("a", {"adr/draft-a.md": draft("A")})
    line.merge("a")

    line.number()

    assert line.names() == ["0001-begin.md", "0031-a.md"]


def test_lists_of_decisions_and_catalog_files_follow(line: Line) -> None:
    line.propose(
        "a",
        {
            "adr/draft-a.md": draft("A"),
            "adr/draft-b.md": draft("B", supersedes="[draft-a]"),
            "adr/draft-c.md": draft("C", supersedes="[0001, 'draft-a']"),
            "catalog/all.yaml": "spec: {because: adr:draft-a, links: [{url: ../adr/draft-a.md}]}\n"
            "# See adr/draft-a.md#a; nothing is called draft-a.\nname: draft-a\n",
            "site/path.md": "---\nadrs: [draft-a, 'draft-b']\nwatches:\n  - adr/draft-a.md\n"
            'tags: [draft-a]\n---\n<waypost-adoption adr="draft-a"></waypost-adoption>\n',
            "mkdocs.yml": "docs_dir: site\nnav:\n  - A: decisions/a.md\n",
        },
    )
    line.merge("a")

    line.number()

    assert "supersedes: [0002]" in line.read("adr/0003-b.md")
    assert "supersedes: [0001, '0002']" in line.read("adr/0004-c.md")
    assert line.read("catalog/all.yaml") == (
        "spec: {because: adr:0002, links: [{url: ../adr/0002-a.md}]}\n"
        "# See adr/0002-a.md#a; nothing is called draft-a.\nname: draft-a\n"
    )
    assert line.read("site/path.md") == (
        "---\nadrs: [0002-a, '0003']\nwatches:\n  - adr/0002-a.md\n"
        'tags: [draft-a]\n---\n<waypost-adoption adr="0002-a"></waypost-adoption>\n'
    )
    assert line.read("mkdocs.yml") == "docs_dir: site\nnav:\n  - A: decisions/0002-a.md\n"
    decisions = line.decisions()
    assert decisions.get("0003").supersedes == ("0002",)
    assert decisions.get("draft-a") is decisions.get("0002")


def test_git_in_colours_hides_no_page(line: Line) -> None:
    line.git("config", "color.ui", "always")
    line.propose("a", {"adr/draft-a.md": draft("A"), "site/path.md": "[A](../adr/draft-a.md)\n"})
    line.merge("a")

    line.number()

    assert line.read("site/path.md") == "[A](../adr/0002-a.md)\n"


def test_a_workspace_below_the_repository_rewrites_what_lies_beside_it(tmp_path: Path) -> None:
    files = {f"kb/{path}": text for path, text in BASE.items()}
    line = Line(tmp_path / "r", files, below="kb")
    line.propose(
        "a",
        {
            "kb/adr/draft-a.md": draft("A"),
            "README.md": "[A](kb/adr/draft-a.md) [B](other/adr/draft-a.md)\n",
            "other/adr/draft-a.md": draft("Another team's"),
            "services/x/catalog-info.yaml": "url: https://git.example.org/acme/kb/blob/main/kb/adr/draft-a.md\n"
            "old: https://git.example.org/acme/kb/blob/0a1b2c3/kb/adr/draft-a.md\n",
        },
    )
    line.merge("a")
    line.git("remote", "add", "origin", "git@git.example.org:acme/kb.git")

    line.number()

    assert line.names() == ["0001-begin.md", "0002-a.md"]
    assert line.read("README.md") == "[A](kb/adr/0002-a.md) [B](other/adr/draft-a.md)\n"
    assert line.read("services/x/catalog-info.yaml") == (
        "url: https://git.example.org/acme/kb/blob/main/kb/adr/0002-a.md\n"
        "old: https://git.example.org/acme/kb/blob/0a1b2c3/kb/adr/draft-a.md\n"
    )


def test_line_ends_and_marks_of_byte_order_stay(line: Line) -> None:
    page = "\ufeff# A\r\n\r\n[a](../adr/draft-a.md) [b](../adr/draft-a.md)\r\nmixed [[adr:draft-a]]\nend\r\n"
    line.git("config", "core.autocrlf", "false")
    line.propose(
        "a",
        {"adr/draft-a.md": draft("A").replace("\n", "\r\n"), "site/a.md": page},
    )
    line.merge("a")

    line.number()

    assert line.read("site/a.md") == page.replace("draft-a.md", "0002-a.md").replace(
        "adr:draft-a", "adr:0002"
    )
    own = line.read("adr/0002-a.md")
    assert "aliases: [draft-a]\r\n" in own
    assert own.count("\n") == own.count("\r\n")


def test_names_of_any_script_are_kept_and_their_links_followed(line: Line) -> None:
    line.propose(
        "a",
        {
            "adr/draft-größe.md": draft("Größe"),
            "adr/draft-設計.md": draft("設計"),
            "site/a.md": "[1](../adr/draft-gr%C3%B6%C3%9Fe.md) [2](../adr/draft-größe.md) [[adr:draft-設計]]\n",
        },
    )
    line.merge("a")

    line.number()

    assert line.names() == ["0001-begin.md", "0002-größe.md", "0003-設計.md"]
    assert line.read("site/a.md") == (
        "[1](../adr/0002-gr%C3%B6%C3%9Fe.md) [2](../adr/0002-größe.md) [[adr:0003]]\n"
    )
    assert line.decisions().get("draft-設計").number == 3


def test_titles_get_the_number_where_the_folder_has_it_so(tmp_path: Path) -> None:
    nygard = "# {}\n\n## Status\n\nAccepted\n\n## Context\n\nX.\n\n## Decision\n\nY.\n"
    line = Line(
        tmp_path / "r",
        {"doc/adr/001-a.md": nygard.format("1. Use A"), "doc/adr/002-b.md": nygard.format("2. Use B")},
    )
    line.propose(
        "c",
        {
            "doc/adr/draft-c.md": nygard.format("Use C"),
            "README.md": "[c](doc/adr/draft-c.md#use-c) [s](doc/adr/draft-c.md#status)\n",
        },
    )
    line.merge("c")

    line.number(adr__folder="doc/adr")

    text = line.read("doc/adr/003-c.md")
    assert text == "---\naliases: [draft-c]\n---\n\n" + nygard.format("3. Use C")
    assert line.read("README.md") == "[c](doc/adr/003-c.md#3-use-c) [s](doc/adr/003-c.md#status)\n"
    assert line.decisions(adr__folder="doc/adr").get("draft-c").title == "Use C"


def test_a_draft_that_is_a_folder_moves_as_one(line: Line) -> None:
    line.propose(
        "a",
        {
            "adr/draft-a/README.md": draft("A", "![d](diagram.svg) ![d](../draft-a/diagram.svg)"),
            "adr/draft-a/diagram.svg": "<svg/>",
            "site/a.md": "[a](../adr/draft-a/README.md)\n",
        },
    )
    line.merge("a")

    line.number()

    assert (line.root / "adr/0002-a/diagram.svg").is_file()
    assert "![d](diagram.svg) ![d](../0002-a/diagram.svg)" in line.read("adr/0002-a/README.md")
    assert line.read("site/a.md") == "[a](../adr/0002-a/README.md)\n"


def test_code_headings_and_labels_stay_as_they_are(line: Line) -> None:
    text = (
        "## ADR draft-a\n\nSee [ADR draft-a] and `ADR draft-a`.\n\n```\n[a](../adr/draft-a.md)\n```\n\n"
        "[ADR draft-a]: {}\n"
    )
    line.propose("a", {"adr/draft-a.md": draft("A"), "site/a.md": text.format("../adr/draft-a.md")})
    line.merge("a")

    line.number()

    assert line.read("site/a.md") == text.format("../adr/0002-a.md")


def test_the_later_of_two_equal_numbers_gets_another_when_asked(line: Line) -> None:
    line.propose("a", {"adr/0002-a.md": draft("A")})
    line.propose("b", {"adr/0002-b.md": draft("B"), "site/b.md": "[B](../adr/0002-b.md) [[adr:0002-b]]\n"})
    line.merge("b")
    line.merge("a")
    build.write_files(line.root, {"site/a.md": "[A](../adr/0002-a.md)\n"})
    line.commit()

    untouched = line.number()
    line.number(collisions=True)

    assert untouched.steps == ()
    assert line.names() == ["0001-begin.md", "0002-b.md", "0003-a.md"]
    assert line.read("site/a.md") == "[A](../adr/0003-a.md)\n"
    assert line.read("site/b.md") == "[B](../adr/0002-b.md) [[adr:0002-b]]\n"
    assert "aliases: [0002-a]" in line.read("adr/0003-a.md")


def test_another_branch_is_refused_unless_it_is_named(line: Line) -> None:
    line.propose("a", {"adr/draft-a.md": draft("A")})
    line.git("switch", "-q", "a")

    with pytest.raises(ConflictError, match=r"branch 'a' is checked out.*--branch a"):
        line.number()

    line.number(branch="a")
    assert "0002-a.md" in line.names()


def test_a_checked_out_commit_is_numbered_when_the_branch_is_named(line: Line) -> None:
    line.propose("a", {"adr/draft-a.md": draft("A")})
    line.merge("a")
    line.git("checkout", "-q", "--detach")

    with pytest.raises(ConflictError, match="no branch is checked out"):
        line.number()

    line.number(branch="main")
    assert "0002-a.md" in line.names()


def test_files_with_changes_of_ones_own_are_refused_before_anything_is_written(line: Line) -> None:
    line.propose("a", {"adr/draft-a.md": draft("A"), "site/a.md": "[[adr:draft-a]]\n"})
    line.merge("a")
    build.write_files(line.root, {"site/a.md": "[[adr:draft-a]] changed\n"})

    with pytest.raises(ConflictError, match=r"site/a\.md: commit or take back"):
        line.number()

    assert "draft-a.md" in line.names()


def test_a_draft_that_is_not_committed_waits(line: Line) -> None:
    build.write_files(line.root, {"adr/draft-a.md": draft("A")})

    plan = line.number()

    assert plan.left == ("adr/draft-a.md is in no commit of this branch: it waits",)


def test_a_folder_outside_any_repository_is_told(tmp_path: Path) -> None:
    (tmp_path / "adr").mkdir()

    done = build.run_waypost("adr", "number", cwd=tmp_path)

    assert done.returncode == 1
    assert "is in no git repository" in done.stderr


def test_a_shallow_clone_is_refused(line: Line, tmp_path: Path) -> None:
    line.commit("Another")
    build.git(tmp_path, "clone", "-q", "--depth=1", f"file://{line.root}", "shallow")

    done = build.run_waypost("adr", "number", cwd=tmp_path / "shallow")

    assert done.returncode == 1
    assert "git fetch --unshallow" in done.stderr


def test_the_command_shows_before_it_does(line: Line) -> None:
    line.propose("a", {"adr/draft-a.md": draft("A"), "site/a.md": "[[adr:draft-a]]\n"})
    line.merge("a")

    shown = build.run_waypost("adr", "number", "--dry-run", cwd=line.root)
    names = line.names()
    done = build.run_waypost("adr", "number", "--commit", cwd=line.root)

    assert shown.stdout == "adr/draft-a.md -> adr/0002-a.md\n  rewritten: site/a.md\n"
    assert "draft-a.md" in names
    assert done.stdout.startswith(shown.stdout + "Committed as ")
    assert line.git("status", "--short") == ""


def test_an_approval_of_a_text_holds_when_the_text_gets_its_number_or_cites_one_that_does(line: Line) -> None:
    cited = (
        "The gateway-api: as [draft-ä](draft-%C3%A4.md), [g](draft-gateway-api.md) and ADR draft-b say, [[adr:draft-b]], [it](draft-b.md#x), ADRs draft-b, "
        'adr:draft-b.\n\n<waypost-adoption adr="draft-b"></waypost-adoption>'
    )
    line.propose(
        "a",
        {
            "adr/draft-a.md": draft("A", cited, supersedes="[draft-b]"),
            "adr/draft-gateway-api.md": draft("G"),
            "adr/draft-ä.md": draft("Ä"),
            "adr/draft-b.md": draft("B"),
            "adr/0001-begin.md": draft("Begin", cited),
        },
    )
    line.merge("a")
    before = _hashes(line)

    line.number()

    assert "ADR 0003 say, [[adr:0003]]" in line.read("adr/0001-begin.md")
    assert _hashes(line) == before


def _hashes(line: Line) -> dict[str, str]:
    decisions = line.decisions()
    return {decision.uid: text_hash(decision, decisions) for decision in decisions.ordered}


def test_a_branch_that_is_merged_after_the_numbering_has_its_old_names_led_on(line: Line) -> None:
    line.propose("b", {"adr/draft-b.md": draft("B", "[a](draft-a.md)"), "site/b.md": "[[adr:draft-a]]\n"})
    line.propose("c", {"site/c.md": "[a](../adr/draft-a.md), [p](decisions/a.md)\n"})
    line.propose("a", {"adr/draft-a.md": draft("A")})
    line.merge("a")
    line.number()
    line.merge("b")
    line.number()
    line.merge("c")

    plan = line.number()

    assert "[a](0002-a.md)" in line.read("adr/0003-b.md")
    assert line.read("site/b.md") == "[[adr:0002]]\n"
    assert line.read("site/c.md") == "[a](../adr/0002-a.md), [p](decisions/0002-a.md)\n"
    assert line.git("log", "-1", "--format=%s") == "Lead old names of decisions to where they are\n"
    assert set(plan.texts) == {"site/c.md"}


@pytest.mark.parametrize("seed", range(6))
def test_in_any_order_of_merging_numbers_are_unique_and_every_link_still_leads_there(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    names = [f"n{number}" for number in range(6)]
    cited = {name: chance.sample([n for n in names if n != name], 2) for name in names}
    line = Line(tmp_path / "r", BASE)
    for name in names:
        body = " ".join(f"[{other}](draft-{other}.md) [[adr:draft-{other}]]" for other in cited[name])
        text = draft(name.upper(), body, uid=f"uid{name}x")
        line.propose(name, {f"adr/draft-{name}.md": text, f"site/{name}.md": body.replace("(", "(../adr/")})
    order = chance.sample(names, len(names))
    given: dict[str, int] = {}
    for name in order:
        line.merge(name, chance.choice(["merge", "squash", "rebase"]))
        if chance.random() < 0.5:
            given |= _numbers(line, given)
    given |= _numbers(line, given)

    assert sorted(given, key=given.__getitem__) == order
    assert sorted(given.values()) == list(range(2, 8))
    decisions = line.decisions()
    for name in names:
        own = f"adr/{given[name]:04d}-{name}.md"
        for other in cited[name]:
            new = f"{given[other]:04d}-{other}.md"
            assert f"[{other}]({new}) [[adr:{given[other]:04d}]]" in line.read(own)
            assert f"[{other}](../adr/{new})" in line.read(f"site/{name}.md")
            assert decisions.get(f"draft-{other}").path == f"adr/{new}"


def _numbers(line: Line, before: dict[str, int]) -> dict[str, int]:
    line.number()
    found = {d.slug: d.number for d in line.decisions().ordered if d.number and d.slug != "begin"}
    # A number that was given stays.
    assert before.items() <= found.items()
    return found
