"""Operators of json-rules-engine 7.3.1 as CEL that gives the same answer, decorators as well.

Its comparisons are those of JavaScript: ``===``, ``indexOf``, ``parseFloat``. What is known of the types of both sides
keeps the CEL short; where it would have to guess, the condition is refused.
"""

from __future__ import annotations

import math
import operator as comparing
import re
from collections.abc import Callable
from typing import Any, Final

from waypost.scorecards.importing.operands import (
    ANY,
    BOOLEAN,
    FALSE,
    LIST,
    NULL,
    NUMBER,
    OBJECT,
    TEXT,
    TRUE,
    UNDEFINED,
    Operand,
    UnsupportedError,
    constant,
    every,
    literal,
    negated,
    some,
)

_WHOLE = r"^[-+]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][-+]?[0-9]+)?$"
_START = r"^\s*[-+]?([0-9]|[.][0-9]|Infinity)"
_CONTAINERS = frozenset({LIST, OBJECT})
_SIGNS: Final[dict[str, tuple[str, Callable[[Any, Any], bool]]]] = {
    "lessThan": ("<", comparing.lt),
    "lessThanInclusive": ("<=", comparing.le),
    "greaterThan": (">", comparing.gt),
    "greaterThanInclusive": (">=", comparing.ge),
}


def compare(name: str, left: Operand, right: Operand, depth: int = 0) -> str:
    """Return the claim that the operator called *name*, decorators before it, makes of *left* and *right*.

    Args:
        name: Such as ``equal`` or ``not:someFact:greaterThan``.
        left: The fact's side.
        right: The value's side.
        depth: How many lists are being gone through around it.

    Raises:
        UnsupportedError: There is no such operator, or no CEL that is sure to answer the same.
    """
    decorator, is_decorated, rest = name.partition(":")
    if not is_decorated:
        return _plain(name, left, right)
    if decorator == "not":
        return negated(compare(rest, left, right, depth))
    if decorator == "swap":
        return compare(rest, right, left, depth)
    if decorator in {"someFact", "everyFact"}:
        if left.kind not in {LIST, ANY}:
            return FALSE
        return _each(decorator, left, depth, lambda one, inner: compare(rest, one, right, inner))
    if decorator in {"someValue", "everyValue"}:
        if right.kind != LIST:
            raise UnsupportedError(f"'{decorator}' needs a list as its value")
        return _each(decorator, right, depth, lambda one, inner: compare(rest, left, one, inner))
    raise UnsupportedError(f"'{name}' is no operator of json-rules-engine")


def _each(decorator: str, whole: Operand, depth: int, claim: Callable[[Operand, int], str]) -> str:
    """Return that *claim* holds for some of, or for every one in, the list *whole*."""
    is_some = decorator.startswith("some")
    if whole.is_constant:
        claims = [claim(constant(item), depth) for item in whole.value]
        return some(claims) if is_some else every(claims)
    item = f"item{depth + 1}" if depth else "item"
    inner = claim(Operand(item, ANY), depth + 1)
    found = f"{whole.text}.{'exists' if is_some else 'all'}({item}, {inner})"
    return every([f"type({whole.text}) == list", found]) if whole.kind == ANY else found


def _plain(name: str, left: Operand, right: Operand) -> str:
    if name in {"equal", "notEqual"}:
        claim = _equal(left, right)
        return claim if name == "equal" else negated(claim)
    if name in {"in", "notIn"}:
        claim = _in(left, right)
        return claim if name == "in" else negated(claim)
    if name in {"contains", "doesNotContain"}:
        return _contains(left, right, is_wanted=name == "contains")
    if name in _SIGNS:
        return _ordered(name, left, right)
    raise UnsupportedError(f"'{name}' is no operator of json-rules-engine")


def _equal(left: Operand, right: Operand) -> str:
    """``===``: of one type and equal; two lists or objects are never the same one."""
    kinds = {left.kind, right.kind}
    if _is_surely_other(left, right):
        return FALSE
    if left == right or kinds == {UNDEFINED}:
        return TRUE
    if left.is_constant and right.is_constant:
        return TRUE if left.value == right.value else FALSE
    if left.is_constant:
        left, right = right, left
    if left.kind == BOOLEAN and right.is_constant:
        return left.text if right.value else negated(left.text)
    same = f"{left.text} == {right.text}"
    return every([same, *_is_scalar(left)]) if kinds == {ANY} else same


