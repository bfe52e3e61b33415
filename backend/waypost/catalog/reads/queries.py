"""Query strings and bodies of requests, checked as Backstage's OpenAPI document demands."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import unquote_plus

import orjson

from waypost.core.errors import InputError

# What has more digits is no number of entities, and long enough ones take long to read.
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}\Z")
_JSON = re.compile(r"application/json\s*(?:;|\Z)", re.IGNORECASE)
_MISSING = object()


class Query:
    """The parameters of a query string, each of which must be one of *allowed*."""

    def __init__(self, text: bytes, allowed: frozenset[str]) -> None:
        self._values: dict[str, list[str]] = {}
        for part in filter(None, text.decode("utf-8", "replace").split("&")):
            name, _, value = part.partition("=")
            name, value = _decoded(name), _decoded(value)
            if name not in allowed:
                raise InputError(f"Unknown query parameter '{name}'")
            self._values.setdefault(name, []).append(value)
        for name, values in self._values.items():
            if values == [""]:
                raise InputError(f"Empty value found for query parameter '{name}'")

    def __contains__(self, name: str) -> bool:
        """Tell whether *name* was given."""
        return name in self._values

    def texts(self, name: str) -> list[str]:
        """Return every value of *name*, in order."""
        return self._values.get(name, [])

    def text(self, name: str) -> str | None:
        """Return the only value of *name*, None where it was not given.

        Raises:
            InputError: It was given twice.
        """
        values = self._values.get(name)
        if values is None:
            return None
        if len(values) > 1:
            raise InputError(f"request/query/{name} must be string")
        return values[0]

    def integer(self, name: str) -> int | None:
        """Return the value of *name* as a whole number that is not negative.

        Raises:
            InputError: It is none, or there are several.
        """
        values = self._values.get(name)
        if values is None:
            return None
        if len(values) > 1 or not _INTEGER.match(values[0].strip()):
            raise InputError(f"request/query/{name} must be integer")
        number = int(values[0])
        if number < 0:
            raise InputError(f"request/query/{name} must be >= 0")
        return number

    def choice(self, name: str, allowed: tuple[str, ...]) -> str | None:
        """Return the value of *name*, which must be one of *allowed*.

        Raises:
            InputError: It is another.
        """
        value = self.text(name)
        if value is not None and value not in allowed:
            raise InputError(
                f"request/query/{name} must be equal to one of the allowed values: {', '.join(allowed)}"
            )
        return value


def expect_no_query(environ: Mapping[str, Any]) -> None:
    """Refuse every parameter of the query string in a WSGI *environ*."""
    text = environ["QUERY_STRING"]
    if text:
        Query(text.encode("latin-1"), frozenset())


def _decoded(text: str) -> str:
    return unquote_plus(text) if "%" in text or "+" in text else text


Rule = Callable[[str, Any], None]


def read_body(
    data: bytes,
    content_type: str,
    rules: Mapping[str, Rule],
    required: tuple[str, ...] = (),
    *,
    is_closed: bool = False,
) -> Any:
    """Return the JSON object in *data*; each property must keep its rule. No data is an empty object.

    Args:
        is_closed: It may have no other properties than those with a rule.

    Raises:
        InputError: It is no JSON, no object, lacks a property of *required* or breaks a rule.
    """
    if data and not _JSON.match(content_type):
        raise InputError(f"unsupported media type {content_type.partition(';')[0] or 'undefined'}")
    try:
        body = orjson.loads(data or b"{}")
    except orjson.JSONDecodeError as error:
        raise InputError(f"the body is not JSON: {error}") from error
    demand_object("request/body", body)
    for name in required:
        if name not in body:
            raise InputError(f"request/body must have required property '{name}'")
    if is_closed and not body.keys() <= rules.keys():
        raise InputError("request/body must NOT have additional properties")
    for name, rule in rules.items():
        value = body.get(name, _MISSING)
        if value is not _MISSING:
            rule(f"request/body/{name}", value)
    return body


def demand_object(where: str, value: object) -> None:
    """Refuse what is no object."""
    if not isinstance(value, dict):
        raise InputError(f"{where} must be object")


def demand_number(where: str, value: object) -> None:
    """Refuse what is no number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InputError(f"{where} must be number")


def demand_text(where: str, value: object) -> None:
    """Refuse what is no text."""
    if not isinstance(value, str):
        raise InputError(f"{where} must be string")


def demand_texts(where: str, value: object) -> None:
    """Refuse what is no list of texts."""
    _demand_each(demand_text, where, value)


def _demand_each(demand: Rule, where: str, value: object) -> None:
    if not isinstance(value, list):
        raise InputError(f"{where} must be array")
    for at, item in enumerate(value):
        demand(f"{where}/{at}", item)


def demand_count(where: str, value: object) -> None:
    """Refuse what is no whole number, or less than nought."""
    demand_number(where, value)
    assert isinstance(value, (int, float))  # noqa: S101 - as was just demanded
    if value < 0 or value != int(value):
        raise InputError(f"{where} must be a whole number >= 0")


def demand_one_of(allowed: tuple[str, ...]) -> Rule:
    """Return the rule that refuses all but *allowed*."""
    return partial(_demand_one_of, allowed)


def _demand_one_of(allowed: tuple[str, ...], where: str, value: object) -> None:
    if value not in allowed:
        raise InputError(f"{where} must be equal to one of the allowed values: {', '.join(allowed)}")


def demand_orders(where: str, value: object) -> None:
    """Refuse what is no list of orders, each with its ``field`` and ``order``."""
    _demand_each(_demand_order, where, value)


def _demand_order(where: str, value: object) -> None:
    demand_object(where, value)
    assert isinstance(value, dict)  # noqa: S101 - as was just demanded
    for name in ("field", "order"):
        if name not in value:
            raise InputError(f"{where} must have required property '{name}'")
        demand_text(f"{where}/{name}", value[name])
    if value["order"] not in ("asc", "desc"):
        raise InputError("Invalid order field order, must be asc or desc")


def demand_full_text(where: str, value: object) -> None:
    """Refuse what is no full text filter."""
    demand_object(where, value)
    assert isinstance(value, dict)  # noqa: S101 - as was just demanded
    if "term" in value:
        demand_text(f"{where}/term", value["term"])
    if "fields" in value:
        demand_texts(f"{where}/fields", value["fields"])
