from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

import build
from waypost.scorecards.rules.compiling import compile_rule
from waypost.scorecards.rules.guard import Answer, Budget, Evaluator, Question

BUDGET = Budget(cpu_seconds=0.5)
GOOD = "facts.ok"
FACTS: dict[str, Any] = {"ok": True, "text": "a" * 200_000, "list": list(range(3_000))}

ATTACKS = [
    pytest.param("['" + "a" * 100 + "']" + ".map(y, y + y)" * 25 + ".size() > 1", id="text that doubles"),
    pytest.param("facts.list.all(a, facts.list.all(b, a + b >= 0))", id="ten million steps"),
    pytest.param("facts.list.map(a, facts.list.map(b, b)).size() > 0", id="lists of lists"),
    pytest.param("facts.list.map(a, facts.text + string(a)).size() > 0", id="many long texts"),
    pytest.param("facts.list.map(a, facts.text.matches('(a{1,30}){1,30}z')).size() > 0", id="slow patterns"),
]


@pytest.fixture(scope="module")
def evaluator() -> Iterator[Evaluator]:
    """An evaluator whose first rule is good, and whose others attack."""
    sources = [GOOD, *(str(attack.values[0]) for attack in ATTACKS)]
    with Evaluator([compile_rule(source) for source in sources], BUDGET) as evaluator:
        yield evaluator


@pytest.mark.parametrize("source", ATTACKS)
def test_an_attack_is_an_error_in_time_and_harms_no_other_rule(source: str, evaluator: Evaluator) -> None:
    number = [str(attack.values[0]) for attack in ATTACKS].index(source) + 1
    started = time.monotonic()

    [[before, attack, after]] = evaluator.answer(
        [Question({}, FACTS, [[(0, None), (number, None), (0, None)]])], build.NOON
    )

    assert (before, after) == (Answer(value=True), Answer(value=True))
    assert attack.error
    assert time.monotonic() - started < 30


def test_a_pattern_that_catastrophic_engines_choke_on_is_answered_at_once() -> None:
    with Evaluator([compile_rule("facts.text.matches('(a+)+$b')")], BUDGET) as evaluator:
        [[answer]] = evaluator.answer([Question({}, FACTS, [[(0, None)]])], build.NOON)

    assert answer == Answer(value=False)


def test_a_rule_that_keeps_breaking_its_budget_is_left_out_of_the_rest() -> None:
    slow = "facts.list.map(a, facts.text.matches('(a{1,30}){1,30}z')).size() > 0"
    questions = [Question({}, FACTS, [[(1, None)], [(0, None)]]) for _ in range(6)]
    with Evaluator([compile_rule(GOOD), compile_rule(slow)], Budget(cpu_seconds=0.2)) as evaluator:
        answers = list(evaluator.answer(questions, build.NOON))

    assert (
        list(map(list, answers))
        == [[Answer(error="takes more than 0.2 s or 512 MB"), Answer(value=True)]] * 6
    )


def test_a_rule_that_was_left_out_is_tried_again_in_the_next_run() -> None:
    slow = "facts.list.map(a, facts.text.matches('(a{1,30}){1,30}z')).size() >= 0"
    heavy = [Question({}, FACTS, [[(0, None)]]) for _ in range(3)]
    light = [Question({}, {"list": [], "text": ""}, [[(0, None)]])]
    with Evaluator([compile_rule(slow)], Budget(cpu_seconds=0.2)) as evaluator:
        list(evaluator.answer(heavy, build.NOON))
        [[left_out]] = evaluator.answer(light, build.NOON)
        evaluator.forgive()
        [[tried]] = evaluator.answer(light, build.NOON)

    assert left_out.error
    assert tried == Answer(value=True)


def test_parameters_are_each_rules_own() -> None:
    rule = compile_rule("facts.list.size() > params.least")
    asks = [(0, {"least": 1}), (0, {"least": 5000}), (0, None)]
    with Evaluator([rule]) as evaluator:
        [[low, high, none]] = evaluator.answer([Question({}, FACTS, [asks])], build.NOON)

    assert (low.value, high.value) == (True, False)
    assert "least" in none.error


def test_values_are_plain_and_short() -> None:
    sources = [
        "now",
        "now - timestamp('2026-11-01T12:00:00Z')",
        "facts.text",
        "facts.list",
        "b'abc'",
        "{1: 'x'}",
    ]
    with Evaluator([compile_rule(source) for source in sources]) as evaluator:
        asks = [(number, None) for number in range(len(sources))]
        [answers] = evaluator.answer([Question({}, FACTS, [asks])], build.NOON)

    values = [answer.value for answer in answers]
    assert values == [
        "2026-11-02T12:00:00+00:00",
        "PT86400S",
        "a" * 2_000,
        "(too long to show)",
        "abc",
        {"1": "x"},
    ]
