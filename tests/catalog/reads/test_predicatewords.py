"""What is wrong with a predicate; the sentences are those of the real catalog."""

from __future__ import annotations

from typing import Any

import pytest

from waypost.catalog.reads.predicates import check_predicate
from waypost.catalog.reads.predicatewords import predicate_faults
from waypost.core.errors import InputError

OTHERWISE = "Expected string, received object, or Expected number, received object, or Expected boolean, received object"


def roots(key: str) -> str:
    return ", or ".join(
        f"Required at \"{name}\"; Unrecognized key(s) in object: '{key}'" for name in ("$all", "$any", "$not")
    )


@pytest.mark.parametrize(
    ("query", "message"),
    [
        pytest.param({}, "", id="nothing asked"),
        pytest.param({"kind": "a", "n": {"$in": [1, True]}}, "", id="values"),
        pytest.param({"$all": [{"$not": {"a": {"$exists": False}}}]}, "", id="operators"),
        pytest.param({"$x": 1}, 'Invalid at "$x"', id="an unknown operator with a value"),
        pytest.param(
            {"$all": [], "kind": "a"}, "Unrecognized key(s) in object: 'kind'", id="an operator with more"
        ),
        pytest.param(
            {"kind": None},
            'Expected string, received null at "kind", or Expected number, received null at "kind", '
            'or Expected boolean, received null at "kind", or Expected object, received null at "kind", '
            'or Invalid at "kind"; Expected never, received null at "kind", or '
            f"{OTHERWISE}, or {roots('kind')}",
            id="null",
        ),
    ],
)
def test_a_fault_is_told_as_backstage_tells_it(query: dict[str, Any], message: str) -> None:
    assert predicate_faults(query) == (f"Validation error: {message}" if message else "")


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ({"a.b": {"$in": [[]]}}, 'received array at "a.b.$in[0]"'),
        ({'q"x': None}, 'received null at "q"x"'),
        ({"$all": [{'q"x': None}]}, 'received null at "$all[0]["q\\"x"]"'),
        ({"$all": [{"-": None}]}, 'received null at "$all[0]["-"]"'),
        ({"$any": {}}, 'Expected array, received object at "$any"'),
    ],
)
def test_a_fault_names_its_place(query: dict[str, Any], part: str) -> None:
    assert part in predicate_faults(query)


def test_a_fault_in_a_body_names_its_place_there() -> None:
    with pytest.raises(InputError) as raised:
        check_predicate({"$x": 1}, ("query",), "Malformed, ")

    assert str(raised.value) == 'Malformed, Validation error: Invalid at "query.$x"'


def test_deep_nesting_breaks_nothing() -> None:
    deep: dict[str, Any] = {"kind": None}
    for _ in range(200):
        deep = {"$not": deep}

    assert predicate_faults({"$all": [deep]}).startswith("Validation error: ")


def test_a_long_list_of_faults_is_cut() -> None:
    assert len(predicate_faults({f"{number}": None for number in range(10_000)})) == 20_000
