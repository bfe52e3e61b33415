from __future__ import annotations

from datetime import timedelta

import pytest

from adr import records
from adr.conftest import See, own
from waypost.core.errors import Severity

RIGHTS = """scopes: {independent: {approvals: 0}, team: {from: [group:board]}}
triggers: {new-path: team, detail: independent}
"""


def test_a_sound_decision_has_no_problem(see: See) -> None:
    assert see({"adr/0001-a.md": own(affects="[component:edge]")}).problems == []


@pytest.mark.parametrize(
    ("text", "line", "rule", "message"),
    [
        (own(uid=""), 2, "adr/missing-key", "uid: Missing data for required field."),
        (own(status="approved"), 4, "adr/front-matter", "status: Must be one of"),
        (own(revue_by="2027-01-01"), 10, "adr/unknown-key", "revue-by: Unknown field."),
        (own(decided="soon"), 8, "adr/front-matter", "decided: Must be a day, like 2026-11-02."),
        (own(decided=""), 4, "adr/missing-key", "is accepted and has no decided"),
        (own(decided="2026-08-01"), 8, "adr/date-order", "before it was proposed"),
        (own(review_by="2026-09-01"), 10, "adr/date-order", "not after it was decided"),
        (own(affects="[component:nowhere]"), 10, "adr/unknown-entity", "component:default/nowhere"),
        (own(decision_makers="[group:default/nobody]"), 9, "adr/unknown-group", "group:default/nobody"),
        (own(supersedes="[0099]"), 10, "adr/unknown-decision", "supersedes '99'"),
        (own(supersedes="[0001]"), 10, "adr/contradiction", "supersedes itself"),
        (own(supersedes="[{}]"), 10, "adr/front-matter", "Must be the number of a decision"),
        (own(status="superseded"), 4, "adr/contradiction", "no decision says"),
        (own() + "See [[adr:0099]].\n", 15, "adr/broken-link", "decision '0099'"),
        (own() + "See [[component:nowhere]].\n", 15, "adr/broken-link", "component:nowhere"),
        (own() + "See [it](0099-x.md).\n", 15, "adr/broken-link", "0099-x.md"),
        (own() + "See [it](#nowhere).\n", 15, "adr/broken-link", "the heading 'nowhere'"),
    ],
)
def test_a_fault_is_told_with_its_line(see: See, text: str, *, line: int, rule: str, message: str) -> None:
    (problem,) = see({"adr/0001-a.md": text}).problems

    assert (problem.path, problem.line, problem.rule) == ("adr/0001-a.md", line, rule)
    assert message in problem.message
    assert (problem.severity, bool(problem.fix)) == (Severity.ERROR, True)


@pytest.mark.parametrize(("status", "count"), [("draft", 0), ("proposed", 1), ("accepted", 1)])
def test_a_template_may_be_left_in_a_draft_only(see: See, status: str, count: int) -> None:
    text = own(status=status, summary="In the context of <the situation>, we decided.")

    found = see({"adr/0001-a.md": text}).problems

    told = [p for p in found if p.rule == "adr/missing-key"]
    assert [(p.severity, "<the situation>" in p.message) for p in told] == [(Severity.WARNING, True)] * count


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("# A\n", "adr/missing-status"),
        ("# A\n\nStatus: Ongoing.\n", "adr/unknown-status"),
        ("## Status\n\nAccepted\n", "adr/missing-title"),
        ("# ADR 9: A\n\nStatus: accepted\n", "adr/number-mismatch"),
        ("# A\n\nStatus: accepted\nDate: 03/04/2024\n", "adr/unread-date"),
        ("# A\n\nStatus: superseded by ADR-99\n", "adr/unknown-decision"),
        ("# A\n\nStatus: accepted\n\n[x](gone.md)\n", "adr/broken-link"),
    ],
)
def test_in_other_formats_what_cannot_be_read_is_a_warning(see: See, text: str, rule: str) -> None:
    (problem,) = see({"adr/0001-a.md": text}).problems

    assert (problem.rule, problem.severity) == (rule, Severity.WARNING)


def test_two_decisions_cannot_replace_each_other(see: See) -> None:
    seen = see(
        {
            "adr/0001-a.md": own(supersedes="[2]"),
            "adr/0002-b.md": own(uid="b1b2c3d4", supersedes="[1]"),
        }
    )

    assert seen.rules == ["adr/contradiction", "adr/contradiction"]


def test_a_number_belongs_to_one_decision_of_a_folder(see: See) -> None:
    seen = see({f"adr/{name}.md": records.BOLD for name in ("0007-a", "0007-b", "sub/0007-c")})

    assert [(p.path, p.line, p.rule) for p in seen.problems] == [("adr/0007-b.md", 1, "adr/duplicate-number")]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("\n# A\n", 2, id="the title"),
        pytest.param("---\ntitle: A\n---\n", 2, id="the title in front matter"),
        pytest.param("---\ntags: []\n---\n## Decision\n", 1, id="no title: the first line"),
    ],
)
def test_what_is_missing_is_told_where_the_title_is(see: See, text: str, line: int) -> None:
    problems = see({"adr/0001-a.md": text}).problems

    assert {problem.line for problem in problems} == {line}
    assert "adr/missing-status" in {problem.rule for problem in problems}


