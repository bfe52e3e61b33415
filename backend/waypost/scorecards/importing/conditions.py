"""Conditions of json-rules-engine as one CEL expression."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from waypost.scorecards.importing.operands import (
    FALSE,
    MISSING,
    TRUE,
    Operand,
    UnsupportedError,
    constant,
    every,
    follow,
    negated,
    some,
)
from waypost.scorecards.importing.operators import compare

FindFact = Callable[[str, Mapping[str, Any]], Operand]
"""Gives the operand that a fact's name and its params stand for."""

_KNOWN: Final = frozenset({"fact", "operator", "value", "path", "params", "priority", "name", "id"})
_GROUPS: Final = ("any", "all", "not")
"""In the order in which the engine looks for them."""


def read_conditions(conditions: Any, find_fact: FindFact) -> str:
    """Return *conditions*, the root or any part of it, as an expression.

    Raises:
        UnsupportedError: A part of it cannot be carried over.
    """
    if not isinstance(conditions, Mapping):
        raise UnsupportedError("a condition is no object")
    group = next((name for name in _GROUPS if name in conditions), "")
    if not group:
        return _leaf(conditions, find_fact)
    if group == "not":
        return negated(read_conditions(conditions["not"], find_fact))
    parts = conditions[group]
    if not isinstance(parts, list):
        raise UnsupportedError(f"'{group}' is no list")
    if not parts:
        # The engine takes an empty list as met, of any as of all.
        return TRUE
    claims = [read_conditions(part, find_fact) for part in parts]
    return some(claims) if group == "any" else every(claims)


def _leaf(condition: Mapping[str, Any], find_fact: FindFact) -> str:
    if "condition" in condition:
        raise UnsupportedError(f"it refers to a shared condition '{condition['condition']}'")
    if not {"fact", "operator", "value"} <= condition.keys():
        raise UnsupportedError("a condition lacks fact, operator or value")
    if unknown := sorted(condition.keys() - _KNOWN - {"factResult", "valueResult", "result"}):
        raise UnsupportedError(f"nobody here knows '{unknown[0]}' in a condition")
    is_there, left = _fact(condition, find_fact)
    value = condition["value"]
    is_named = isinstance(value, Mapping) and "fact" in value
    is_given, right = _fact(value, find_fact) if is_named else ([], constant(value))
    name = str(condition["operator"])
    return _where(
        is_there,
        lambda: _where(is_given, lambda: compare(name, left, right), lambda: compare(name, left, MISSING)),
        lambda: _where(
            is_given, lambda: compare(name, MISSING, right), lambda: compare(name, MISSING, MISSING)
        ),
    )


def _fact(named: Mapping[str, Any], find_fact: FindFact) -> tuple[list[str], Operand]:
    operand = find_fact(str(named["fact"]), named.get("params") or {})
    path = named.get("path")
    return follow(operand, str(path)) if path else ([], operand)


def _where(claims: list[str], then: Callable[[], str], other: Callable[[], str]) -> str:
    """Return *then* where all of *claims* hold, and *other* where they do not."""
    claim = every(claims)
    if claim == TRUE:
        return then()
    if claim == FALSE:
        return other()
    holds, otherwise = then(), other()
    if otherwise == FALSE:
        return every([*claims, holds])
    if otherwise == TRUE:
        return some([negated(claim), holds])
    return f"({claim} ? {holds} : {otherwise})"
