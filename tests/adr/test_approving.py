from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import build
from adr.changes import PEOPLE
from adr.conftest import See, Seen, own
from waypost.adr.approve import with_approval
from waypost.adr.approving import ApprovalState, Standing, StandingState, standing, text_hash
from waypost.adr.model import Approval, Decisions
from waypost.adr.standings import find_standings
from waypost.catalog.model import Catalog
from waypost.core.errors import InputError, Severity
from waypost.core.markdownfile import parse_markdown

RIGHTS = """scopes:
  independent: {approvals: 0}
  team: {from: [group:board, group:platform], approvals: 1}
  executive: {from: [group:board], approvals: 2}
triggers: {new-path: team, new-vendor: executive}
"""
TODAY = build.NOON.date()


def hash_of(see: See, text: str, **more: str) -> str:
    """Return the hash of the decision *text*."""
    seen = see({"adr/0001-a.md": text, **more})
    return text_hash(seen.decisions.get(1), seen.decisions)


def approved(see: See, approvals: str = "", **keys: str) -> Seen:
    """Return a workspace whose decision has *approvals*, in which HASH is that of its text."""
    keys = {"decision_makers": "[Somebody]"} | keys
    files = {"adr/decision-rights.yaml": RIGHTS, "catalog/people.yaml": PEOPLE}
    hashed = hash_of(see, own(**keys), **files)
    text = own(**keys, approvals=f"[{approvals.replace('HASH', hashed)}]")
    return see({"adr/0001-a.md": text, **files})


def stands(seen: Seen, author: str = "") -> Standing:
    knowledge = seen.knowledge
    decision = seen.decisions.ordered[0]
    return standing(decision, knowledge[Decisions], knowledge[Catalog], today=TODAY, author=author)


@pytest.mark.parametrize(
    ("approvals", "state"),
    [
        ("{by: group:board, on: 2026-09-19, text: HASH}", "counts"),
        ("{by: user:ada, on: 2026-09-19, text: HASH}", "counts"),
        ("{by: group:board, on: 2026-09-19, text: " + "a" * 64 + "}", "lapsed"),
        ("{by: group:board, on: 2026-09-19, text: 3b1f}", "unbound"),
        ("{by: group:board, on: 2026-09-19}", "unbound"),
        ("{by: group:board, text: HASH}", "undated"),
        ("{by: group:board, on: 2026-11-03, text: HASH}", "future"),
        ("{by: group:board, on: 2026-08-31, text: HASH}", "early"),
        ("{by: group:nobody, on: 2026-09-19, text: HASH}", "unknown"),
    ],
)
def test_an_approval_counts_for_what_it_says(see: See, approvals: str, state: str) -> None:
    (judged,) = stands(approved(see, approvals)).approvals

    assert (judged.state, bool(judged.reason)) == (state, state != "counts")


def test_the_first_twelve_digits_of_a_hash_name_a_text(see: See) -> None:
    seen = approved(see)
    hashed = text_hash(seen.only, seen.decisions)

    for given_, state in ((hashed[:12], "counts"), (hashed[:11], "unbound"), (hashed[1:], "lapsed")):
        again = approved(see, f"{{by: group:board, on: 2026-09-19, text: '{given_}'}}")
        assert stands(again).approvals[0].state == state


@pytest.mark.parametrize(
    ("makers", "approver", "author", "state"),
    [
        pytest.param("[group:default/board]", "group:board", "", "counts", id="the board that decides"),
        pytest.param("[group:default/board]", "user:ada", "", "counts", id="a member of that group"),
        pytest.param("[user:default/ada]", "user:ada", "", "self", id="the person who decided"),
        pytest.param("[user:ada]", "user:ada", "", "self", id="the same, in short"),
        pytest.param("[Ada Example]", "user:ada", "", "self", id="the person by name"),
        pytest.param("[user:default/ada]", "group:board", "", "counts", id="the group of that person"),
        pytest.param("[user:ada, user:grace]", "group:board", "", "self", id="a group of nobody else"),
        pytest.param("[group:platform]", "user:ada", "user:default/ada", "self", id="who wrote it"),
    ],
)
def test_nobody_approves_their_own(see: See, makers: str, approver: str, *, author: str, state: str) -> None:
    seen = approved(see, f"{{by: {approver}, on: 2026-09-19, text: HASH}}", decision_makers=makers)

    assert stands(seen, author).approvals[0].state == state


