from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from waypost.core.errors import InputError
from waypost.scorecards.importing.conditions import read_conditions
from waypost.scorecards.importing.converting import convert
from waypost.scorecards.importing.facts import FactTypes, guess_types, uses_in
from waypost.scorecards.importing.filters import read_filter
from waypost.scorecards.importing.operands import UnsupportedError
from waypost.scorecards.importing.reading import Source, SourceCheck, read_sources
from waypost.scorecards.rules.compiling import compile_rule

TYPES = {
    ("s", name): kind
    for name, kind in {
        "n": "integer", "t": "string", "b": "boolean", "l": "set", "o": "object", "d": "datetime",
    }.items()
}  # fmt: skip


def leaf(fact: str, operator: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"fact": fact, "operator": operator, "value": value, **more}


def read(conditions: Any, retrievers: tuple[str, ...] = ("s",)) -> str:
    types = FactTypes(TYPES)
    return read_conditions(conditions, lambda name, params: types.find(name, params, list(retrievers)))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (leaf("b", "notEqual", value=True), "!facts.s.b"),
        (leaf("b", "not:notEqual", value=True), "facts.s.b"),
        (leaf("t", "equal", 1), "false"),
        (leaf("t", "notEqual", None), "true"),
        (leaf("t", "not:equal", "a"), 'facts.s.t != "a"'),
        (leaf("l", "equal", ["a"]), "false"),
        (leaf("t", "in", ["a", 1, ["a"]]), 'facts.s.t == "a"'),
        (leaf("t", "in", [1]), "false"),
        (leaf("t", "in", "abc"), '"abc".contains(facts.s.t)'),
        (leaf("t", "notIn", []), "true"),
        (leaf("n", "swap:in", {"fact": "l"}), None),
        (leaf("n", "in", {"fact": "l"}), "facts.s.n in facts.s.l"),
        (leaf("t", "contains", "a"), "false"),
        (leaf("l", "contains", ["a"]), "false"),
        (leaf("l", "doesNotContain", 1.0), "!(1 in facts.s.l)"),
        (leaf("n", "swap:contains", [1, 2]), "facts.s.n in [1, 2]"),
        (leaf("n", "greaterThan", "10"), "facts.s.n > 10"),
        (leaf("n", "greaterThan", "ten"), "false"),
        (leaf("n", "lessThan", None), "facts.s.n < 0"),
        (leaf("b", "lessThan", 1), "false"),
        (leaf("n", "equal", "", path="$.a"), "false"),
        (leaf("o", "equal", 1, path="$['a-b'][0]"),
         '("a-b" in facts.s.o && type(facts.s.o["a-b"]) == list && size(facts.s.o["a-b"]) > 0 && facts.s.o["a-b"][0] == 1)'),
        (leaf("o", "notEqual", 1, path="$.a"), "(!has(facts.s.o.a) || facts.s.o.a != 1)"),
        (leaf("l", "equal", 1, path="$.a"), "false"),
        (leaf("n", "someValue:equal", [1, 2]), "(facts.s.n == 1 || facts.s.n == 2)"),
        (leaf("n", "everyValue:greaterThan", []), "true"),
        (leaf("t", "someFact:equal", 1), "false"),
        (leaf("l", "everyFact:someFact:equal", 1),
         "facts.s.l.all(item, (type(item) == list && item.exists(item2, item2 == 1)))"),
        (leaf("n", "swap:lessThan", 5), "5 < facts.s.n"),
        ({"all": []}, "true"),
        ({"any": []}, "true"),
        ({"not": {"all": []}}, "false"),
        ({"any": [leaf("b", "equal", value=True), {"all": []}]}, "true"),
    ],
)  # fmt: skip
def test_a_condition_becomes_the_cel_that_answers_the_same(condition: Any, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(UnsupportedError):
            read(condition)
        return
    found = read(condition)

    assert found == expected
    assert compile_rule(found)


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        ("x", "a condition is no object"),
        ({"all": {}}, "'all' is no list"),
        ({"condition": "shared"}, "it refers to a shared condition 'shared'"),
        ({"fact": "n", "value": 1}, "a condition lacks fact, operator or value"),
        (leaf("n", "equal", 1, odd=1), "nobody here knows 'odd' in a condition"),
        (leaf("n", "odd", 1), "'odd' is no operator of json-rules-engine"),
        (leaf("n", "odd:equal", 1), "'odd:equal' is no operator of json-rules-engine"),
        (leaf("n", "someValue:equal", 1), "'someValue' needs a list as its value"),
        (leaf("n", "in", 1), "its value is neither a list nor a text"),
        (leaf("n", "in", "1"), "it looks for what is no text in a text"),
        (leaf("l", "lessThan", 1), "it orders what is neither a number nor a text"),
        (leaf("n", "lessThan", {"fact": "t"}), "it orders a number and a fact that is a text"),
        (leaf("o", "equal", 1, path="$..a"), "its path '$..a' is no plain list of keys"),
        (
            leaf("n", "equal", 1, params={"days": 3}),
            "fact 'n' has params that only its retriever knows: days",
        ),
        (
            leaf("x", "equal", 1),
            "nothing tells the type of fact 'x'; name the answer of /fact-schemas as well",
        ),
    ],
)
def test_what_cannot_answer_the_same_is_refused_with_the_reason(condition: Any, why: str) -> None:
    with pytest.raises(UnsupportedError) as caught:
        read(condition)

    assert str(caught.value) == why