def test_a_wrong_key_hides_nothing_of_the_others(see: See) -> None:
    seen = see({"adr/0001-a.md": own(status="bogus", approvals="[{by: group:board}]")})

    assert [(p.line, p.rule) for p in seen.problems] == [(4, "adr/front-matter")]
    assert [approval.by for approval in seen.only.approvals] == ["group:default/board"]


def test_a_wrong_trigger_hides_no_scope(see: See) -> None:
    seen = see({"adr/decision-rights.yaml": "scopes: {team: {}}\ntriggers: {fire: 3}\n"})

    assert [(p.line, p.message) for p in seen.problems] == [(2, "triggers.fire: Invalid input type.")]
    assert [scope.name for scope in seen.decisions.rights.scopes] == ["team"]


def test_a_draft_needs_no_number_and_little_else(see: See) -> None:
    draft = own(status="draft", summary="", scope="", proposed="", decided="", decision_makers="")

    assert see({"adr/draft-a.md": draft}).problems == []


def test_a_uid_belongs_to_one_decision(see: See) -> None:
    seen = see({"adr/0001-a.md": own(), "adr/0002-b.md": own()})

    assert [(p.path, p.line, p.rule) for p in seen.problems] == [("adr/0002-b.md", 2, "adr/duplicate-uid")]


def test_pages_may_only_link_to_decisions_that_exist(see: See) -> None:
    seen = see({"site/a.md": "# A\n\n[[adr:0001]] and [[adr:0002]]\n", "adr/0001-a.md": own()})

    assert [(p.path, p.line) for p in seen.problems] == [("site/a.md", 3)]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"scope": "galactic"}, "its scope 'galactic' is not in"),
        ({"triggers": "[unheard-of]"}, "its trigger 'unheard-of' is not in"),
        ({"scope": "independent", "triggers": "[new-path]"}, "demands scope 'team'"),
    ],
)
def test_a_scope_must_be_as_wide_as_its_triggers_demand(see: See, keys: dict[str, str], message: str) -> None:
    seen = see({"adr/decision-rights.yaml": RIGHTS, "adr/0001-a.md": own(**keys)})

    assert [(p.rule, message in p.message) for p in seen.problems] == [("adr/scope", True)]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("scopes: {team: {from: [group:nobody], approvals: 1}}\n", 1, "group:default/nobody"),
        ("scopes:\n  team: {approvals: 1}\n", 2, "from nobody"),
        ("scopes: {team: {}}\ntriggers:\n  x: galactic\n", 3, "demands scope 'galactic'"),
        ("scopes:\n  team: {approvals: many}\n", 2, "scopes.team.approvals: Not a valid integer."),
        ("triggers: {}\n", 1, "scopes: Missing data"),
        ("scopes: [\n", 2, "cannot begin a value"),
        ("- scopes\n", 1, "is not a mapping"),
    ],
)
def test_decision_rights_are_checked(see: See, text: str, line: int, message: str) -> None:
    (problem,) = see({"adr/decision-rights.yaml": text}).problems

    assert (problem.path, problem.line) == ("adr/decision-rights.yaml", line)
    assert message in problem.message


def test_a_rejected_decision_replaces_nothing(see: See) -> None:
    files = {
        "adr/0001-a.md": own(),
        "adr/0002-b.md": own(uid="b1b2c3d4", status="rejected", supersedes="[1]"),
    }

    assert [(p.path, p.rule) for p in see(files).problems] == [("adr/0002-b.md", "adr/contradiction")]


def test_an_anchor_of_another_decision_is_looked_up(see: See) -> None:
    links = "[a](0002-b.md#context-and-problem-statement) [b](0002-b.md#gone) [c](../catalog/all.yaml#x)\n"
    files = {"adr/0001-a.md": own() + links, "adr/0002-b.md": own(uid="b1b2c3d4")}

    assert ["'gone'" in problem.message for problem in see(files).problems] == [True]


def test_a_scope_may_be_wider_than_demanded(see: See) -> None:
    files = {"adr/decision-rights.yaml": RIGHTS, "adr/0001-a.md": own(scope="team", triggers="[detail]")}

    assert see(files).problems == []


def test_a_trigger_may_have_a_window_for_the_record(see: See) -> None:
    rights = "scopes: {solo: {}}\ntriggers: {fire: {scope: solo, retrospective: P5D}}\n"
    seen = see({"adr/decision-rights.yaml": rights})

    assert seen.problems == []
    assert seen.decisions.rights.triggers["fire"].retrospective == timedelta(days=5)
