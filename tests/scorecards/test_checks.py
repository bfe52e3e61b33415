from __future__ import annotations

import pytest

from conftest import MakeWorkspace
from scorecards.estate import FILES, SCORECARD, load
from waypost.core.errors import Problem
from waypost.scorecards.checks import check_scorecards
from waypost.scorecards.exemptions.checks import check_exemptions
from waypost.scorecards.rules.checks import check_rules

TESTS = """\
  tests:
    - name: precise enough
      entity: {kind: Component, metadata: {name: a, labels: {tier: tier-1}}, spec: {type: service, owner: "group:a"}}
      facts: {slo.target: 99.95}
      now: "2026-11-02T12:00:00Z"
      expect: {owned: pass, precise: pass}
"""


def problems(make_workspace: MakeWorkspace, ready: str) -> list[Problem]:
    workspace = make_workspace({**FILES, "catalog/ready.yaml": ready})
    knowledge = load(workspace)
    return [*check_scorecards(workspace, knowledge), *check_rules(workspace, knowledge)]


def test_a_sound_scorecard_has_no_problems(make_workspace: MakeWorkspace) -> None:
    assert problems(make_workspace, SCORECARD + TESTS) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "message", "fix"),
    [
        pytest.param(
            "facts.slo.target >= ", "facts.slo.tarjet >= ", 24,
            "no fact source declares 'facts.slo.tarjet'", "did you mean 'facts.slo.target'?", id="an undeclared fact",
        ),
        pytest.param(
            "{slo.target: {maxAge", "{slo.age: {maxAge", 23,
            "no fact source declares 'facts.slo.age'", "", id="an undeclared fact with an age",
        ),
        pytest.param(
            "facts.slo.target >= params", "facts.slo.target * 2 >= params", 24,
            "'*' has a whole number on one side and a decimal on the other", "", id="mixed numbers",
        ),
        pytest.param(
            "      fix: {doc: how-to/own.md}\n", "", 18,
            "check 'precise' does not say how to mend what it finds", "", id="no fix",
        ),
        pytest.param(
            "fix: {doc: how-to/own.md}", "fix: {doc: how-to/none.md}", 27,
            "the page 'how-to/none.md' that mends 'precise' does not exist", "", id="a page that is not there",
        ),
        pytest.param(
            "fix: {doc: how-to/own.md}", "fix: {doc: how-to/own.md}\n      because: adr:0042", 28,
            "'adr:0042' is no decision of this workspace", "write it as adr:0007", id="an unknown decision",
        ),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line(
    make_workspace: MakeWorkspace, *, old: str, new: str, line: int, message: str, fix: str
) -> None:
    [found] = problems(make_workspace, SCORECARD.replace(old, new))

    assert (found.path, found.line, found.message) == ("catalog/ready.yaml", line, message)
    assert fix in found.fix


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            "99.95", "99.5", "test 'precise enough': 'precise' is fail, not pass (99.5 of 99.9)", id="a test that fails"
        ),
        pytest.param(
            "precise: pass}", "precision: pass}", "test 'precise enough': scorecard 'ready' has no check 'precision'",
            id="an unknown check",
        ),
        pytest.param(
            "{type: service", "{type: library",
            "test 'precise enough': 'owned' is not-applicable, not pass (the scorecard does not apply to the entity)",
            id="a scorecard that does not apply",
        ),
        pytest.param(
            "precise: pass", "precise: {state: pass, message: 99.95 of 100}",
            "test 'precise enough': 'precise' says '99.95 of 99.9', not '99.95 of 100'", id="another message",
        ),
        pytest.param(
            "precise: pass}", "precise: pass}\n      level: bronze",
            "test 'precise enough': the level is silver, not bronze", id="another level",
        ),
        pytest.param(
            "precise: pass}", "precise: pass}\n      level: golden",
            "test 'precise enough': scorecard 'ready' has no level 'golden'", id="an unknown level",
        ),
        pytest.param(
            "precise: pass}", "precise: pass}\n      score: 0.25",
            "test 'precise enough': the score is 1.00, not 0.25", id="another score",
        ),
        pytest.param(
            "99.95}", "99.95, slo.tarjet: 1}", "test 'precise enough': no fact source declares 'slo.tarjet'",
            id="an undeclared fact",
        ),
        pytest.param(
            "99.95}", "99.95, slo.events: many}", "test 'precise enough': 'slo.events' must be an integer, not 'many'",
            id="a fact of another type",
        ),
    ],
)  # fmt: skip
def test_the_tests_beside_the_rules_are_run(
    make_workspace: MakeWorkspace, old: str, new: str, message: str
) -> None:
    found = problems(make_workspace, SCORECARD + TESTS.replace(old, new))

    assert message in [problem.message for problem in found]
    assert all(problem.line >= 28 for problem in found)


def test_a_test_may_expect_a_message_a_level_and_a_score(make_workspace: MakeWorkspace) -> None:
    told = "expect: {owned: pass, precise: {state: pass, message: 99.95 of 99.9}}\n      level: silver\n      score: 1"

    assert (
        problems(make_workspace, SCORECARD + TESTS.replace("expect: {owned: pass, precise: pass}", told))
        == []
    )


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        pytest.param("scorecard: redy, checks: [owned]", "no scorecard is named 'redy'", id="unknown scorecard"),
        pytest.param("scorecard: ready, checks: [tested]", "scorecard 'ready' has no check 'tested'", id="unknown check"),
        pytest.param(
            "scorecard: ready, checks: [owned], approvers: [group:nobody]", "no entity is named 'group:default/nobody'",
            id="unknown approver",
        ),
    ],
)  # fmt: skip
def test_an_exemption_from_what_does_not_exist_is_told(
    make_workspace: MakeWorkspace, spec: str, message: str
) -> None:
    assert exemption_problems(make_workspace, spec) == [message]


def test_an_exemption_that_lasts_too_long_is_told(make_workspace: MakeWorkspace) -> None:
    found = exemption_problems(make_workspace, "scorecard: ready, checks: [owned]", expires="2027-11-01")

    assert found == ["it lasts 366 days, and 'ready' allows 90 at most"]


def exemption_problems(make_workspace: MakeWorkspace, spec: str, expires: str = "2026-11-09") -> list[str]:
    text = (
        "apiVersion: waypost.dev/v1alpha1\nkind: Exemption\nmetadata: {name: x}\nspec: {"
        f"{spec}, entities: [component:till], reason: soon, from: 2026-11-01, expires: {expires}}}\n"
    )
    workspace = make_workspace({**FILES, "catalog/x.yaml": text})
    return [found.message for found in check_exemptions(workspace, load(workspace))]
