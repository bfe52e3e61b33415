"""Rules that attack: none stops the evaluator, slows it beyond its budget, or keeps others from their answers."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

import build
from waypost.facts.model import FactSources
from waypost.scorecards.evaluation.engine import Engine, Subject
from waypost.scorecards.model import AppliesTo, Check, Scorecard, State
from waypost.scorecards.rules.compiling import RuleError, compile_rule
from waypost.scorecards.rules.guard import Answer, Budget, Evaluator, Question

BUDGET = Budget(memory_bytes=256 * 1024 * 1024, cpu_seconds=0.15)
FACTS: dict[str, Any] = {
    "ok": True,
    "whole": 9_223_372_036_854_775_807,
    "zero": 0,
    "half": 0.5,
    "text": "a" * 200_000,
    "list": list(range(3_000)),
    "deep": None,
    "nothing": None,
    "odd": "🧨\u202e\ud7ff",
}
for _ in range(60):
    FACTS["deep"] = {"deep": FACTS["deep"]}

BROKEN = [
    pytest.param("1 / facts.zero > 1", "divide by zero", id="division by zero"),
    pytest.param("1 % facts.zero > 1", "modulus by zero", id="remainder by zero"),
    pytest.param("facts.whole + 1 > 0", "overflow", id="a sum too large"),
    pytest.param("-facts.whole - 2 < 0", "overflow", id="a sum too small"),
    pytest.param("facts.whole * facts.whole > 0", "overflow", id="a product too large"),
    pytest.param("int(1e300 * facts.half) > 0", "range", id="a decimal too large for a whole number"),
    pytest.param(
        "timestamp('9999-12-31T23:59:59Z') + duration('24h') > now", "", id="a time after all times"
    ),
    pytest.param(
        "timestamp('0001-01-01T00:00:00Z') - duration('24h') < now", "", id="a time before all times"
    ),
    pytest.param("timestamp('tomorrow') > now", "", id="no time"),
    pytest.param("duration('9999999999999h') > duration('1h')", "", id="a duration too long"),
    pytest.param("duration(facts.text + 'h') > duration('1h')", "", id="a duration of endless digits"),
    pytest.param("facts.list[3000] > 0", "", id="beyond a list"),
    pytest.param("facts.list[-1] > 0", "", id="before a list"),
    pytest.param("facts.nothing.part == 1", "", id="a part of nothing"),
    pytest.param("facts.text.matches('(')", "", id="no pattern"),
    pytest.param("facts.text.matches('(?=a)')", "", id="a pattern that looks ahead"),
    pytest.param("{facts.text: 1, facts.text: 2}.size() > 0", "", id="the same key twice"),
    pytest.param(
        "bytes(facts.odd) == b'\\377\\376' || string(b'\\377') == ''", "", id="bytes that are no text"
    ),
    pytest.param("int(facts.odd) > 1", "", id="no number"),
]
HARMLESS = [
    pytest.param("facts.half / 0.0 > 1.0", True, id="endless"),
    pytest.param("0.0 / (facts.half - 0.5) == 0.0", False, id="a NaN is equal to nothing"),
    pytest.param("facts.text.matches('(a+)+$b')", False, id="a pattern that others choke on"),
    pytest.param("facts.text.matches('^(a|a)*$')", True, id="a pattern with two ways at each step"),
    pytest.param("facts" + ".deep" * 25 + " != null", True, id="deep facts"),
    pytest.param("facts.odd.size() == 3 && facts.odd.endsWith('\\ud7ff')", True, id="odd characters"),
    pytest.param("facts.list.all(a, a >= 0)", True, id="a long list"),
    pytest.param("facts.ok || 1 / facts.zero > 0", True, id="a side that breaks and does not matter"),
]
GREEDY = [
    pytest.param("['" + "a" * 100 + "']" + ".map(y, y + y)" * 25 + ".size() > 1", id="text that doubles"),
    pytest.param(
        "facts.list.map(a, facts.list.map(b, facts.text)).size() > 0", id="copies of a text in a loop in a loop"
    ),
    pytest.param("facts.list.all(a, facts.list.all(b, a + b >= 0))", id="ten million steps"),
    pytest.param("facts.list.all(a, facts.list.exists(b, b == -1) || a >= 0)", id="a search in a loop"),
    pytest.param("facts.list.map(a, facts.list.map(b, b)).size() > 0", id="lists of lists"),
    pytest.param("facts.list.map(a, facts.text + string(a)).size() > 0", id="many long texts"),
    pytest.param("facts.list.map(a, facts.text.matches('(a{1,30}){1,30}z')).size() > 0", id="slow patterns"),
    pytest.param("facts.list.map(a, {a: facts.list}).size() > 0 && facts.list.map(a, facts.list + facts.list)"
                 ".size() > 0", id="maps of lists"),
]  # fmt: skip
REFUSED = [
    pytest.param("[1]" + ".map(x, [x])" * 400 + ".size() > 0", id="a chain of loops"),
    pytest.param("[1].all(a, [1].all(b, [1].all(c, a + b + c > 0)))", id="loops in loops in loops"),
    pytest.param("(" * 300 + "1" + ")" * 300 + " > 0", id="deep brackets"),
    pytest.param("1" * 3_999, id="a number beyond all numbers"),
    pytest.param("'" + "a" * 5_000 + "' == ''", id="a giant text"),
    pytest.param("[" + "1," * 1_500 + "1].size() > 0", id="a giant list"),
    pytest.param(" && ".join(["true"] * 700), id="a long chain"),
    pytest.param("has(has(facts.a))", id="a macro in itself"),
    pytest.param("facts.a.map(has, has(has.a))[0].map(map, map)", id="macros named like loops"),
    pytest.param("__import__('os')", id="Python"),
    pytest.param(
        "\ud83d\ude00 == 1".encode("utf-16", "surrogatepass").decode("utf-16"), id="a picture as a name"
    ),
    pytest.param("facts.a\u0000 == 1", id="a zero"),
]


def sources_of(params: Sequence[Any]) -> list[str]:
    return [str(param.values[0]) for param in params]


@pytest.fixture(scope="module")
def evaluator() -> Iterator[Evaluator]:
    """An evaluator whose first rule is good, and whose others attack."""
    sources = ["facts.ok", *sources_of(BROKEN), *sources_of(HARMLESS)]
    with Evaluator([compile_rule(source) for source in sources], BUDGET) as evaluator:
        yield evaluator


def ask(evaluator: Evaluator, number: int) -> Answer:
    """Return what rule *number* comes to between two good ones, which are to stay good."""
    asks = [(0, None), (number, None), (0, None)]
    [reply] = evaluator.answer([Question({}, FACTS, [asks])], build.NOON)
    assert (reply[0], reply[2]) == (Answer(value=True), Answer(value=True))
    return reply[1]


@pytest.mark.parametrize(("source", "told"), BROKEN)
def test_what_breaks_is_an_error_of_that_rule_alone(source: str, told: str, evaluator: Evaluator) -> None:
    answer = ask(evaluator, 1 + sources_of(BROKEN).index(source))

    assert answer.error
    assert told in answer.error
    assert len(answer.error) <= 2_000


@pytest.mark.parametrize(("source", "expected"), HARMLESS)
def test_what_only_looks_dangerous_is_answered(source: str, expected: object, evaluator: Evaluator) -> None:
    number = 1 + len(BROKEN) + sources_of(HARMLESS).index(source)

    assert ask(evaluator, number) == Answer(value=expected)


def test_what_takes_more_than_the_budget_is_an_error_and_all_others_are_answered() -> None:
    greedy = sources_of(GREEDY)
    rules = [compile_rule(source) for source in ["facts.ok", *greedy]]
    asks = [(number, None) for number in range(len(rules))]
    started = time.monotonic()

    with Evaluator(rules, BUDGET) as evaluator:
        replies = list(evaluator.answer([Question({}, FACTS, [[*asks, (0, None)]])], build.NOON))

    for reply in replies:
        assert (reply[0].value, reply[len(rules)].value) == (True, True)
        assert [
            source
            for source, place in zip(greedy, range(1, len(rules)), strict=True)
            if not reply[place].error
        ] == []
    # Wall time, on a machine that does other things as well.
    assert time.monotonic() - started < 60


@pytest.mark.parametrize("source", REFUSED)
def test_what_no_rule_may_be_is_refused_before_it_runs(source: str) -> None:
    with pytest.raises(RuleError):
        compile_rule(source)


def test_a_worker_that_is_killed_is_started_anew() -> None:
    with Evaluator([compile_rule("facts.ok")]) as evaluator:
        [first] = evaluator.answer([Question({}, FACTS, [[(0, None)]])], build.NOON)
        process = evaluator._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
        [second] = evaluator.answer([Question({}, FACTS, [[(0, None)]])], build.NOON)

    assert (first[0].value, second[0].value) == (True, True)


def test_what_breaks_in_a_message_or_evidence_leaves_the_state_alone() -> None:
    check = Check(
        "c", "C", "size(entity.metadata.tags) == 0", message="${1 / 0} of ${entity.none}", evidence="1 / 0"
    )
    assert_states([check], [State.PASS])


def test_checks_that_attack_leave_those_beside_them_as_they_are() -> None:
    attack = sources_of(GREEDY)[0]
    checks = [
        Check("good", "G", "size(entity.metadata.tags) == 0"),
        Check("greedy", "G", attack),
        Check("greedy-scope", "G", "true", applies_to=AppliesTo(when=attack)),
        Check("greedy-message", "G", "true", message="${" + attack + "}"),
        Check("greedy-sample", "G", "true", min_sample=attack),
    ]

    assert_states(checks, [State.PASS, State.ERROR, State.ERROR, State.PASS, State.ERROR])


def assert_states(checks: Sequence[Check], expected: Sequence[State]) -> None:
    subject = Subject("component:default/a", {"kind": "Component", "metadata": {"name": "a"}, "spec": {}}, {})
    with Engine([Scorecard("r", "R", tuple(checks))], (), FactSources()) as engine:
        [found] = engine.evaluate([subject], build.NOON)
    assert [outcome.state for outcome in found.outcomes] == list(expected)