def _is_surely_other(left: Operand, right: Operand) -> bool:
    kinds = {left.kind, right.kind}
    if kinds & _CONTAINERS:
        return left.is_constant or left != right
    return len(kinds) > 1 and (ANY not in kinds or UNDEFINED in kinds)


def _is_scalar(operand: Operand) -> list[str]:
    return [f"type({operand.text}) != {kind}" for kind in ("list", "map")] if operand.kind == ANY else []


def _in(left: Operand, right: Operand) -> str:
    """``value.indexOf(fact)``: of a list by ``===``, of a text as a part of it."""
    if right.kind == LIST:
        return _among(left, right)
    if right.kind != TEXT:
        raise UnsupportedError("its value is neither a list nor a text")
    if left.kind == TEXT:
        if left.is_constant and right.is_constant:
            return TRUE if left.value in right.value else FALSE
        return f"{right.text}.contains({left.text})"
    raise UnsupportedError("it looks for what is no text in a text")


def _among(left: Operand, right: Operand) -> str:
    """Return that *left* is an item of the list *right*."""
    if left.kind in {*_CONTAINERS, UNDEFINED}:
        return FALSE
    if not right.is_constant:
        return every([*_is_scalar(left), f"{left.text} in {right.text}"])
    items = [item for item in map(constant, right.value) if item.kind not in _CONTAINERS]
    if left.is_constant:
        return TRUE if any(_equal(left, item) == TRUE for item in items) else FALSE
    same = [item for item in items if left.kind in {item.kind, ANY}]
    if len(same) == 1:
        return _equal(left, same[0])
    return f"{left.text} in [{', '.join(item.text for item in same)}]" if same else FALSE


def _contains(left: Operand, right: Operand, *, is_wanted: bool) -> str:
    """A fact that is no list neither contains nor does not contain."""
    if left.kind not in {LIST, ANY}:
        return FALSE
    found = _among(right, Operand(left.text, LIST, left.value))
    claim = found if is_wanted else negated(found)
    return every([f"type({left.text}) == list", claim]) if left.kind == ANY else claim


def _ordered(name: str, left: Operand, right: Operand) -> str:
    """The fact must start as a number does; then JavaScript compares, texts with texts by their letters."""
    sign, holds = _SIGNS[name]
    if left.kind in {BOOLEAN, OBJECT, NULL, UNDEFINED} or right.kind == UNDEFINED:
        return FALSE
    if (
        left.kind == LIST
        or right.kind in {*_CONTAINERS, ANY}
        or (right.kind == BOOLEAN and not right.is_constant)
    ):
        raise UnsupportedError("it orders what is neither a number nor a text")
    if left.is_constant and right.is_constant:
        return _folded(left.value, right.value, holds)
    if left.kind == ANY:
        kinds = {
            NUMBER: f"(type({left.text}) == int || type({left.text}) == double)",
            TEXT: f"type({left.text}) == string",
        }
        return some(
            every([claim, _sided(Operand(left.text, kind), sign, right)]) for kind, claim in kinds.items()
        )
    return _sided(left, sign, right)


def _sided(left: Operand, sign: str, right: Operand) -> str:
    if left.kind == TEXT and right.kind == TEXT:
        return every([f"{left.text}.matches({literal(_START)})", f"{left.text} {sign} {right.text}"])
    if right.is_constant:
        number = _number(right.value)
        if math.isnan(number):
            return FALSE
        right = constant(number)
    elif right.kind == TEXT:
        raise UnsupportedError("it orders a number and a fact that is a text")
    if left.kind == NUMBER:
        return f"{left.text} {sign} {right.text}"
    # A text that was read is surely decimal, and CEL compares that with decimals only.
    text = repr(float(right.value)) if right.is_constant else right.text
    return every([f"{left.text}.matches({literal(_WHOLE)})", f"double({left.text}) {sign} {text}"])


def _folded(left: Any, right: Any, holds: Callable[[Any, Any], bool]) -> str:
    if isinstance(left, str) and not re.match(_START, left):
        return FALSE
    if isinstance(left, str) and isinstance(right, str):
        return TRUE if holds(left, right) else FALSE
    return TRUE if holds(_number(left), _number(right)) else FALSE


def _number(value: Any) -> float:
    """Return *value* as JavaScript's ``Number`` does, a NaN for what is none."""
    if value is None:
        return 0.0
    if isinstance(value, str):
        text = value.strip()
        if not text:
            return 0.0
        return float(text) if re.match(_WHOLE, text) else math.nan
    return float(value)
