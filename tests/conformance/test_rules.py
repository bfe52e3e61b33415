"""Imported checks of Tech Insights: their CEL answers as json-rules-engine does, for random rules and facts."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import build
from conformance.conftest import EXAMPLES
from waypost.scorecards.importing.conditions import read_conditions
from waypost.scorecards.importing.facts import FactTypes
from waypost.scorecards.importing.operands import UnsupportedError
from waypost.scorecards.rules.compiling import RuleError, compile_rule
from waypost.scorecards.rules.guard import Evaluator, Question

Ask = Callable[[Mapping[str, Any], Mapping[str, Any]], bool | None]

TYPES: Final = {
    "int": "integer",
    "num": "float",
    "text": "string",
    "flag": "boolean",
    "many": "set",
    "deep": "object",
}
DECLARED: Final = {("source", name): kind for name, kind in TYPES.items()}

texts = st.sampled_from(
    ["", "a", "ab", "abc", "10", "9", "1.5", "2 apples", "-3", ".5", "2026-11-20T00:00:00Z", "true"]
)
numbers = st.one_of(st.integers(-3, 12), st.sampled_from([0.5, 1.5, 2.0, 9.75, -3.0]))
scalars = st.one_of(texts, numbers, st.booleans())
lists = st.lists(scalars, max_size=4)
values = st.one_of(scalars, st.none(), lists)
objects = st.fixed_dictionaries(
    {},
    optional={
        "a": st.one_of(scalars, st.none()),
        "b": st.fixed_dictionaries({}, optional={"c": scalars}),
        "l": lists,
    },
)
facts = st.fixed_dictionaries(
    {
        "int": st.integers(-3, 12),
        "num": numbers.map(float),
        "text": texts,
        "flag": st.booleans(),
        "many": lists,
        "deep": objects,
    }
)
plain_operators = st.sampled_from(
    [
        "equal", "notEqual", "in", "notIn", "contains", "doesNotContain",
        "lessThan", "lessThanInclusive", "greaterThan", "greaterThanInclusive",
    ]
)  # fmt: skip
decorators = st.lists(
    st.sampled_from(["not", "swap", "someFact", "everyFact", "someValue", "everyValue"]), max_size=2
)
operators = st.builds(lambda before, plain: ":".join([*before, plain]), decorators, plain_operators)
names = st.sampled_from(list(TYPES))
paths = st.sampled_from(["$.a", "$.b.c", "$['a']", "$.l", "$.l[0]", "$.l[2]", "$.none", "$.b.none"])
leaves = st.one_of(
    st.fixed_dictionaries({"fact": names, "operator": operators, "value": values}),
    st.fixed_dictionaries(
        {"fact": names, "operator": operators, "value": st.fixed_dictionaries({"fact": names})}
    ),
    st.fixed_dictionaries({"fact": st.just("deep"), "operator": operators, "value": values, "path": paths}),
    # What people write: of the right type more often than not.
    st.fixed_dictionaries({"fact": st.just("num"), "operator": plain_operators, "value": numbers}),
    st.fixed_dictionaries(
        {"fact": st.just("text"), "operator": st.sampled_from(["in", "notIn"]), "value": lists}
    ),
)
groups = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=5,
)
roots = st.one_of(
    st.lists(groups, max_size=3).map(lambda parts: {"all": parts}),
    st.lists(groups, max_size=3).map(lambda parts: {"any": parts}),
    groups.map(lambda part: {"not": part}),
)


@pytest.fixture(scope="module")
def engine(packages: Path) -> Iterator[Ask]:
    """The real json-rules-engine: what it says of conditions and facts, None where it breaks."""
    with subprocess.Popen(
        ["node", "rules.mjs"], cwd=packages, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        sent, told = process.stdin, process.stdout
        assert sent is not None
        assert told is not None

        def ask(conditions: Mapping[str, Any], known: Mapping[str, Any]) -> bool | None:
            sent.write(json.dumps({"conditions": conditions, "facts": known}) + "\n")
            sent.flush()
            verdict: bool | None = json.loads(told.readline())
            return verdict

        yield ask
        sent.close()


def carried_over(conditions: Mapping[str, Any]) -> str | None:
    """Return *conditions* as CEL, None where they are refused."""
    types = FactTypes(DECLARED)
    try:
        source = read_conditions(conditions, lambda name, params: types.find(name, params, ["source"]))
        compile_rule(source)
    except (UnsupportedError, RuleError):
        return None
    return source


def judged(sources: Sequence[str], known: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """Return what each of *sources* comes to for each of *known*, by the facts first."""
    asks = [(number, None) for number in range(len(sources))]
    with Evaluator([compile_rule(source) for source in sources]) as evaluator:
        questions = [Question({}, {"source": dict(one)}, [asks]) for one in known]
        replies = list(evaluator.answer(questions, build.NOON))
    return [[reply[place].error or reply[place].value for place in range(len(sources))] for reply in replies]


# Many conditions an example, for each example starts a worker.
@settings(settings.get_profile("conformance"), max_examples=max(EXAMPLES // 25, 1))
@given(drawn=st.lists(roots, min_size=15, max_size=40), known=st.lists(facts, min_size=2, max_size=4))
def test_random_conditions_answer_as_the_engine_does(
    drawn: list[Mapping[str, Any]], known: list[Mapping[str, Any]], engine: Ask
) -> None:
    carried = [
        (conditions, source) for conditions in drawn if (source := carried_over(conditions)) is not None
    ]

    answers = judged([source for _, source in carried], known)

    expected = [[engine(conditions, one) for conditions, _ in carried] for one in known]
    for one, said, real in zip(known, answers, expected, strict=True):
        for (conditions, source), ours, theirs in zip(carried, said, real, strict=True):
            # Where the engine breaks, Tech Insights has no result at all: there is nothing to be equal to.
            assert theirs is None or ours is theirs, (conditions, one, source)


def test_most_conditions_that_people_write_are_carried_over(engine: Ask) -> None:
    usual = [
        {"fact": "flag", "operator": "equal", "value": True},
        {"fact": "num", "operator": "greaterThanInclusive", "value": 80},
        {"fact": "text", "operator": "in", "value": ["a", "b"]},
        {"fact": "many", "operator": "contains", "value": "a"},
        {"fact": "many", "operator": "not:everyFact:equal", "value": "a"},
        {"fact": "deep", "operator": "equal", "value": 1, "path": "$.b.c"},
        {"fact": "int", "operator": "lessThan", "value": {"fact": "num"}},
    ]
    known = {"int": 1, "num": 2.0, "text": "a", "flag": True, "many": ["a"], "deep": {"b": {"c": 1}}}

    sources = [carried_over({"all": [leaf]}) for leaf in usual]

    assert sources == [
        "facts.source.flag",
        "facts.source.num >= 80",
        'facts.source.text in ["a", "b"]',
        '"a" in facts.source.many',
        '!(facts.source.many.all(item, item == "a"))',
        "(has(facts.source.deep.b) && type(facts.source.deep.b) == map && has(facts.source.deep.b.c) && facts.source.deep.b.c == 1)",
        "facts.source.int < facts.source.num",
    ]
    assert judged([str(source) for source in sources], [known]) == [
        [engine({"all": [leaf]}, known) for leaf in usual]
    ]
