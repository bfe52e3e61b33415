from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.scorecards.rules.compiling import RuleError, compile_rule
from waypost.scorecards.rules.expression import Reference


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("facts.docs.runbook.path == 'x'", [("docs.runbook.path", False)], id="a path"),
        pytest.param("facts['docs']['runbook'] == 1", [("docs.runbook", False)], id="by index"),
        pytest.param("has(facts.docs.runbook)", [("docs.runbook", True)], id="tested"),
        pytest.param("[1].exists(x, x == facts.a.b)", [("a.b", False)], id="inside a loop"),
        pytest.param("entity.l.exists(facts, facts.a == 1)", [], id="hidden by a loop's own name"),
        pytest.param("facts.a.b.size() > 1", [("a.b", False)], id="before a function"),
        pytest.param("facts[params.x] == 1", [("", False)], id="computed"),
    ],
)
def test_a_rule_tells_which_facts_it_reads(source: str, expected: list[tuple[str, bool]]) -> None:
    rule = compile_rule(source)

    assert [(".".join(found.path), found.is_tested) for found in rule.facts] == expected


def test_a_rule_tells_all_that_it_reads_once() -> None:
    rule = compile_rule("now > timestamp(facts.a.at) && facts.a.at != params.x")

    assert rule.references == (
        Reference("now", ()),
        Reference("facts", ("a", "at")),
        Reference("params", ("x",)),
    )
    assert rule.uses_params


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param("facts.", "Syntax error", id="broken"),
        pytest.param("unknown == 1", "undeclared reference to 'unknown'", id="unknown name"),
        pytest.param("1 + 'a'", "no matching overload", id="wrong types"),
        pytest.param("(" * 60 + "1" + ")" * 60, "nested too deeply", id="deep brackets"),
        pytest.param("[" * 5000 + "]" * 5000, "characters long", id="deep lists of a long text"),
        pytest.param(" + ".join(["1"] * 900), "nested too deeply", id="a long sum"),
        pytest.param("facts" + ".a" * 1500, "nested too deeply", id="a long path"),
        pytest.param("!" * 4001, "characters long", id="too long"),
        pytest.param("[" + "1," * 1500 + "1]==[1]", "parts", id="too many parts"),
        pytest.param(
            "[1].all(a, [1].all(b, [1].all(c, a + b + c > 0)))", "loops 3 deep", id="loops in loops"
        ),
    ],
)
def test_what_no_rule_may_be_is_refused_when_compiled(source: str, message: str) -> None:
    with pytest.raises(RuleError, match=message):
        compile_rule(source)


def test_an_error_says_where_in_the_rule() -> None:
    with pytest.raises(RuleError) as caught:
        compile_rule("true &&\n  unknown")

    assert (caught.value.line, caught.value.column) == (2, 3)


@given(st.text(max_size=40))
def test_any_text_compiles_or_is_refused(source: str) -> None:
    try:
        compile_rule(source)
    except RuleError as error:
        assert str(error)  # noqa: PT017 - either end is right; a refusal says why
