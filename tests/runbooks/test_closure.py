"""Facts about alerts and runbooks: each leads to the other, and both to somebody."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from runbooks.conftest import PAGE, See, page, rule_file, shell
from waypost.core.errors import Edit, Severity

RULES = "site/alerts.yaml"


def shown(problems: object) -> list[tuple[str, int, str]]:
    return [(p.path, p.line, p.rule) for p in problems]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("labels", "paging", "wakes"),
    [
        ("{severity: page}", None, True),
        ("{severity: Critical}", None, True),
        ("{severity: warning}", None, False),
        ("{}", None, False),
        ("{severity: P1}", ("p1", "p2"), True),
        ("{severity: critical}", ("p1",), False),
        ("{paging: 'true', severity: info}", ("paging=true",), True),
    ],
)
def test_a_setting_says_which_alerts_wake_somebody(
    see: See, labels: str, paging: tuple[str, ...] | None, *, wakes: bool
) -> None:
    rules = f"groups:\n- rules:\n  - alert: A\n    expr: up\n    labels: {labels}\n"
    settings = {"runbooks.paging": paging} if paging else {}

    seen = see({RULES: rules}, **settings)

    assert [rule.pages_somebody for rule in seen.runbooks.rules] == [wakes]
    assert shown(seen.problems) == ([(RULES, 3, "runbooks/closure")] if wakes else [])


def test_names_that_nearly_fit_are_suggested(see: See) -> None:
    seen = see({PAGE: page(alerts="[EdgeDwon]"), RULES: rule_file(("EdgeDown", "page"))})

    assert [problem.fix for problem in seen.problems] == [
        "Add EdgeDown to the 'alerts:' of a runbook, or write one. Did you mean 'EdgeDwon'?",
        "Did you mean 'EdgeDown'?",
    ]


def test_a_retired_runbook_answers_nothing_and_owes_nothing(see: See) -> None:
    retired = page(alerts="[EdgeDown, Gone]", status="retired")

    (problem,) = see({PAGE: retired, RULES: rule_file(("EdgeDown", "page"))}).problems

    assert problem.path == RULES
    assert f"only the retired {PAGE} answers it" in problem.message


@pytest.mark.parametrize(
    "text",
    [
        rule_file(("A", "page")).replace("up == 0", "up{x='{{ .Values.x }}'}"),
        "{{- if .Values.rules }}\n" + rule_file(("A", "page")) + "{{- end }}\n",
        rule_file(("A", "page")) + '  {{- include "more" . | nindent 2 }}\n',
    ],
)
def test_a_template_of_rules_is_told_and_not_judged(see: See, text: str) -> None:
    seen = see({PAGE: page(), RULES: text})

    assert [(p.path, p.rule, p.severity) for p in seen.problems] == [
        (RULES, "runbooks/rules", Severity.WARNING)
    ]


def test_beside_a_template_an_alert_that_is_not_found_is_only_a_warning(see: See) -> None:
    seen = see(
        {
            PAGE: page(),
            RULES: rule_file(("Other", "info")),
            "site/t.yaml": "groups: {{ .Values.x }}\nalert: 1",
        }
    )

    assert [(p.path, p.severity) for p in seen.problems if p.rule == "runbooks/closure"] == [
        (PAGE, Severity.WARNING)
    ]


def test_templates_in_annotations_make_no_template_of_a_file(see: See) -> None:
    text = rule_file(("EdgeDown", "page")) + (
        "        annotations:\n          summary: |\n            {{ with $labels.x }}{{ . }}{{ end }}\n"
        "            {{ range query `up` }}{{ .Value }}{{ end }}\n"
    )

    assert see({PAGE: page(), RULES: text}).problems == []


def test_rules_are_read_from_several_documents_and_lists(see: See) -> None:
    one = "kind: PrometheusRule\nspec: {groups: [{name: g, rules: [{alert: A, expr: up}]}]}\n"
    listed = "kind: List\nitems:\n- kind: PrometheusRule\n  spec: {groups: [{name: g, rules: [{record: b, expr: up}]}]}\n"

    runbooks = see(
        {RULES: f"{one}---\n{listed}---\nkind: Other\ngroups: [{{rules: [{{alert: C}}]}}]\n"}
    ).runbooks

    assert [rule.name for rule in runbooks.rules] == ["A"]
    assert [rule.name for rule in runbooks.recordings] == ["b"]


SHAPES = (
    pytest.param(
        "  - {alert: A, expr: up}\n  - {expr: up}", 5, "is neither an alert nor a recording", id="nothing"
    ),
    pytest.param("  - {alert: A, record: b, expr: up}", 4, "an alert and a recording at once", id="both"),
    pytest.param("  - {alert: A, expr: up, labls: {}}", 4, "a rule has no key 'labls'", id="a key"),
    pytest.param("  - {alert: A, expr: up, for: 5 minutes}", 4, "'for' is no duration", id="a duration"),
    pytest.param("  - {alert: A}", 4, "has no expression", id="no expression"),
    pytest.param(
        "  - alert: A\n    expr: >\n      sum(up\n      + 1", 6, "'(' is never closed", id="an expression"
    ),
    pytest.param("  - {alert: A, expr: 'up > $X'}", 4, "$X is a variable", id="a variable"),
    pytest.param(
        "  - {alert: A, expr: up}\n- name: g", 5, "two groups of the file are called 'g'", id="groups"
    ),
)


@pytest.mark.parametrize(("rules", "line", "message"), SHAPES)
def test_what_prometheus_refuses_is_an_error(see: See, rules: str, line: int, message: str) -> None:
    (problem,) = see({RULES: f"groups:\n- name: g\n  rules:\n{rules}\n"}).problems

    assert (problem.path, problem.line, problem.severity) == (RULES, line, Severity.ERROR)
    assert message in problem.message


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not here to compare with")
@pytest.mark.parametrize(("rules", "line", "message"), SHAPES)
def test_promtool_refuses_the_same(rules: str, line: int, message: str, tmp_path: Path) -> None:
    del line, message
    file = tmp_path / "rules.yaml"
    file.write_text(f"groups:\n- name: g\n  rules:\n{rules}\n", encoding="utf-8")

    done = subprocess.run(
        ["promtool", "check", "rules", str(file)], capture_output=True, check=False, timeout=20
    )

    assert done.returncode != 0


def test_rules_that_are_there_twice_are_told(see: See) -> None:
    first = "  - {alert: A, expr: up == 0}\n  - {record: b, expr: up, labels: {x: y}}\n"
    second = "  - {alert: A, expr: up==0}\n  - {record: b, expr: down, labels: {x: y}}\n  - {alert: A, expr: up == 1}\n"

    seen = see({RULES: f"groups:\n- name: g\n  rules:\n{first}{second}"})

    assert [(p.line, p.rule, p.severity) for p in seen.problems] == [
        (6, "runbooks/repeated", Severity.WARNING),
        (7, "runbooks/repeated", Severity.WARNING),
    ]


def alert(url: str) -> str:
    annotations = f"        annotations: {{runbook_url: '{url}'}}\n" if url else ""
    return rule_file(("EdgeDown", "page")) + annotations


@pytest.mark.parametrize(
    ("url", "severity", "message"),
    [
        pytest.param("https://docs.example.org/r/EdgeDown", None, "", id="by its alert"),
        pytest.param("https://docs.example.org/r/edgedown#diagnosis", None, "", id="in another case"),
        pytest.param("https://docs.example.org/r/{{ $labels.alertname }}", None, "", id="by its label"),
        pytest.param("https://docs.example.org/runbooks/edge-down/", None, "", id="by its page"),
        pytest.param(
            "https://docs.example.org/r/Other", Severity.ERROR, "its runbook is", id="another alert"
        ),
        pytest.param(
            "https://docs.example.org/runbooks/x/", Severity.ERROR, "its runbook is", id="another page"
        ),
        pytest.param("https://wiki.example.org/x", Severity.WARNING, "leads to https://wiki", id="elsewhere"),
        pytest.param("", Severity.WARNING, "does not say where its runbook is", id="nowhere"),
    ],
)
def test_an_alerts_address_leads_to_its_runbook(
    see: See, url: str, severity: Severity | None, message: str
) -> None:
    files = {PAGE: page(), RULES: alert(url)}
    seen = see(files, **{"runbooks.site": "https://docs.example.org/"})

    assert [(p.rule, p.severity) for p in seen.problems] == (
        [("runbooks/address", severity)] if severity else []
    )
    assert all(message in p.message and p.fix.endswith("r/EdgeDown'.") for p in seen.problems)
    assert see(files).problems == []


def test_an_address_on_the_site_that_leads_astray_can_be_mended(see: See) -> None:
    url = "https://docs.example.org/runbooks/gone/"
    (problem,) = see(
        {PAGE: page(), RULES: alert(url)}, **{"runbooks.site": "https://docs.example.org/"}
    ).problems

    assert problem.edit == Edit(RULES, 7, url, "https://docs.example.org/r/EdgeDown")


def test_an_address_that_no_runbook_answers_asks_for_one(see: See) -> None:
    files = {RULES: alert("https://docs.example.org/r/EdgeDown")}

    fixes = {p.rule: p.fix for p in see(files, **{"runbooks.site": "https://docs.example.org/"}).problems}

    assert fixes["runbooks/address"] == (
        "Add EdgeDown to the 'alerts:' of a runbook, or take the address away."
    )


@pytest.mark.parametrize(
    ("steps", "groups", "line", "severity", "message"),
    [
        pytest.param(
            "[{after: PT1H, to: group:empty}]", "", 9, Severity.ERROR, "nobody to call", id="nobody"
        ),
        pytest.param(
            "[{after: PT1H, to: group:empty}, {after: PT2H, to: group:platform}]",
            "",
            9,
            Severity.WARNING,
            "calls group:default/empty",
            id="nobody on the way",
        ),
        pytest.param(
            "[{after: PT1H, to: group:platform}, {after: PT5M, to: group:platform}]",
            "",
            9,
            Severity.ERROR,
            "after 5 minutes, and the step before it after 1 hour",
            id="back in time",
        ),
        pytest.param("[{after: PT1H, to: group:platfrom}]", "", 9, Severity.ERROR, "no group", id="a slip"),
    ],
)
def test_an_escalation_ends_at_somebody(  # noqa: PLR0917 - a row of the table
    see: See, steps: str, groups: str, line: int, severity: Severity, message: str
) -> None:
    del groups
    (problem,) = see({PAGE: page(escalation=steps), "catalog/more.yaml": group("empty")}).problems

    assert (problem.line, problem.severity, problem.rule) == (line, severity, "runbooks/escalation")
    assert message in problem.message


def group(name: str, metadata: str = "", spec: str = "") -> str:
    return (
        f"apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {{name: {name}{metadata}}}\n"
        f"spec: {{type: team, children: []{spec}}}\n"
    )


USER = "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: ada}\nspec: {memberOf: [night]}\n"


@pytest.mark.parametrize(
    "catalog",
    [
        pytest.param(group("night", spec=", profile: {email: night@example.org}"), id="an email"),
        pytest.param(group("night", ", links: [{url: 'tel:+442079460000'}]"), id="a telephone"),
        pytest.param(group("night", ", annotations: {opsgenie.com/team: night}"), id="a pager"),
        pytest.param(f"{group('night')}---\n{USER}", id="a member"),
        pytest.param(
            f"{group('all')}---\n{group('night', spec=', parent: all')}---\n{USER}".replace(
                "name: all", "name: every"
            )
            .replace("parent: all", "parent: every")
            .replace("name: night", "name: shift")
            .replace("memberOf: [night]", "memberOf: [shift]")
            .replace("name: every", "name: night")
            .replace("parent: every", "parent: night"),
            id="a member of a group below",
        ),
    ],
)
def test_a_group_with_a_way_to_reach_it_is_somebody(see: See, catalog: str) -> None:
    files = {PAGE: page(escalation="[{after: PT1H, to: group:night}]"), "catalog/night.yaml": catalog}

    assert see(files).problems == []


def test_an_address_that_nothing_opens_reaches_nobody(see: See) -> None:
    catalog = group("night", ", links: [{url: 'javascript:x'}, {url: 'http://[broken'}]")
    files = {PAGE: page(escalation="[{after: PT1H, to: group:night}]"), "catalog/night.yaml": catalog}

    assert [problem.rule for problem in see(files).problems] == ["runbooks/escalation"]


def test_a_placeholder_in_a_sentence_of_action_is_told(see: See) -> None:
    body = (
        "Run `kubectl drain <node>` first; see `<title>` and `a/<b>/c`.\n\n"
        + shell("ls")
        + "\n## Meaning\n\nSee `kubectl logs <pod>`.\n"
    )
    (problem,) = see({PAGE: page(body)}).problems

    assert (problem.line, problem.rule) == (16, "runbooks/placeholder")
    assert "<node>" in problem.message


def test_variables_of_queries_are_declared(see: See) -> None:
    body = '```promql\nrate(foo{pod="$POD"}[$__range])\n```\n\n' + '```promql\nup{n="$NODE"}\n```\n'
    variables = "{NODE: {description: A node.}}"

    (problem,) = see({PAGE: page(body, variables=variables)}).problems

    assert (problem.line, problem.column, problem.rule) == (18, 15, "runbooks/variable")
    assert "the query uses $POD" in problem.message