def test_only_the_groups_of_the_scope_count(see: See) -> None:
    one = "{by: group:platform, on: 2026-09-19, text: HASH}"

    assert stands(approved(see, one)).state is StandingState.APPROVED
    now = stands(approved(see, one, scope="executive"))
    assert (now.approvals[0].state, now.missing) == (ApprovalState.OUTSIDE, 2)


def test_a_quorum_counts_each_approver_once(see: See) -> None:
    board = "{by: group:board, on: 2026-09-19, text: HASH}"
    now = stands(approved(see, f"{board}, {board}", scope="executive"))

    assert [judged.state for judged in now.approvals] == ["counts", "duplicate"]
    assert (now.counted, now.missing, now.state) == (1, 1, "missing")
    both = stands(approved(see, f"{board}, {{by: user:ada, on: 2026-09-20, text: HASH}}", scope="executive"))
    assert (both.counted, both.missing, both.state) == (2, 0, "approved")


def test_each_group_may_be_asked_for_its_own(see: See) -> None:
    rights = "scopes: {both: {from: [group:board, group:platform], each: 1}}\n"
    one = "{by: user:ada, on: 2026-09-19, text: HASH}"
    text = own(scope="both", decision_makers="[Somebody]")
    files = {"adr/decision-rights.yaml": rights, "catalog/people.yaml": PEOPLE}
    hashed = hash_of(see, text, **files)

    seen = see(
        {
            "adr/0001-a.md": own(
                scope="both", decision_makers="[Somebody]", approvals=f"[{one.replace('HASH', hashed)}]"
            ),
            **files,
        }
    )

    now = stands(seen)
    assert (now.needed, now.missing, now.missing_from) == (1, 1, ("group:default/platform",))


def test_the_widest_trigger_says_what_is_needed(see: See) -> None:
    now = stands(approved(see, scope="team", triggers="[new-path, new-vendor]"))

    assert (now.scope_name, now.trigger, now.needed) == ("executive", "new-vendor", 2)


def test_a_second_approval_of_the_changed_text_replaces_the_first(see: See) -> None:
    old = "{by: group:board, on: 2026-09-10, text: " + "a" * 64 + "}"
    now = stands(approved(see, f"{old}, {{by: group:board, on: 2026-09-19, text: HASH}}"))

    assert [judged.state for judged in now.approvals] == ["replaced", "counts"]
    assert now.state is StandingState.APPROVED


def test_before_the_rights_were_in_force_nothing_was_asked_for(see: See) -> None:
    seen = approved(see)
    late = see({"adr/decision-rights.yaml": f"since: 2026-09-20\n{RIGHTS}"})
    at_once = see({"adr/decision-rights.yaml": f"since: 2026-09-19\n{RIGHTS}"})

    assert [stands(each).state for each in (seen, late, at_once)] == ["missing", "not-asked", "missing"]
    assert late.rules == []


def test_an_accepted_decision_without_its_approvals_is_an_error(see: See) -> None:
    seen = approved(
        see, "{by: group:board, on: 2026-09-19, text: " + "a" * 64 + "}", decision_makers="[Somebody]"
    )

    told = [(p.line, p.rule, p.severity) for p in seen.problems]
    assert told == [
        (4, "adr/unapproved", Severity.ERROR),
        (10, "adr/approval", Severity.WARNING),
    ]
    assert "lapsed: text changed since 2026-09-19" in seen.problems[1].message
    assert "lacks 1 approval of group:default/board or group:default/platform" in seen.problems[0].message


def test_a_proposal_may_still_lack_its_approvals(see: See) -> None:
    assert approved(see, status="proposed", decided="", decision_makers="[Somebody]").problems == []


def test_who_committed_a_record_does_not_approve_it(see: See) -> None:
    seen = approved(see, "{by: user:ada, on: 2026-09-19, text: HASH}", decision_makers="[group:platform]")
    assert find_standings(seen.workspace, seen.knowledge, TODAY)["0001"].is_met

    build.commit(seen.workspace.root)

    now = find_standings(seen.workspace, seen.knowledge, TODAY)["0001"]
    assert [judged.state for judged in now.approvals] == ["self"]


