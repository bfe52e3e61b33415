"""Facts about the checks of code on pages, as a reader of ``waypost check`` meets them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from conftest import MakeWorkspace
from waypost.catalog import plugin as catalog
from waypost.core.clock import utc_now
from waypost.core.errors import Problem, Severity
from waypost.core.host import check_workspace, load_knowledge
from waypost.core.settings import Settings
from waypost.core.workspace import Workspace
from waypost.documents import plugin as documents
from waypost.documents.snippets.checks import CHECKS
from waypost.documents.snippets.data import json_fault
from waypost.documents.snippets.manifests import known_versions
from waypost.documents.snippets.shell import Shells
from waypost.documents.snippets.yamltext import position_in_value

Code = Callable[..., list[tuple[int, int, str, str]]]

TYPED = "---\nkind: guide\ntitle: A\nowner: platform\n---\n\n# A\n\n"
FIRST = TYPED.count("\n") + 1
GROUP = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: platform}\nspec: {type: team, children: []}\n"
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  replicas: "3"
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
        - name: shop
          imgae: shop:1
"""


@pytest.fixture
def problems(make_workspace: MakeWorkspace) -> Callable[..., list[Problem]]:
    def run(text: str = "", /, files: Mapping[str, str] | None = None, **settings: object) -> list[Problem]:
        pages = {"site/a.md": text} if text else {}
        workspace: Workspace = make_workspace({"catalog/all.yaml": GROUP, **pages, **(files or {})})
        given = Settings({name.replace("__", "."): value for name, value in settings.items()})
        plugins = (catalog, documents)
        knowledge = load_knowledge(workspace, plugins, given)
        return check_workspace(workspace, plugins, knowledge, at=utc_now())

    return run


