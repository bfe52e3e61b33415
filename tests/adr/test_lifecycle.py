from __future__ import annotations

from datetime import timedelta

import pytest

import build
from adr.changes import changed
from adr.conftest import See, look, own
from waypost.adr.approving import text_hash
from waypost.adr.lifecycle import may_become
from waypost.adr.model import State
from waypost.core.errors import Severity
from waypost.core.plugin import Before

RIGHTS = """scopes: {solo: {}, team: {from: [group:board], approvals: 1}}
triggers: {fire: {scope: solo, retrospective: P5D}, wide: team}
"""
A, B, C = "adr/0001-a.md", "adr/0002-b.md", "adr/0003-c.md"


@pytest.mark.parametrize(
    ("was", "now", "may"),
    [
        ("draft", "accepted", True),
        ("proposed", "draft", True),
        ("proposed", "rejected", True),
        ("accepted", "superseded", True),
        ("deprecated", "superseded", True),
        ("accepted", "draft", False),
        ("accepted", "rejected", False),
        ("rejected", "accepted", False),
        ("rejected", "proposed", False),
        ("deprecated", "accepted", False),
        ("superseded", "accepted", False),
    ],
)
def test_what_may_follow_what(was: str, now: str, *, may: bool) -> None:
    assert may_become(State(was), State(now)) is may
    assert may_become(State(was), State(was))


@pytest.mark.parametrize(
    ("old", "new", "rule", "line", "message", "fix"),
    [
        (
            own(status="rejected"),
            own(),
            "adr/transition",
            4,
            "was rejected, and is accepted",
            "write a new decision",
        ),
        (own(), own(status="draft"), "adr/transition", 4, "was accepted, and is draft", "say deprecated"),
        (
            own(),
            own(uid="other123"),
            "adr/uid-changed",
            2,
            "was 'a1b2c3d4', and is 'other123'",
            "uid: a1b2c3d4",
        ),
        (own(), None, "adr/deleted", 1, "'Use one gateway', accepted, is gone", "Put it back"),
        (own(status="proposed"), None, "adr/deleted", 1, "proposed, is gone", "Put it back"),
    ],
)
def test_a_change_may_not_undo_what_was_recorded(
    see: See, old: str, new: str | None, *, rule: str, line: int, message: str, fix: str
) -> None:
    (problem,) = changed(see, {A: old}, {A: new}).problems

    assert (problem.path, problem.line, problem.rule, problem.severity) == (A, line, rule, Severity.ERROR)
    assert message in problem.message
    assert fix in problem.fix


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param({A: own(status="draft")}, {A: None}, id="a draft is withdrawn"),
        pytest.param({A: own(status="proposed")}, {A: own()}, id="a proposal is accepted"),
        pytest.param(
            {"adr/draft-a.md": own()}, {"adr/draft-a.md": None, A: own()}, id="a draft gets its number"
        ),
        pytest.param({A: own()}, {A: own(implementation="done")}, id="work is done"),
        pytest.param({A: own()}, {A: own(review_by="2027-09-19")}, id="it gets a review day"),
        pytest.param({A: own()}, {A: own() + "\n## More Information\n\nMore.\n"}, id="more information"),
    ],
)
def test_what_may_be_changed_is_no_problem(see: See, old: dict[str, str], new: dict[str, str | None]) -> None:
    assert changed(see, old, new).problems == []


OUTCOME = "\n## Decision Outcome\n\nWe choose [one](x.md), as ADR-0002 says.\n\n### Consequences\n\nNone.\n"


@pytest.mark.parametrize(
    ("new", "named"),
    [
        (own() + OUTCOME.replace("choose", "do not choose"), "'Decision Outcome'"),
        (own(title="Use two gateways") + OUTCOME, "'title'"),
        (own(summary="No.") + OUTCOME, "'summary'"),
        (own(supersedes="[2]") + OUTCOME, "'supersedes'"),
        (own() + OUTCOME.replace("We choose [one](x.md)", "**We** choose [one](y.md)"), ""),
        (own() + OUTCOME.replace("None.", "It costs a week."), ""),
    ],
)
def test_what_an_accepted_decision_decides_is_not_rewritten(see: See, new: str, named: str) -> None:
    others = {
        B: own(uid="bbbbbb", proposed="2026-08-01", decided="2026-08-02"),
        "adr/x.md": "x",
        "adr/y.md": "y",
    }
    told = [
        p
        for p in changed(see, {A: own() + OUTCOME, **others}, {A: new}).problems
        if p.rule == "adr/rewritten"
    ]

    assert [p.severity for p in told] == ([Severity.WARNING] if named else [])
    assert all(named in p.message and "supersedes it" in p.fix for p in told)


def test_history_tells_what_no_comparison_is_asked_for(see: See) -> None:
    root = see({A: own(status="rejected")}).workspace.root
    build.commit(root)
    build.write_files(root, {A: own()})
    build.commit(root, at=build.NOON + timedelta(days=1))

    (problem,) = look(see({}).workspace).problems

    assert (problem.rule, problem.line, problem.severity) == ("adr/transition", 4, Severity.WARNING)
    assert "was rejected on 2026-11-02 (commit " in problem.message


def test_history_follows_a_draft_to_its_number(see: See) -> None:
    root = see({"adr/draft-a.md": own(status="rejected")}).workspace.root
    build.commit(root)
    (root / "adr/draft-a.md").rename(root / A)
    build.commit(root)
    build.write_files(root, {A: own(status="proposed")})

    assert look(see({}).workspace).rules == ["adr/transition"]


