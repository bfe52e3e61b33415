"""Filters and predicates: which entities a request asks for (Backstage catalog, ``filter`` and ``query``)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from pyroaring import BitMap

from waypost.catalog.reads.index import EntityIndex
from waypost.catalog.reads.predicatewords import predicate_faults
from waypost.catalog.rules.search import js_text
from waypost.core.errors import InputError

Predicate = Mapping[str, Any]
_KEY = re.compile(r"(?:[^$\n\r].*)?")
_DEEPEST = 100
_LONGEST_KEPT = 500
_TOO_DEEP = "Invalid query: it is nested too deeply"
_OPERATORS = ("$exists", "$in", "$contains", "$hasPrefix")


def parse_filters(filters: Sequence[str]) -> Predicate | None:
    """Return what the ``filter`` parameters ask for, as a predicate; None where they ask nothing.

    The predicate is shared by all who ask the same: nobody may change it.

    Raises:
        InputError: A statement has no key.
    """
    if not filters:
        return None
    # What is long is asked once, and takes room a hundred times its length.
    is_kept = sum(map(len, filters)) <= _LONGEST_KEPT
    return (_parse_filters if is_kept else _parse_filters.__wrapped__)(tuple(filters))


@lru_cache(maxsize=2048)
def _parse_filters(filters: tuple[str, ...]) -> Predicate | None:
    parsed = [found for text in filters if (found := _parse_filter(text))]
    if not parsed:
        return None
    every = [inner[0] if len(inner) == 1 else {"$all": inner} for inner in parsed]
    return every[0] if len(every) == 1 else {"$any": every}


def _parse_filter(text: str) -> list[Predicate]:
    values: dict[str, list[str]] = {}
    for statement in filter(None, map(str.strip, text.split(","))):
        key, equals, value = statement.partition("=")
        key = key.strip()
        if not key:
            raise InputError(
                f"Invalid filter, '{statement}' is not a valid statement "
                "(expected a string on the form a=b or a= or a)"
            )
        held = values.setdefault(key, [])
        if equals:
            held.append(value.strip())
    return [{key: _one_of(held)} for key, held in values.items()]


def _one_of(values: list[str]) -> Any:
    if not values:
        return {"$exists": True}
    return values[0] if len(values) == 1 else {"$in": values}


def check_predicate(value: object, path: tuple[str, ...] = (), begin: str = "Invalid query: ") -> Predicate:
    """Return *value* if it is a predicate that can be asked of entities.

    Args:
        path: The keys that lead to it in the request's body, where its faults tell them.
        begin: What stands before its faults.

    Raises:
        InputError: It is not.
    """
    if not isinstance(value, dict):
        raise InputError('Invalid query: a predicate must be an object, such as {"kind": "component"}')
    try:
        _check(value)
    except InputError as error:
        told = "" if str(error) == _TOO_DEEP else predicate_faults(value, path)
        if told:
            raise InputError(begin + told) from error
        raise
    return value


def _check(value: object, depth: int = 0) -> None:
    if depth > _DEEPEST:
        raise InputError(_TOO_DEEP)
    if not isinstance(value, dict):
        raise InputError(f'Invalid query: {value!r} is not supported there; wrap it, as in {{"kind": …}}')
    operators = [key for key in value if key.startswith("$")]
    if not operators:
        for key, condition in value.items():
            _check_condition(key, condition)
        return
    name = operators[0]
    if len(value) > 1 or name not in ("$all", "$any", "$not"):
        raise InputError(f'Invalid query: Validation error: Invalid at "{name}"')
    if name == "$not":
        _check(value[name], depth + 1)
        return
    if not isinstance(value[name], list):
        raise InputError(f'Invalid query: "{name}" takes a list')
    for inner in value[name]:
        _check(inner, depth + 1)


def _check_condition(key: str, condition: object) -> None:
    if not _KEY.fullmatch(key):
        raise InputError(f'Invalid query: Validation error: Invalid at "{key}"')
    if _is_primitive(condition):
        return
    name = next((name for name in _OPERATORS if isinstance(condition, dict) and name in condition), None)
    if name is None or not isinstance(condition, dict):
        raise InputError(f'Invalid query: the condition at "{key}" is neither a value nor a known operator')
    _CHECKS[name](key, condition[name])


def _check_exists(key: str, operand: object) -> None:
    if not isinstance(operand, bool):
        raise InputError(f'Invalid query: "$exists" at "{key}" takes true or false')


def _check_in(key: str, operand: object) -> None:
    if not isinstance(operand, list) or not all(map(_is_primitive, operand)):
        raise InputError(f'Invalid query: "$in" at "{key}" takes a list of values')


def _check_prefix(key: str, operand: object) -> None:
    if not isinstance(operand, str):
        raise InputError(f'Invalid query: "$hasPrefix" at "{key}" takes a string')


def _check_contains(key: str, operand: object) -> None:
    if _is_primitive(operand):
        return
    if not isinstance(operand, dict):
        raise InputError(f'Unsupported $contains target for field "{key}"')
    if key.lower() != "relations":
        raise InputError(f'Object form of $contains is not supported for field "{key}"')
    _relation(operand)


_CHECKS: Mapping[str, Callable[[str, object], None]] = {
    "$exists": _check_exists,
    "$in": _check_in,
    "$contains": _check_contains,
    "$hasPrefix": _check_prefix,
}


def _relation(target: Mapping[str, Any]) -> tuple[str, list[str] | None]:
    """Return the relation type that *target* asks for, and which references, None for any."""
    found: dict[str, Any] = {}
    for raw, value in target.items():
        key = raw.lower()
        if key not in ("type", "targetref"):
            raise InputError(
                f'Unsupported key "{raw}" in $contains for "relations". '
                'Only "type" and "targetRef" are supported'
            )
        if key in found:
            raise InputError(f'Duplicate key "{raw}" in $contains for "relations"')
        found[key] = value
    kind = found.get("type")
    if not isinstance(kind, str) or not kind:
        raise InputError('The $contains operator for "relations" requires a "type" string property')
    return kind.lower(), _references(found["targetref"]) if "targetref" in found else None


def _references(value: object) -> list[str]:
    if isinstance(value, str):
        return [value.lower()]
    several = value.get("$in") if isinstance(value, dict) and len(value) == 1 else None
    if isinstance(several, list) and several and all(isinstance(item, str) for item in several):
        return [item.lower() for item in several]
    raise InputError(
        'Unsupported value in $contains for "relations": '
        'expected a string or { "$in": [strings] } that is not empty'
    )


def find(index: EntityIndex, predicate: Predicate | None) -> BitMap:
    """Return which entities of *index* meet a checked *predicate*; all where there is none."""
    if not predicate:
        return index.everything
    if "$not" in predicate:
        return index.everything - find(index, predicate["$not"])
    if "$any" in predicate:
        return _any(find(index, inner) for inner in predicate["$any"])
    if "$all" in predicate:
        return _every(index, [find(index, inner) for inner in predicate["$all"]])
    return _every(index, [_condition(index, key.lower(), value) for key, value in predicate.items()])


def _every(index: EntityIndex, found: list[BitMap]) -> BitMap:
    if not found:
        return index.everything
    return found[0] if len(found) == 1 else BitMap.intersection(*found)


def _condition(index: EntityIndex, key: str, condition: Any) -> BitMap:
    if _is_primitive(condition):
        return index.equal(key, _text(condition))
    if "$exists" in condition:
        there = index.exists(key)
        return there if condition["$exists"] else index.everything - there
    if "$in" in condition:
        return _any(index.equal(key, _text(value)) for value in condition["$in"])
    if "$hasPrefix" in condition:
        return index.prefixed(key, condition["$hasPrefix"].lower())
    return _containing(index, key, condition["$contains"])


def _containing(index: EntityIndex, key: str, operand: Any) -> BitMap:
    if _is_primitive(operand):
        return index.equal(key, _text(operand))
    kind, references = _relation(operand)
    if references is None:
        return index.exists(f"relations.{kind}")
    return _any(index.equal(f"relations.{kind}", ref) for ref in references)


def _any(found: Iterable[BitMap]) -> BitMap:
    return BitMap.union(BitMap(), *found)


def _is_primitive(value: object) -> bool:
    return isinstance(value, (str, bool, int, float))


def _text(value: str | float) -> str:
    return value.lower() if isinstance(value, str) else js_text(value).lower()