def block(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```\n"


@pytest.mark.parametrize(
    ("language", "text", "line", "column", "rule", "message"),
    [
        pytest.param("sh", "ls\n\n(ls", 3, 1, "shell", "a shell cannot run this", id="shell"),
        pytest.param("{.bash effect=read}", "local x=1", 1, 1, "shell", "SC2168", id="braces"),
        pytest.param("console", "$ ls\nout\n$ ls |", 3, 1, "shell", "SC1072", id="a session"),
        pytest.param("promql", "sum(\n  rate(foo)\n)", 2, 3, "promql", "got vector", id="PromQL"),
        pytest.param(
            "promql", "up\n\nfoo bar", 3, 5, "promql", "an operator is missing", id="one of several"
        ),
        pytest.param("json", '{"a": 1,\n "b": }', 2, 7, "data", "the JSON cannot be read", id="JSON"),
        pytest.param("yaml", "a: 1\nb: [", 2, 0, "data", "the YAML cannot be read", id="YAML"),
        pytest.param(
            "yaml",
            "groups:\n- rules:\n  - alert: A\n    expr: foo bar",
            4,
            15,
            "promql",
            "is missing",
            id="a rule",
        ),
        pytest.param(
            "yaml",
            "groups:\n- rules:\n  - {record: a, expr: sum(}",
            3,
            26,
            "promql",
            "is never closed",
            id="a rule on one line",
        ),
        pytest.param(
            "yaml",
            "kind: PrometheusRule\nspec:\n  groups:\n  - rules:\n    - alert: A\n      expr: >-\n        sum(up)\n\n        > > 1",
            9,
            11,
            "promql",
            "nothing stands between",
            id="a folded rule",
        ),
        pytest.param(
            "json",
            '{"targets": [\n {"refId": "A",\n  "expr": "rate(foo"}]}',
            3,
            0,
            "promql",
            "never closed",
            id="a dashboard",
        ),
        pytest.param(
            "yaml",
            "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: a}",
            1,
            0,
            "manifest",
            "has no Ingress",
            id="gone",
        ),
        pytest.param(
            "yaml",
            "apiVersion: batch/v1\nkind: Jbo\nmetadata: {name: a}",
            2,
            0,
            "manifest",
            "has no Jbo",
            id="a kind",
        ),
        pytest.param(
            "yaml",
            "a: 1\n---\napiVersion: v1\nkind: ConfigMap\ndata:\n  a: 1",
            6,
            0,
            "manifest",
            "data.a must be string, not 1",
            id="the second document",
        ),
    ],
)
def test_a_fault_is_told_with_its_place(  # noqa: PLR0917 - a row of the table
    problems: Callable[..., list[Problem]],
    language: str,
    text: str,
    line: int,
    column: int,
    rule: str,
    message: str,
) -> None:
    (found, *more) = problems(TYPED + block(language, text))

    assert (found.line, found.column, found.rule) == (FIRST + line, column, f"documents/{rule}")
    assert message in found.message
    assert (found.severity, bool(found.fix), more) == (Severity.ERROR, True, [])


def test_every_fault_of_a_manifest_is_told_at_its_line(problems: Callable[..., list[Problem]]) -> None:
    found = problems(TYPED + block("yaml", DEPLOYMENT))

    assert [(problem.line - FIRST, problem.message, problem.fix) for problem in found] == [
        (
            5,
            "spec.replicas must be integer, not '3'",
            "See the reference of the Kubernetes API for what stands there.",
        ),
        (12, "spec.template.spec.containers.0 takes no 'imgae'", "Did you mean 'image'?"),
    ]


def test_a_column_counts_what_a_list_puts_before_a_block(problems: Callable[..., list[Problem]]) -> None:
    (found,) = problems(TYPED + "1. Ask:\n\n    ```promql\n    foo bar\n    ```\n")

    assert (found.line, found.column) == (FIRST + 3, 9)


def test_a_page_without_kind_is_only_warned(problems: Callable[..., list[Problem]]) -> None:
    found = problems("# A\n\n" + block("sh", "if true") + block("promql", "(") + block("json", "{,"))

    assert [(problem.rule, problem.severity) for problem in found] == [
        ("documents/shell", Severity.WARNING),
        ("documents/promql", Severity.WARNING),
        ("documents/data", Severity.WARNING),
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sh", 'kubectl logs <pod> -n "$NAMESPACE"'),
        ("zsh", "if true"),
        ("text", "if ("),
        ("promql", "rate(foo{...}[5m])"),
        ("promql", "rate(foo[$__rate_interval])"),
        ("json", '"a": 1,\n"b": [1]'),
        ("json", '{"a": 1}\n{"a": 2}'),
        ("json", '{"a": ..., // and so on\n}'),
        ("json", "GET _search\n{}"),
        ("yaml", "spec:\n  ...\n  a: 1"),
        ("yaml", "a: *anchor"),
        ("yaml", "a: !Ref b"),
        ("yaml", "a: {{ .Values.a }}\nb"),
        ("yaml", "apiVersion: v1\nkind: Config\nclusters: []"),
        ("yaml", "apiVersion: apps/v1\nkind: Deployment\nspec:\n  # ...\n  replicas: 3"),
        ("yaml", "apiVersion: waypost.dev/v1alpha1\nkind: Scorecard"),
        ("json", '{"targets": [{"refId": "A", "datasource": {"type": "loki"}, "expr": "{a=\\"b\\"} |= 1"}]}'),
    ],
)
def test_what_is_right_or_cannot_be_known_is_left_alone(
    problems: Callable[..., list[Problem]], language: str, text: str
) -> None:
    assert problems(TYPED + block(language, text)) == []


def test_a_block_that_is_not_checked_is_told(problems: Callable[..., list[Problem]]) -> None:
    text = block('{.sh check=off because="shows the error itself"}', "if true") + block(
        "{.promql check=off}", "("
    )

    found = problems(TYPED + text)

    assert [(p.line - FIRST, p.rule, p.severity, p.message) for p in found] == [
        (
            0,
            "documents/unchecked",
            Severity.WARNING,
            "this block of code is not checked: shows the error itself",
        ),
        (
            3,
            "documents/unchecked",
            Severity.WARNING,
            "this block of code is not checked: check=off, without a reason",
        ),
    ]


def test_only_off_can_be_said_of_a_check(problems: Callable[..., list[Problem]]) -> None:
    (found,) = problems(TYPED + block("{.sh check=no}", "ls"))

    assert (found.line, found.severity) == (FIRST, Severity.ERROR)


def test_manifests_beside_pages_are_held_to_the_schemas(problems: Callable[..., list[Problem]]) -> None:
    found = problems(
        files={"site/shop/deployment.yaml": DEPLOYMENT, "site/shop/other.yaml": "kind: [\napiVersion:"}
    )

    assert [(problem.path, problem.line) for problem in found] == [
        ("site/shop/deployment.yaml", 5),
        ("site/shop/deployment.yaml", 12),
    ]


def test_kinds_without_a_schema_are_told_once(problems: Callable[..., list[Problem]]) -> None:
    route = "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute"
    text = TYPED + block("yaml", route) * 2 + block("yaml", "apiVersion: {{ .v }}\nkind: A")
    (found,) = problems(text)
    silent = problems(text, documents__custom_groups=("gateway.*", "template"))

    assert (found.line, found.severity) == (FIRST, Severity.WARNING)
    assert "gateway.networking.k8s.io/HTTPRoute (2), template (1)" in found.message
    assert silent == []


def test_the_version_of_kubernetes_can_be_chosen(problems: Callable[..., list[Problem]]) -> None:
    text = TYPED + block("yaml", "apiVersion: flowcontrol.apiserver.k8s.io/v1beta3\nkind: FlowSchema")

    newest, oldest = problems(text), problems(text, documents__kubernetes="1.28")

    assert [problem.rule for problem in newest] == ["documents/manifest"]
    assert oldest == []
    assert {"1.28", "1.37"} <= set(known_versions())


def test_a_machine_without_shells_is_told_once(
    problems: Callable[..., list[Problem]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Shells, "find", lambda: Shells("", ""))

    (found,) = problems(TYPED + block("sh", "if true") + block("sh", "fi"))

    assert (found.line, found.severity, found.rule) == (FIRST, Severity.WARNING, "documents/unchecked")
    assert "no bash and no ShellCheck" in found.message


def test_promql_in_a_block_of_shell_is_named(problems: Callable[..., list[Problem]]) -> None:
    (found,) = problems(TYPED + block("sh", "sum(rate(foo[5m])) > 1"))

    assert found.fix == "This is PromQL: begin the block with ```promql."


@pytest.mark.parametrize(
    ("source", "value", "start", "place"),
    [
        ("expr: foo bar", "foo bar", 4, (1, 11)),
        ("expr: 'foo bar'", "foo bar", 4, (1, 12)),
        ("expr: |\n  foo\n  bar", "foo\nbar\n", 4, (3, 3)),
        ("expr: >-\n  foo\n  bar", "foo bar", 4, (3, 3)),
        ("- {alert: A, expr: foo bar}", "foo bar", 4, (1, 24)),
        ("expr: foo\n  bar", "foo bar", 4, (2, 3)),
        ('expr: "a\\tb c"', "a\tb c", 4, (1, 0)),
        ("other: 1", "foo", 1, (1, 0)),
    ],
)
def test_a_place_in_a_value_is_found_however_it_is_written(
    source: str, value: str, start: int, place: tuple[int, int]
) -> None:
    assert position_in_value(source.split("\n"), 1, value, start, key="expr") == place


def test_the_guide_names_every_rule() -> None:
    text = (Path(__file__).parents[2] / "site/guide/alerts-and-runbooks.md").read_text(encoding="utf-8")

    assert [check.rule for check in CHECKS if f"`{check.rule}`" not in text] == []


def test_json_tells_line_and_column() -> None:
    assert json_fault('{"a": 1}') is None
    assert (json_fault('{\n "a": x}') or ())[:2] == (2, 7)