def test_a_fact_is_that_of_the_retriever_which_is_named_or_gives_it() -> None:
    assert read(leaf("n", "equal", 1, params={"factRetrieverId": "s"}), ("other",)) == "facts.s.n == 1"
    assert read(leaf("n", "equal", 1), ("other", "s")) == "facts.s.n == 1"
    with pytest.raises(UnsupportedError, match="which of a, b gives fact 'x'"):
        read(leaf("x", "equal", 1), ("a", "b"))


def test_two_facts_that_would_have_one_name_are_told() -> None:
    types = FactTypes({("s", "a-b"): "string", ("s", "aB"): "string"})
    types.find("a-b", {}, ["s"])

    with pytest.raises(UnsupportedError, match="would both be"):
        types.find("aB", {}, ["s"])


@pytest.mark.parametrize(
    ("condition", "kind"),
    [
        (leaf("x", "equal", value=True), "boolean"),
        (leaf("x", "in", ["a", "b"]), "string"),
        (leaf("x", "greaterThan", 3), "number"),
        (leaf("x", "greaterThan", "3"), None),
        (leaf("x", "contains", 3), "list"),
        (leaf("x", "someFact:equal", 3), "list"),
        (leaf("x", "equal", 3, path="$.a"), "object"),
        (leaf("x", "swap:contains", [3]), "list"),
        (leaf("x", "equal", {"fact": "y"}), None),
        (leaf("x", "equal", None), None),
        ({"any": [leaf("x", "equal", 1), {"not": leaf("x", "equal", "a")}]}, None),
        ("no condition", None),
    ],
)
def test_the_type_of_a_fact_is_what_its_uses_agree_on(condition: Any, kind: str | None) -> None:
    assert guess_types(uses_in(condition, ["s"])).get(("s", "x")) == kind


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (None, {}),
        ({"kind": "component"}, {"kinds": ["component"]}),
        ([{"kind": "component"}, {"kind": ["api", "system"]}], {"kinds": ["component", "api", "system"]}),
        ({"spec.type": "service", "spec.lifecycle": ["production"]}, {"types": ["service"], "lifecycles": ["production"]}),
        (
            {"kind": "component", "spec.system": "a.b"},
            {
                "kinds": ["component"],
                "when": '(has(entity.spec) && has(entity.spec.system) && type(entity.spec.system) == string'
                ' && entity.spec.system.matches("(?i)^(a\\\\.b)$"))',
            },
        ),
        (
            [{"kind": "api"}, {"metadata.labels['a/b']": "x"}],
            {
                "when": '((has(entity.kind) && type(entity.kind) == string && entity.kind.matches("(?i)^(api)$")) || '
                '(has(entity.metadata) && has(entity.metadata.labels) && "a/b" in entity.metadata.labels && '
                'type(entity.metadata.labels["a/b"]) == string && entity.metadata.labels["a/b"].matches("(?i)^(x)$")))'
            },
        ),
    ],
)  # fmt: skip
def test_a_filter_becomes_what_a_check_applies_to(found: Any, expected: dict[str, Any]) -> None:
    assert read_filter(found) == expected
    assert compile_rule(expected.get("when", "true"))


@pytest.mark.parametrize("found", ["x", ["x"], {"spec.a b": "x"}, {"spec.size": 3}])
def test_a_filter_that_looks_at_what_cannot_be_looked_at_is_refused(found: Any) -> None:
    with pytest.raises(UnsupportedError):
        read_filter(found)


@pytest.mark.parametrize(
    ("documents", "why"),
    [
        ([{"id": "a"}, {"id": "A"}], "another check is called 'a' as well"),
        (
            [{"id": "a", "rule": {"conditions": {"all": [leaf("n", "equal", i) for i in range(900)]}}}],
            "than a rule may be",
        ),
    ],
)
def test_a_check_that_would_be_no_check_is_left_out(documents: list[dict[str, Any]], why: str) -> None:
    usual = {
        "rule": {"conditions": {"all": []}},
        "factIds": ["s"],
        "failureMetadata": {"days": 3, "seen": True},
    }
    checks = [SourceCheck(one["id"], usual | one, "x.json", 3) for one in documents]

    converted = convert(Source(checks, TYPES), "imported", "")

    assert why in str(converted.left_out[0])
    assert converted.text.splitlines()[-1] == f"# {converted.left_out[0]}"


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\xff")

    with pytest.raises(InputError, match="cannot be read"):
        read_sources([tmp_path / "x"])
