from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from runbooks.conftest import PAGE, See, exercise, page, rule_file, shell
from waypost.catalog.refs import EntityRef
from waypost.core.errors import NotFoundError
from waypost.runbooks.model import AlertRule, Escalation, RuleText, Step, Variable

GROUP = EntityRef("group", "default", "platform")


def test_a_runbook_says_all_that_its_front_matter_does(see: See) -> None:
    variables = "{NODE: {description: A node., example: n1, pattern: '^n'}}"
    runbook = see({PAGE: page(exercise_every="P90D", variables=variables)}).only

    assert (runbook.name, runbook.title, runbook.uri) == (
        "edge-down",
        "The edge is down",
        "runbooks/edge-down.md",
    )
    assert (runbook.alerts, runbook.severity, runbook.tier) == (("EdgeDown",), "critical", "tier-1")
    assert (runbook.owner, runbook.about) == (GROUP, (EntityRef("component", "default", "edge"),))
    assert runbook.escalation == (Escalation(timedelta(minutes=15), GROUP),)
    assert runbook.variables == {"NODE": Variable("NODE", "A node.", "n1", "^n")}
    assert runbook.exercise_every == timedelta(days=90)


def test_a_step_is_a_shell_block_with_what_it_does(see: See) -> None:
    body = shell("kubectl get nodes", 'effect=read expect="3 nodes"') + "```promql\nup\n```\n"
    stop = shell("halt", 'effect=destructive undo=start precondition="nobody is in"')

    assert see({PAGE: page(body + stop)}).only.steps == (
        Step("sh", "kubectl get nodes", 16, "Stop the bleeding", "read", "3 nodes"),
        Step("sh", "halt", 22, "Stop the bleeding", "destructive", "", "start", "nobody is in"),
    )


def test_a_key_that_is_wrong_does_not_hide_the_others(see: See) -> None:
    runbook = see({PAGE: page(escalation="soon", exercise_every="often")}).only

    assert (runbook.alerts, runbook.escalation, runbook.exercise_every) == (("EdgeDown",), (), None)


def test_a_runbook_may_lie_anywhere(see: See) -> None:
    assert see({"site/edge/down.md": page()}).only.uri == "edge/down.md"


def test_a_page_without_front_matter_is_a_guide(see: See) -> None:
    guide = see({"site/runbooks/alerts/EdgeDown.md": "# Edge down\n\n```sh\nls <dir>\n```\n"}).only

    assert (guide.is_typed, guide.alerts, len(guide.steps)) == (False, ("EdgeDown",), 1)


@pytest.mark.parametrize("name", ["README", "index"])
def test_an_index_is_no_runbook(see: See, name: str) -> None:
    assert see({f"site/runbooks/{name}.md": "# Runbooks\n"}).runbooks.ordered == ()


@pytest.mark.parametrize(
    ("name", "alerts"), [("postgres", ()), ("BASH", ()), ("KubeAPIDown", ("KubeAPIDown",))]
)
def test_only_a_guide_that_is_called_as_alerts_are_answers_one(
    see: See, name: str, alerts: tuple[str, ...]
) -> None:
    assert see({f"site/runbooks/{name}.md": "# A\n"}).only.alerts == alerts


def test_guides_with_the_same_name_are_told_apart_by_folder(see: See) -> None:
    runbooks = see({f"site/runbooks/{name}/restart.md": "# A\n" for name in ("db", "edge")}).runbooks

    assert list(runbooks.by_name) == ["db-restart", "edge-restart"]


@pytest.mark.parametrize("alert", ["EdgeDown", "edgedown", "EDGEDOWN"])
def test_an_alert_leads_to_its_runbook_in_any_case(see: See, alert: str) -> None:
    runbooks = see({PAGE: page()}).runbooks

    assert runbooks.find_by_alert(alert) is runbooks.ordered[0]
    assert runbooks.find_by_alert("Other") is None


def test_a_runbook_goes_before_a_guide_of_the_same_alert(see: See) -> None:
    runbooks = see({"site/runbooks/a/EdgeDown.md": "# A\n", PAGE: page()}).runbooks

    assert runbooks.alerts["EdgeDown"].path == PAGE


def test_what_nothing_names_is_not_found(see: See) -> None:
    runbooks = see({PAGE: page()}).runbooks

    assert runbooks.get("edge-down") is runbooks.ordered[0]
    with pytest.raises(NotFoundError, match="no runbook is named 'gone'"):
        runbooks.get("gone")
    assert runbooks.find_by_alert("Gone") is None


def test_the_newest_exercise_is_the_evidence(see: See) -> None:
    folder = "site/runbooks/exercises"
    failed = "[{step: look, result: failed}]"
    runbook = see(
        {
            PAGE: page(),
            f"{folder}/2026-10-30-edge-down.yaml": exercise(),
            f"{folder}/2026-10-31-edge-down.yaml": exercise(at="2026-10-31T09:00:00+01:00", steps=failed),
        }
    ).only

    assert runbook.exercised_at == datetime(2026, 10, 31, 8, tzinfo=UTC)
    assert [e.passed for e in runbook.exercises] == [True, False]


def test_alerts_are_read_from_rule_files_of_either_shape(see: See) -> None:
    operator = "kind: PrometheusRule\nspec:\n  groups: [{rules: [{alert: B, labels: {severity: Page}}, {record: c}]}]\n"
    rules = see(
        {
            "site/alerts/a.yaml": rule_file(("A", "warning")),
            "site/runbooks/rules/b.yml": operator,
            "site/other.yaml": "groups: [alert: 1]\n",
        }
    ).runbooks.rules

    assert [replace(rule, text=RuleText()) for rule in rules] == [
        AlertRule("A", "warning", "site/alerts/a.yaml", 4),
        AlertRule("B", "page", "site/runbooks/rules/b.yml", 3, pages_somebody=True),
    ]
    assert [rule.pages_somebody for rule in rules] == [False, True]
