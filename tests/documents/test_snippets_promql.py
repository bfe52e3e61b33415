from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.core.errors import Severity
from waypost.documents.snippets.promql import read_promql, split_queries

GOOD = (
    "up",
    'sum by (job) (rate(http_requests_total{code=~"5.."}[5m])) / ignoring (code) group_left sum(rate(x[5m]))',
    "histogram_quantile(0.99, sum by (le) (rate(x_seconds_bucket[5m])))",
    "foo offset -5m",
    "foo[5m:1m] offset 1h",
    "rate(foo[1h30m])",
    "foo @ end()",
    "a and on () b",
    "a == bool 1",
    "topk(5, foo)",
    "label_replace(foo, 'a', '$1', 'b', '(.*)')",
    "sum without (x) (foo) > 0 or vector(0)",
    "{__name__=~'job:.*'}",
    "# told\nfoo # and told",
    "-foo ^ 2 % 3 atan2 bar",
    "foo{a='b',}",
    "absent(foo)",
    "predict_linear(foo[1h], 4 * 3600) < 0",
    "1e3 + 0x1F + Inf + NaN",
    "avg_over_time((a + b)[5m:])",
)
BAD = (
    ("sum(rate(foo[5m])) + ", 19, "nothing stands behind '+'"),
    ("sum(rate(foo[5m]) by (x)", 3, "'(' is never closed"),
    ("foo bar", 4, "an operator is missing before 'bar'"),
    ("foo\nbar", 4, "an operator is missing before 'bar'"),
    ("rate(foo)", 0, "expected type matrix in call to function 'rate', got vector"),
    ("rate(foo[5x])", 9, "bad number or duration syntax: 5x"),
    ("foo{a=b}", 6, "unexpected identifier 'b' in label matching, expected string"),
    ("foo{a='b'}}", 10, "'}' closes nothing that is open"),
    ("(foo]", 4, "']' closes nothing that is open"),
    ('foo{a="b\\.c"}', 8, "no escape is written \\."),
    ("foo{a=~'('}", 7, "illegal regex for ("),
    ("foo{a='b", 6, "a quotation mark that is not closed"),
    ("foo $", 4, "'$' means nothing here"),
    ("foo[5m] + 1", 0, "binary expression must contain only scalar and instant vector types"),
    ("{}", 0, "vector selector must contain at least one non-empty matcher"),
    ("up == 1 ==", 8, "nothing stands behind '=='"),
    ("sum(foo)) + 1", 8, "')' closes nothing that is open"),
    ("foo </ 5", 5, "nothing stands between '<' and '/'"),
    ("count(foo) by (a) b", 0, "its parts do not fit together"),
)


@pytest.mark.parametrize("text", GOOD)
def test_an_expression_parses(text: str) -> None:
    assert read_promql(text).fault is None


@pytest.mark.parametrize(("text", "start", "message"), BAD)
def test_a_fault_is_told_where_it_stands(text: str, start: int, message: str) -> None:
    fault = read_promql(text).fault

    assert fault is not None
    assert (fault.start, fault.severity) == (start, Severity.ERROR)
    assert message in fault.message


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not here to compare with")
@pytest.mark.parametrize("text", [*GOOD, *(text for text, _, _ in BAD)])
def test_promtool_says_the_same(text: str, tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    lines = text.replace("\n", "\n      ")
    file.write_text(
        f"groups:\n- name: a\n  rules:\n  - record: x\n    expr: |-\n      {lines}\n", encoding="utf-8"
    )

    done = subprocess.run(
        ["promtool", "check", "rules", str(file)], capture_output=True, check=False, timeout=20
    )

    assert (done.returncode == 0) == (read_promql(text).fault is None), done.stderr


@pytest.mark.parametrize(
    ("text", "start", "message", "fix"),
    [
        ("rate(foo[5m] smoothed)", 13, "behind a feature flag", "your servers"),
        ("foo[5m] anchored", 8, "behind a feature flag", "your servers"),
        ("rate(foo[5m + 1m])", 12, "behind a feature flag", "your servers"),
        ("1_000 * foo", 0, "behind a feature flag", "your servers"),
        ("holt_winters(foo[5m], 0.5, 0.5)", 0, "gone since Prometheus 3.0", "double_exponential_smoothing"),
        ("brand_new(foo)", 0, "no function of PromQL is called 'brand_new'", "newer than this check"),
        ("(" * 50_000, 0, "too long or too deep", "recording rules"),
        ("-" * 50_000 + "1", 0, "too long or too deep", "recording rules"),
        ("+".join(["foo"] * 50_000), 0, "too long or too deep", "recording rules"),
    ],
    ids=["smoothed", "anchored", "arithmetic", "underscore", "former", "unknown", "deep", "signs", "long"],
)
def test_what_this_parser_cannot_judge_is_a_warning(text: str, start: int, message: str, fix: str) -> None:
    fault = read_promql(text).fault

    assert fault is not None
    assert (fault.start, fault.severity) == (start, Severity.WARNING)
    assert message in fault.message
    assert fix in fault.fix


def test_a_function_that_is_misspelt_is_an_error() -> None:
    fault = read_promql("sum(raet(foo[5m]))").fault

    assert fault is not None
    assert (fault.start, fault.severity, fault.fix) == (4, Severity.ERROR, "Did you mean 'rate'?")


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("rate(foo[$__rate_interval])", ["__rate_interval"]),
        ("foo{a='$POD', b=\"${NS}\"}", ["POD", "NS"]),
        ("topk($N, foo) > $LIMIT", ["N", "LIMIT"]),
        ("foo offset $AGO", ["AGO"]),
        ("sum by ($LABEL) (foo)", ["LABEL"]),
        ("${METRIC}{a='b'}", ["METRIC"]),
        ("rate(${PREFIX}_total[[[window]]])", ["PREFIX", "window"]),
    ],
)
def test_variables_stand_for_what_fits(text: str, variables: list[str]) -> None:
    read = read_promql(text)

    assert read.fault is None
    assert [use.name for use in read.variables] == variables


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("sum(rate(foo_total[5m])) / bar:baz", [("foo_total", 9), ("bar:baz", 27)]),
        ("{__name__='up'}", [("up", 10)]),
        ('{"my.metric", a="b"}', [("my.metric", 1)]),
        ("{__name__=~'a.*'}", []),
        ("foo + foo", [("foo", 0)]),
        ("absent(foo) or vector(1) + time()", [("foo", 7)]),
        ("$METRIC + ${OTHER}_total", []),
    ],
)
def test_metrics_are_found_where_they_stand(text: str, metrics: list[tuple[str, int]]) -> None:
    assert [(use.name, use.start) for use in read_promql(text).metrics] == metrics


def test_a_block_may_hold_several_expressions() -> None:
    text = "# first\nfoo\n\n# second\nbar\n\nrate(x)\n"

    assert [(at, text[at:].split("\n", maxsplit=1)[0]) for at, _ in split_queries(text)] == [
        (0, "# first"),
        (13, "# second"),
        (27, "rate(x)"),
    ]
    assert list(split_queries("# only told\n")) == []


@given(st.text(alphabet="ab1 \n$#>\"'\\|(){}[]<=`~-+*/,.:_@é"))
def test_no_text_breaks_the_reading(text: str) -> None:
    fault = read_promql(text).fault

    assert fault is None or 0 <= fault.start <= len(text)
