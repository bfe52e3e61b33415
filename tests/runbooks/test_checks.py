from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

import build
from runbooks.conftest import PAGE, See, exercise, page, rule_file, shell
from waypost.core.errors import Severity

VARIABLE = "{NODE: {description: A node., example: n1, pattern: '^n[0-9]$'}}"
ORPHAN = "site/runbooks/exercises/2026-01-01-x.yaml"


def test_a_sound_runbook_has_no_problem(see: See) -> None:
    body = shell('kubectl drain "$NODE"', 'effect=destructive undo="kubectl uncordon \\"$NODE\\""')
    seen = see({PAGE: page(body, variables=VARIABLE), "site/alerts.yaml": rule_file(("EdgeDown", "page"))})

    assert seen.problems == []


@pytest.mark.parametrize(
    ("text", "line", "rule", "message"),
    [
        (page(escalation=""), 2, "runbooks/escalation", "does not say whom to call"),
        (
            page(escalation="[{after: PT1H, to: group:nobody}]"),
            9,
            "runbooks/escalation",
            "group:default/nobody",
        ),
        (page(escalation="[{after: PT1H, to: component:edge}]"), 9, "runbooks/escalation", "no group"),
        (page(alerts=""), 2, "runbooks/alerts", "names no alert"),
        (page(shell('ping "$HOST"')), 16, "runbooks/variable", "uses $HOST"),
        (page(shell("ls", 'effect=change undo="x $HOST"')), 16, "runbooks/variable", "uses $HOST"),
        (page(shell("ls -l\nping <host name>")), 18, "runbooks/placeholder", "<host name>"),
        (page("```sh\nls\n```\n"), 16, "runbooks/effect", "does not say"),
        (page(shell("ls", "effect=harmless")), 16, "runbooks/effect", "'harmless' is not known"),
        (page(shell("rm x", "effect=destructive")), 16, "runbooks/undo", "destructive"),
    ],
)
def test_a_fault_is_told_with_its_line(see: See, text: str, *, line: int, rule: str, message: str) -> None:
    (problem,) = see({PAGE: text}).problems

    assert (problem.path, problem.line, problem.rule) == (PAGE, line, rule)
    assert message in problem.message
    assert (problem.severity, bool(problem.fix)) == (Severity.ERROR, True)


@pytest.mark.parametrize(
    ("variable", "message"),
    [
        ("{description: A node., example: m1, pattern: '^n'}", "the example 'm1' of NODE does not fit"),
        (
            "{description: A node., example: n1; id, pattern: 'n[0-9]'}",
            "the example 'n1; id' of NODE does not fit",
        ),
        ("{description: A node., pattern: '['}", "is no regular expression"),
        (
            "{description: A node., example: " + "a" * 60 + "!, pattern: '^(a|aa)+$'}",
            "the pattern of NODE takes more than 0.5 s",
        ),
    ],
)
def test_a_variable_fits_its_own_pattern(see: See, variable: str, message: str) -> None:
    (problem,) = see({PAGE: page(shell('ping "$NODE"'), variables=f"{{NODE: {variable}}}")}).problems

    assert (problem.line, message in problem.message) == (10, True)


def test_a_variable_that_nothing_uses_is_a_warning(see: See) -> None:
    (problem,) = see({PAGE: page(variables=VARIABLE)}).problems

    assert (problem.line, problem.severity) == (10, Severity.WARNING)


def test_a_variable_may_be_set_by_an_earlier_block(see: See) -> None:
    body = shell("POD=$(kubectl get pod -o name)") + shell('kubectl describe "$POD"')

    assert see({PAGE: page(body)}).problems == []


def test_a_guide_is_not_judged(see: See) -> None:
    assert see({"site/runbooks/EdgeDown.md": "# A\n\n```sh\nrm <all>\n```\n"}).problems == []


def test_two_runbooks_cannot_answer_the_same_alert(see: See) -> None:
    seen = see({PAGE: page(), "site/runbooks/gone.md": page(alerts="[edgedown]")})

    assert [(p.path, p.line, p.rule) for p in seen.problems] == [
        ("site/runbooks/gone.md", 6, "runbooks/alerts")
    ]


def test_every_paging_alert_has_a_runbook_and_every_runbook_its_alert(see: See) -> None:
    rules = rule_file(("Burning", "critical"), ("Burning", "page"), ("Smelling", "warning"))
    seen = see({PAGE: page(), "site/alerts.yaml": rules})

    assert [(p.path, p.line, p.rule) for p in seen.problems] == [
        ("site/alerts.yaml", 4, "runbooks/closure"),
        (PAGE, 6, "runbooks/closure"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (exercise(runbook="edge-up"), 1, "no runbook has that name"),
        (exercise(at="2026-10-30"), 3, "Must have a zone"),
        (exercise(at="yesterday"), 3, "Must be a time"),
        (exercise(by=""), 1, "by: Missing data"),
        (exercise(steps="[{step: a, result: fine}]"), 5, "Must be one of"),
        (exercise(mood="good"), 6, "mood: Unknown field."),
        ("- a\n", 1, "is not a mapping"),
        ("a: [\n", 2, ""),
    ],
)
def test_a_record_of_an_exercise_is_checked(see: See, text: str, line: int, message: str) -> None:
    (problem,) = see({PAGE: page(), ORPHAN: text}).problems

    assert (problem.path, problem.line, problem.rule) == (ORPHAN, line, "runbooks/exercise")
    assert message in problem.message


def test_files_that_are_no_text_are_problems(see: See) -> None:
    seen = see({PAGE: page(), ORPHAN: b"\xff", "site/alerts.yaml": b"groups:\n- alert: \xff"})

    assert [(p.path, p.line, p.rule) for p in seen.problems] == [
        ("site/alerts.yaml", 2, "runbooks/rules"),
        (ORPHAN, 1, "runbooks/exercise"),
    ]


def test_a_key_that_nobody_reads_hides_nothing_of_the_others(see: See) -> None:
    seen = see({PAGE: page(**{"no.such": "1"})})

    assert seen.only.alerts == ("EdgeDown",)


@pytest.mark.parametrize(
    ("at", "message"),
    [
        (build.NOON, None),
        (build.NOON + timedelta(days=91), "was last exercised on 2026-10-30, and asks for it every 90 days"),
    ],
)
def test_an_exercise_is_due_when_its_time_has_come(see: See, at: datetime, message: str | None) -> None:
    files = {
        PAGE: page(exercise_every="P90D"),
        "site/runbooks/exercises/2026-10-30-edge-down.yaml": exercise(),
    }
    seen = replace(see(files), at=at)

    assert [problem.message for problem in seen.problems] == ([message] if message else [])
    assert all(problem.severity is Severity.WARNING for problem in seen.problems)


def test_a_runbook_that_was_never_exercised_is_due(see: See) -> None:
    seen = see({PAGE: page(exercise_every="P90D")})

    assert [p.message for p in seen.problems] == ["was never exercised, and asks for it every 90 days"]
