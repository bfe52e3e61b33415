"""What is wrong with a predicate, in the words that Backstage's catalog has for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

# Backstage describes predicates to zod, which tries every form that one may have and tells what each lacks.
# The forms stand here in its order, as each client that shows the message shows it as it comes.
_VALID, _DIRTY, _INVALID = range(3)
_IDENTIFIER: Final = re.compile(r"[$_]|[^\W\d]")
_KEY: Final = re.compile(r"(?:[^$\n\r].*)?")
_MISSING: Final = object()
_LONGEST: Final = 20_000
_DEEPEST: Final = 100
# What a message holds at most of a key, and how many faults of a list are told: together more than it shows.
_LONGEST_KEY: Final = 500
_MOST: Final = 2_500

Path = tuple[str | int, ...]
Verdict = tuple[int, list[str]]
Form = Callable[[Any, Path], Verdict]


def predicate_faults(value: object, path: Path = ()) -> str:
    """Return what no form of a predicate lets pass in *value*, "" where one takes it.

    Args:
        path: The keys that lead to it in the request's body.
    """
    status, told = _predicate(value, path)
    return f"Validation error: {'; '.join(told)}"[:_LONGEST] if status else ""


def _type_of(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    names: Mapping[type, str] = {str: "string", int: "number", float: "number", list: "array"}
    return names.get(type(value), "object")


def _at(message: str, path: Path) -> str:
    if not path:
        return message
    if len(path) == 1:
        return f"{message} at index {path[0]}" if isinstance(path[0], int) else f'{message} at "{path[0]}"'
    joined = ""
    for step in path:
        if isinstance(step, int):
            joined += f"[{step}]"
        elif '"' in step or not _IDENTIFIER.search(step):
            quoted = step.replace('"', '\\"')
            joined += f'["{quoted}"]'
        else:
            joined += f".{step}" if joined else step
    return f'{message} at "{joined}"'


def _expect(wanted: str) -> Form:
    def check(value: Any, path: Path) -> Verdict:
        if value is _MISSING:
            return _INVALID, [_at("Required", path)]
        found = _type_of(value)
        return (
            (_VALID, [])
            if found == wanted
            else (_INVALID, [_at(f"Expected {wanted}, received {found}", path)])
        )

    return check


def _union(forms: Callable[[], tuple[Form, ...]]) -> Form:
    """Return the form that takes what one of *forms* takes; a lesser fault of one is told before all others."""

    def check(value: Any, path: Path) -> Verdict:
        if len(path) > _DEEPEST:
            return _INVALID, ["it is nested too deeply"]
        dirty: list[str] | None = None
        told: dict[str, None] = {}
        for form in forms():
            status, faults = form(value, path)
            if status == _VALID:
                return _VALID, []
            if status == _DIRTY and dirty is None:
                dirty = faults
            told["; ".join(faults)] = None
        return (_INVALID, [", or ".join(told)]) if dirty is None else (_DIRTY, dirty)

    return check


def _record(is_key: Callable[[str], object], form: Callable[[], Form]) -> Form:
    def check(value: Any, path: Path) -> Verdict:
        if not isinstance(value, dict):
            return _expect("object")(value, path)
        return _all(
            entry(key, form()(inner, (*path, key[:_LONGEST_KEY])), path) for key, inner in value.items()
        )

    def entry(key: str, verdict: Verdict, path: Path) -> Verdict:
        if is_key(key):
            return verdict
        status, faults = verdict
        return max(_DIRTY, status), [_at("Invalid", (*path, key[:_LONGEST_KEY])), *faults]

    return check


def _object(name: str, form: Callable[[], Form], *, is_strict: bool = False) -> Form:
    def check(value: Any, path: Path) -> Verdict:
        if not isinstance(value, dict):
            return _expect("object")(value, path)
        worst, told = form()(value.get(name, _MISSING), (*path, name))
        others = [f"'{key}'" for key in value if key != name]
        if is_strict and others:
            worst = max(worst, _DIRTY)
            told = [*told, _at(f"Unrecognized key(s) in object: {', '.join(others)}", path)]
        return worst, told

    return check


def _list(form: Callable[[], Form]) -> Form:
    def check(value: Any, path: Path) -> Verdict:
        if not isinstance(value, list):
            return _expect("array")(value, path)
        return _all(form()(item, (*path, at)) for at, item in enumerate(value))

    return check


def _all(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst of *verdicts* with all that they tell; where enough is told of what is wrong, the rest is not asked."""
    worst, told = _VALID, []
    for status, faults in verdicts:
        worst = max(worst, status)
        told += faults
        if worst == _INVALID and len(told) > _MOST:
            break
    return worst, told


_PRIMITIVES: tuple[Form, ...] = (_expect("string"), _expect("number"), _expect("boolean"))
_primitive = _union(lambda: _PRIMITIVES)
_value = _union(lambda: _CONDITIONS)
_expression = _union(lambda: _EXPRESSIONS)
_predicate = _union(lambda: _PREDICATES)
_EXPRESSIONS: tuple[Form, ...] = (
    _record(_KEY.fullmatch, lambda: _value),
    _record(lambda key: key.startswith("$"), lambda: _expect("never")),
)
_CONDITIONS: tuple[Form, ...] = (
    _primitive,
    _object("$exists", lambda: _expect("boolean")),
    _object("$in", lambda: _list(lambda: _primitive)),
    _object("$contains", lambda: _predicate),
    _object("$hasPrefix", lambda: _expect("string")),
)
_PREDICATES: tuple[Form, ...] = (
    _expression,
    _primitive,
    _object("$all", lambda: _list(lambda: _predicate), is_strict=True),
    _object("$any", lambda: _list(lambda: _predicate), is_strict=True),
    _object("$not", lambda: _predicate, is_strict=True),
)