BASE = own(triggers="[new-path]", affects="[component:edge]", supersedes="[2]")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(own(), id="keys that carry the decision"),
        pytest.param(BASE.replace("Two gateways", "Three gateways"), id="a word of the body"),
        pytest.param(BASE.replace("Use one gateway", "Use two gateways"), id="the title"),
        pytest.param(BASE.replace("We decided for one", "We decided for a"), id="the summary"),
        pytest.param(BASE.replace("scope: team", "scope: executive"), id="the scope"),
        pytest.param(BASE.replace("[2]", "[3]"), id="what it supersedes"),
        pytest.param(BASE.replace("component:edge", "group:board"), id="what it affects"),
        pytest.param(BASE + "    code\n", id="a line of code"),
    ],
)
def test_what_carries_the_decision_changes_its_hash(see: See, text: str) -> None:
    others = {"adr/0002-b.md": own(uid="bbbbbb"), "adr/0003-c.md": own(uid="cccccc")}

    assert hash_of(see, text, **others) != hash_of(see, BASE, **others)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(BASE.replace("\n", "\r\n"), id="line ends"),
        pytest.param(BASE.replace("too many.", "too many.  \n\n\n"), id="spaces and lines at the end"),
        pytest.param(BASE.replace("status: accepted", "status: proposed"), id="the status"),
        pytest.param(BASE.replace("2026-09-19", "2026-09-20"), id="the days"),
        pytest.param(BASE.replace("title: Use", "implementation: done\ntitle: Use"), id="the implementation"),
        pytest.param(BASE.replace("[2]", "[b]"), id="another name of the same decision"),
        pytest.param(BASE.replace("We decided for", ">-\n  We decided\n  for"), id="how YAML is written"),
    ],
)
def test_what_does_not_carry_the_decision_changes_no_hash(see: See, text: str) -> None:
    others = {"adr/0002-b.md": own(uid="bbbbbb")}

    assert hash_of(see, text, **others) == hash_of(see, BASE, **others)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 1 << 30), words=st.lists(st.sampled_from(("one", "two", "no", "all")), max_size=3))
def test_an_approval_holds_exactly_as_long_as_the_text_does(seed: int, words: list[str]) -> None:
    said = " ".join(words)
    keys = {"status": "proposed", "tags": "[a, b]", "triggers": "[x, y]", "implementation": "done"}
    chance = random.Random(seed)  # noqa: S311 - no secret
    approved_text = shuffled(own(**keys) + "One more.\n", chance)
    now = shuffled(own(**keys) + f"One {said or 'more'}.\n", chance)

    is_same = hash_without_workspace(approved_text) == hash_without_workspace(now)

    assert is_same == (said in ("", "more"))


def shuffled(text: str, chance: random.Random) -> str:
    """Return the same decision written otherwise: other order, other YAML, other days and line ends."""
    _, front, body = text.split("---\n", 2)
    lines = front.splitlines()
    chance.shuffle(lines)
    if chance.random() < 0.5:
        lines = [line.replace("[x, y]", "[y, x]") for line in lines]
    lines = [
        line.replace("status: proposed", f"status: {chance.choice(['draft', 'accepted'])}") for line in lines
    ]
    spaces = " " * chance.randrange(3)
    ending = chance.choice(["\n", "\r\n"])
    written = "\n".join(("---", *lines, "---", body.replace(".\n", f".{spaces}\n")))
    return written.replace("\n", ending)


def hash_without_workspace(text: str) -> str:
    """Return the hash of the decision *text* that stands alone."""
    from waypost.adr.build import apply_front_matter, build_folder  # noqa: PLC0415
    from waypost.adr.recognise import read_record  # noqa: PLC0415
    from waypost.adr.schemas import FrontMatterSchema  # noqa: PLC0415

    record = read_record(parse_markdown("adr/0001-a.md", text))
    (decision,) = build_folder([record], [])
    whole = apply_front_matter(decision, record, FrontMatterSchema().load(record.file.front_matter))
    return text_hash(whole, Decisions((whole,)))


