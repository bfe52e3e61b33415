"""Facts about the metrics that rules and pages name."""

from __future__ import annotations

import pytest

from runbooks.conftest import PAGE, See, page, rule_file
from waypost.core.errors import Severity

LIST = "site/runbooks/metrics/names.json"
RULES = "site/alerts.yaml"
NAMES = '{"status": "success", "data": ["http_requests_total", "x_seconds_bucket"]}'


def rules(expr: str) -> str:
    return rule_file(("EdgeDown", "info")).replace("up == 0", expr)


def queries(*texts: str) -> str:
    return page("".join(f"```promql\n{text}\n```\n" for text in texts))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param(NAMES, {"http_requests_total", "x_seconds_bucket"}, id="label values"),
        pytest.param('["a", "b.c"]', {"a", "b.c"}, id="a list"),
        pytest.param(
            '{"data": {"a": [{"type": "counter"}], "b": [{"type": "histogram"}]}}',
            {"a", "a_total", "a_created", "b", "b_bucket", "b_sum", "b_count", "b_created"},
            id="metadata",
        ),
        pytest.param("a\n\n# remark\nb:c\n", {"a", "b:c"}, id="a name a line"),
        pytest.param(
            '# HELP a Told.\n# TYPE a gauge\na{x="y"} 1\n# TYPE s summary\ns{quantile="0.5"} 2\ns_sum 3\n# EOF\n',
            {"a", "s", "s_sum", "s_count", "s_created"},
            id="an exposition",
        ),
        pytest.param(
            '# TYPE "my.metric" gauge\n{"my.metric",a="b"} 1\n', {"my.metric"}, id="names of any letters"
        ),
    ],
)
def test_a_list_of_metrics_is_read_in_any_form(see: See, text: str, names: set[str]) -> None:
    seen = see({LIST: text})

    assert seen.problems == []
    assert seen.runbooks.metrics is not None
    assert {name for name in seen.runbooks.metrics if not name.startswith(("scrape_", "ALERTS"))} == names | {
        "up"
    }


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('{"data": [', 1, "the JSON cannot be read"),
        ('{"status": "error", "data": []}', 1, "the list names no metric"),
        ("a\n<html>\n", 2, "this line names no metric"),
        (b"\xff", 1, "is not UTF-8 text"),
    ],
)
def test_a_list_that_cannot_be_read_is_told(see: See, text: str, line: int, message: str) -> None:
    (problem,) = see({LIST: text}).problems

    assert (problem.path, problem.line, problem.rule) == (LIST, line, "runbooks/metrics")
    assert message in problem.message


def test_an_unknown_metric_is_an_error_where_there_is_a_list(see: See) -> None:
    seen = see(
        {
            LIST: NAMES,
            RULES: rules("rate(http_request_total[5m]) > 0 and up == 1")
            + "  - name: r\n    rules: [{record: 'a:b', expr: up}]\n",
            PAGE: queries("sum(\n  nothing_like_it\n)", 'a:b + http_requests_total{x="$__y"}'),
        }
    )

    assert [(p.path, p.line, p.column, p.rule, p.severity) for p in seen.problems] == [
        (RULES, 5, 20, "runbooks/metric", Severity.ERROR),
        (PAGE, 18, 3, "runbooks/metric", Severity.ERROR),
    ]
    assert seen.problems[0].fix == "Did you mean 'http_requests_total'?"


def test_without_a_list_only_recorded_names_are_judged(see: See) -> None:
    seen = see(
        {
            RULES: rules("foo") + "  - name: r\n    rules: [{record: 'job:foo:rate5m', expr: foo}]\n",
            PAGE: queries("anything + job:foo:rate5m", "job:foo:rate1m"),
        }
    )

    (problem,) = seen.problems
    assert (problem.line, problem.severity, problem.fix) == (
        20,
        Severity.WARNING,
        "Did you mean 'job:foo:rate5m'?",
    )


def test_without_lists_and_rules_nothing_is_known(see: See) -> None:
    assert see({PAGE: queries("a:b:c + d")}).problems == []


def test_on_a_page_without_kind_an_unknown_metric_is_a_warning(see: See) -> None:
    (problem,) = see({LIST: NAMES, "site/a.md": "# A\n\n```promql\nfoo\n```\n"}).problems

    assert problem.severity is Severity.WARNING


def test_a_block_that_is_not_checked_names_what_it_likes(see: See) -> None:
    text = "# A\n\n```{.promql check=off because=shown}\nfoo\n```\n"

    assert see({LIST: NAMES, "site/a.md": text}).problems == []
