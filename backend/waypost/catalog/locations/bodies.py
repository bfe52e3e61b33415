"""Bodies of requests that name a location: checked as Backstage does, with its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from waypost.catalog.reads.queries import demand_object, demand_text
from waypost.catalog.rules.annotations import LocationRef, is_script
from waypost.core.errors import InputError

REQUIRED: Final = ("target", "type")
RULES: Final = {"target": demand_text, "type": demand_text}
_PRESENCES: Final = ("required", "optional")
_KNOWN: Final = (*REQUIRED, "presence")


def demand_location(where: str, value: object) -> None:
    """Refuse what is no object of a type and a target alone."""
    demand_object(where, value)
    assert isinstance(value, dict)  # noqa: S101 - as was just demanded
    for name in ("type", "target"):
        if name not in value:
            raise InputError(f"{where} must have required property '{name}'")
    if len(value) > len(REQUIRED):
        raise InputError(f"{where} must NOT have additional properties")
    for name in ("type", "target"):
        demand_text(f"{where}/{name}", value[name])


def location_of(body: Mapping[str, Any]) -> LocationRef:
    """Return the location that *body* names; its texts were looked at before.

    Raises:
        InputError: A key that nobody reads is there too, or nothing can be read from such a place.
    """
    issues = [*_presence_issues(body), *_key_issues(body)]
    if issues:
        told = orjson.dumps(issues, option=orjson.OPT_INDENT_2).decode()
        raise InputError(f"Malformed request: {told}")
    location = LocationRef(body["type"], body["target"])
    for name, value in location._asdict().items():
        if not value:
            raise InputError(f"Unable to stringify location ref, empty {name}")
        if not value.isprintable():
            raise InputError(f"Invalid location, its {name} holds a character that no address has")
    if is_script(location.target):
        raise InputError(f"Invalid location ref '{location}', target is a javascript: URL")
    return location


def _presence_issues(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    given = body.get("presence", _PRESENCES[0])
    if given in _PRESENCES:
        return []
    unions = [{"issues": [_literal_issue(given, wanted)], "name": "ZodError"} for wanted in _PRESENCES]
    return [
        {"code": "invalid_union", "unionErrors": unions, "path": ["presence"], "message": "Invalid input"}
    ]


def _literal_issue(given: object, wanted: str) -> dict[str, Any]:
    return {
        "received": given,
        "code": "invalid_literal",
        "expected": wanted,
        "path": ["presence"],
        "message": f'Invalid literal value, expected "{wanted}"',
    }


def _key_issues(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    unknown = [key for key in body if key not in _KNOWN]
    if not unknown:
        return []
    shown = ", ".join(f"'{key}'" for key in unknown)
    message = f"Unrecognized key(s) in object: {shown}"
    return [{"code": "unrecognized_keys", "keys": unknown, "path": [], "message": message}]