@pytest.mark.parametrize(
    ("keys", "rules"),
    [
        ({"status": "draft", "implementation": "in-progress"}, ["adr/implementation"]),
        ({"status": "proposed", "implementation": "done"}, ["adr/implementation"]),
        ({"status": "rejected", "implementation": "done"}, ["adr/implementation"]),
        ({"status": "proposed", "implementation": "not-started"}, []),
        ({"status": "proposed", "implementation": "done", "scope": "solo", "triggers": "[fire]"}, []),
        ({"implementation": "in-progress"}, []),
        ({"implementation": "not-started"}, []),
        ({"implementation": "not-started", "proposed": "2026-01-01", "decided": "2026-08-04"}, ["adr/idle"]),
    ],
)
def test_nothing_is_begun_before_it_is_decided_and_what_is_decided_is_begun(
    see: See, keys: dict[str, str], rules: list[str]
) -> None:
    files = {A: own(**{"scope": "solo"} | keys), "adr/decision-rights.yaml": RIGHTS}

    assert see(files).rules == rules


@pytest.mark.parametrize(
    ("proposed", "triggers", "scope", "told"),
    [
        pytest.param("2026-09-24", "[fire]", "solo", "", id="within five days"),
        pytest.param("2026-09-25", "[fire]", "solo", "6 days later, on 2026-09-25", id="too late"),
        pytest.param("2026-09-20", "[]", "solo", "before it was proposed", id="without such a trigger"),
        pytest.param("2026-09-20", "[fire, wide]", "team", "before it was proposed", id="beside a wider one"),
    ],
)
def test_an_incident_is_mended_first_and_recorded_in_time(
    see: See, proposed: str, triggers: str, *, scope: str, told: str
) -> None:
    rights = RIGHTS.replace("approvals: 1", "approvals: 0")
    files = {A: own(proposed=proposed, triggers=triggers, scope=scope), "adr/decision-rights.yaml": rights}

    found = [problem for problem in see(files).problems if problem.rule == "adr/date-order"]

    assert [told in problem.message for problem in found] == ([True] if told else [])


def test_three_cannot_supersede_each_other_in_a_circle(see: See) -> None:
    files = {
        A: own(supersedes="[2]"),
        B: own(uid="bbbbbb", supersedes="[3]"),
        C: own(uid="cccccc", supersedes="[1]"),
    }

    circle = [p for p in see(files).problems if "circle" in p.message]

    assert [(p.path, p.rule) for p in circle] == [(A, "adr/contradiction")]
    assert "0001 → 0002 → 0003 → 0001" in circle[0].message


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"status": "draft"}, "which is draft: it never held"),
        ({"status": "rejected"}, "which is rejected: it never held"),
        ({"decided": "2026-09-20"}, "which is newer"),
        ({"decided": "2026-09-10"}, ""),
    ],
)
def test_only_what_held_before_can_be_superseded(see: See, other: dict[str, str], told: str) -> None:
    seen = see({A: own(supersedes="[2]"), B: own(uid="bbbbbb", **other)})

    found = [problem for problem in seen.problems if problem.rule == "adr/contradiction"]

    assert [(p.path, p.line, told in p.message) for p in found] == ([(A, 10, True)] if told else [])


@pytest.mark.parametrize(
    ("status", "state"), [("draft", "accepted"), ("proposed", "accepted"), ("accepted", "superseded")]
)
def test_what_is_not_decided_has_not_taken_anothers_place(see: See, status: str, state: str) -> None:
    first, second = see({A: own(), B: own(uid="bbbbbb", status=status, supersedes="[1]")}).decisions.ordered

    assert (first.state, second.supersedes) == (state, ("0001",))
    assert (first.superseded_by or first.pending_successors) == ("0002",)


@pytest.mark.parametrize(("path", "told"), [(A, ["adr/contradiction"]), ("adr/draft-a.md", [])])
def test_what_is_not_decided_yet_is_as_new_as_its_number(see: See, path: str, told: list[str]) -> None:
    proposal = own(status="proposed", decided="", supersedes="[2]")

    assert see({path: proposal, B: own(uid="bbbbbb")}).rules == told


def test_in_other_formats_what_may_not_follow_is_a_warning(see: See) -> None:
    rejected, accepted = (
        f"# A\n\nStatus: {status}\n\nDate: 2026-09-19\n" for status in ("rejected", "accepted")
    )

    problems = changed(see, {A: rejected, B: accepted}, {A: accepted, B: None}).problems

    assert [(p.path, p.rule, p.severity) for p in problems] == [
        (A, "adr/transition", Severity.WARNING),
        (B, "adr/deleted", Severity.WARNING),
    ]


def test_an_accepted_text_that_is_approved_anew_is_not_called_rewritten(see: See) -> None:
    keys = {"decision_makers": "[Somebody]", "proposed": "2026-09-01"}
    files = {A: own(**keys), "adr/decision-rights.yaml": RIGHTS}
    new = own(**keys, summary="We decided for two.")
    rewritten = changed(see, files, {A: new})
    assert set(rewritten.rules) == {"adr/rewritten", "adr/unapproved"}

    hashed = text_hash(rewritten.only, rewritten.decisions)
    approved = own(
        **keys,
        summary="We decided for two.",
        approvals=f"[{{by: group:board, on: 2026-10-01, text: {hashed}}}]",
    )

    build.write_files(rewritten.workspace.root, {A: approved})
    again = look(rewritten.workspace)
    again.knowledge.put(rewritten.knowledge[Before])
    assert again.rules == []
