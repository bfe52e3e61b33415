from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from adr.changes import PEOPLE
from adr.conftest import See
from waypost.adr.rights import Condition, Rights, Scope, Trigger
from waypost.core.errors import Severity
from waypost.core.workspace import Workspace

FILE = "adr/decision-rights.yaml"
OURS = Path(__file__).parents[2]
STARTER = OURS / "backend/waypost/cli/starter"


def test_rights_say_who_what_why_and_since_when(see: See) -> None:
    text = """since: 2026-10-01
scopes:
  solo: {description: Alone.}
  team: {from: [group:board], approvals: 2, each: 1}
triggers:
  detail: solo
  wide:
    scope: team
    description: Felt by
      many.
    when:
      - {pages: [golden-path], changes: [removed]}
      - {entities: [Component], keys: [spec.system], owners: 2}
"""
    rights = see({FILE: text}).decisions.rights

    assert rights.since == date(2026, 10, 1)
    team = Scope("team", 2, ("group:default/board",), 1)
    assert rights.scopes == (Scope("solo", description="Alone."), team)
    assert rights.triggers["detail"] == Trigger("detail", "solo")
    assert rights.triggers["wide"].description == "Felt by many."
    assert rights.triggers["wide"].when == (
        Condition(pages=("golden-path",), changes=("removed",)),
        Condition(entities=("Component",), keys=("spec.system",), owners=2),
    )


@pytest.mark.parametrize(
    ("trigger", "line", "message"),
    [
        ("{scope: solo, when: [{changes: [removed]}]}", 2, "paths, pages or entities"),
        ("{scope: solo, when: [{paths: [a], changes: [lost]}]}", 2, "Must be one of: added"),
        ("{scope: solo, when: [{paths: [a], colour: red}]}", 2, "Unknown field"),
        ("{scope: solo, when: [{pages: [policy], to: [x]}]}", 2, "the keys that become"),
        ("{scope: solo, when: [{pages: [golden-road]}]}", 2, "pages of kind 'golden-road', which is none"),
        ("{scope: solo, when: [{entities: [API], owners: 1}]}", 2, "greater than or equal to 2"),
    ],
)
def test_what_implies_a_trigger_is_checked(see: See, trigger: str, line: int, message: str) -> None:
    (problem,) = see({FILE: f"scopes: {{solo: {{}}}}\ntriggers: {{x: {trigger}}}\n"}).problems

    assert (problem.path, problem.line, problem.rule) == (FILE, line, "adr/rights")
    assert message in problem.message


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        ("{from: [group:board], approvals: 2}", "only 1 can be given"),
        ("{from: [group:board, group:platform], approvals: 2}", ""),
    ],
)
def test_a_quorum_that_nobody_can_reach_is_told(see: See, scope: str, told: str) -> None:
    text = f"scopes: {{team: {scope}}}\n"

    problems = see({FILE: text}).problems

    assert [(p.severity, told in p.message) for p in problems] == ([(Severity.WARNING, True)] if told else [])
    assert see({FILE: text, "catalog/people.yaml": PEOPLE}).problems == []


def test_the_widest_scope_counts_and_the_trigger_that_asks_for_it() -> None:
    scopes = (Scope("solo"), Scope("team"), Scope("all"))
    triggers = {name: Trigger(name, scope) for name, scope in (("a", "solo"), ("b", "team"), ("c", "team"))}
    rights = Rights(scopes, triggers)

    assert rights.widest("solo", ["a", "b", "c"]) == (scopes[1], "b")
    assert rights.widest("all", ["b"]) == (scopes[2], "")
    assert rights.widest("", ["unknown"]) == (None, "")


def test_the_time_for_a_record_is_the_longest_of_the_triggers() -> None:
    fire = Trigger("fire", "solo", timedelta(days=5))
    rights = Rights((Scope("solo"), Scope("team")), {"fire": fire, "wide": Trigger("wide", "team")})

    assert rights.retrospective("solo", ["fire"]) == timedelta(days=5)
    assert rights.retrospective("team", ["fire"]) is None
    assert rights.retrospective("solo", ["fire", "wide"]) is None


@pytest.mark.parametrize("root", [OURS, STARTER], ids=["ours", "the starter's"])
def test_the_files_that_come_with_it_hold_the_usual_division(root: Path) -> None:
    from waypost.adr.load import load_decisions  # noqa: PLC0415
    from waypost.core.plugin import Knowledge  # noqa: PLC0415
    from waypost.core.settings import Settings  # noqa: PLC0415

    knowledge = Knowledge()
    knowledge.put(Settings({}))
    rights = load_decisions(Workspace(root), knowledge).value.rights

    assert [scope.name for scope in rights.scopes] == ["independent", "team", "executive"]
    by_scope = {
        "independent": {
            "pattern-within-strategy",
            "component-internals",
            "incident-mitigation",
            "decision-format",
        },
        "team": {
            "golden-path-breaking-change",
            "slo-definition",
            "on-call-change",
            "product-team-requirement",
        },
        "executive": {
            "strategic-pivot",
            "new-vendor",
            "large-spend",
            "release-blocking-enforcement",
            "headcount",
        },
    }
    for scope, names in by_scope.items():
        assert names <= {trigger.name for trigger in rights.triggers.values() if trigger.scope == scope}
    assert all(trigger.description for trigger in rights.triggers.values())
    assert all(scope.description for scope in rights.scopes)