APPROVAL = Approval("group:default/board", date(2026, 9, 19), "ab" * 32)
ITEM = f"{{by: group:default/board, on: 2026-09-19, text: {'ab' * 32}}}"


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", f"approvals:\n  - {ITEM}\n"),
        ("approvals: []\n", f"approvals:\n  - {ITEM}\n"),
        ("approvals: [] # none yet\n", f"approvals: # none yet\n  - {ITEM}\n"),
        ("approvals: ~\n", f"approvals:\n  - {ITEM}\n"),
        ("approvals: [{by: group:x}]\n", f"approvals: [{{by: group:x}}, {ITEM}]\n"),
        ("approvals: [{by: group:x}] # c\n", f"approvals: [{{by: group:x}}, {ITEM}] # c\n"),
        ("approvals: [{by: group:x},]\n", f"approvals: [{{by: group:x}}, {ITEM}]\n"),
        (
            "approvals:\n  - {by: group:x} # first\n  # more\n",
            f"approvals:\n  - {{by: group:x}} # first\n  - {ITEM}\n  # more\n",
        ),
        (
            "approvals:\n- by: group:x\n  text: >-\n    abc\n\n",
            f"approvals:\n- by: group:x\n  text: >-\n    abc\n- {ITEM}\n\n",
        ),
        (
            "approvals: [\n  {by: group:x} # b\n]\n",
            f"approvals: [\n  {{by: group:x}}, # b\n  {ITEM}\n]\n",
        ),
    ],
)
def test_an_approval_is_written_in_place_and_nothing_else_changes(old: str, new: str, ending: str) -> None:
    text = "---\nuid: abcdef # it stays\ndecided: 2026-09-19\n{}tags: [a]\n---\n\nText.  \n"

    done = with_approval("a.md", text.format(old).replace("\n", ending), APPROVAL)

    assert done == text.format(new).replace("\n", ending)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("# Title\n", "has no front matter"),
        ("---\nuid: abcdef\napprovals: [{by: group:x}\n---\n", "no YAML that can be edited; write by hand"),
        ("---\nuid: abcdef\napprovals: *a\n---\n", "no YAML that can be edited; write by hand"),
        ("---\nuid: abcdef\n? approvals\n---\n", "cannot be edited; write by hand"),
        ("---\nuid: abcdef\napprovals: nobody yet\n---\n", "cannot be edited; write by hand"),
    ],
)
def test_what_cannot_be_edited_is_told_and_left_alone(text: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        with_approval("a.md", text, APPROVAL)


def test_what_is_no_longer_in_force_needs_nothing_more(see: See) -> None:
    lapsed = "{by: group:board, on: 2026-09-19, text: " + "a" * 64 + "}"
    late = {"adr/decision-rights.yaml": f"since: 2027-01-01\n{RIGHTS}"}

    for keys, more in (({"status": "deprecated"}, {}), ({}, late)):
        approved(see, lapsed, **keys)
        assert see(more).rules == []


def test_a_duplicate_is_wrong_even_where_no_approval_is_needed(see: See) -> None:
    board = "{by: group:board, on: 2026-09-19, text: HASH}"

    seen = approved(see, f"{board}, {board}", scope="independent")

    assert [(p.rule, p.severity) for p in seen.problems] == [("adr/approval", Severity.ERROR)]


def test_a_command_approves_and_says_what_is_missing(see: See) -> None:
    seen = approved(see, scope="executive", status="proposed", decided="")
    path = seen.workspace.root / "adr/0001-a.md"
    before = path.read_text()

    done = build.run_waypost(
        "adr", "approve", "1", "--by", "board", "--on", "2026-10-01", cwd=seen.workspace.root
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "approved by group:default/board on 2026-10-01" in done.stdout
    assert "lacks 1 approval of group:default/board: scope 'executive' takes 2, and 1 counts" in done.stdout
    assert path.read_text() != before
    assert stands(see({})).counted == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["1", "--by", "group:platform"], "scope 'executive' does not ask group:default/platform"),
        (["1", "--by", "group:nobody"], "group:default/nobody is not in the catalog"),
        (["1", "--by", "board", "--on", "soon"], "--on: must be a day"),
        (["1", "--by", "board", "--on", "2026-01-01"], "before the proposal"),
        (["9", "--by", "board"], "no decision is named '9'"),
        (["2", "--by", "board"], "only what is proposed or accepted is approved"),
        (["3", "--by", "board"], "approvals are kept in Waypost's own format"),
    ],
)
def test_an_approval_that_would_not_count_is_refused(see: See, arguments: list[str], told: str) -> None:
    seen = approved(see, scope="executive", status="proposed", decided="")
    more = {"adr/0002-b.md": own(uid="bbbbbb", status="draft"), "adr/0003-c.md": "# C\n\nStatus: proposed\n"}
    build.write_files(seen.workspace.root, more)
    before = (seen.workspace.root / "adr/0001-a.md").read_bytes()

    done = build.run_waypost("adr", "approve", *arguments, cwd=seen.workspace.root)

    assert done.returncode != 0
    assert told in done.stderr
    assert (seen.workspace.root / "adr/0001-a.md").read_bytes() == before


def test_the_standing_of_what_waits_is_told(see: See) -> None:
    seen = approved(see, scope="executive", status="proposed", decided="")

    done = build.run_waypost("adr", "standing", cwd=seen.workspace.root)

    assert done.stdout.splitlines() == [
        "0001 Use one gateway (adr/0001-a.md): proposed",
        "  scope executive",
        "  It lacks 2 approvals of group:default/board: scope 'executive' takes 2, and 0 count.",
    ]
