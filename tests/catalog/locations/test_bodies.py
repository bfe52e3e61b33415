"""Bodies that name a location, refused in the words of Backstage."""

from __future__ import annotations

from typing import Any

import pytest

from waypost.catalog.locations.bodies import demand_location, location_of
from waypost.catalog.rules.annotations import LocationRef
from waypost.core.errors import InputError

ONE = {"type": "url", "target": "https://acme.example/a.yaml"}
UNKNOWN_KEYS = """\
Malformed request: [
  {
    "code": "unrecognized_keys",
    "keys": [
      "extra"
    ],
    "path": [],
    "message": "Unrecognized key(s) in object: 'extra'"
  }
]"""


def test_a_location_is_a_type_and_a_target() -> None:
    assert location_of(ONE) == LocationRef("url", "https://acme.example/a.yaml")
    assert location_of({**ONE, "presence": "optional"}) == location_of(ONE)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"extra": 1}, UNKNOWN_KEYS, id="a key that nobody reads"),
        pytest.param({"presence": "x"}, '"received": "x"', id="an unknown presence"),
        pytest.param({"target": ""}, "Unable to stringify location ref, empty target", id="an empty target"),
        pytest.param({"type": ""}, "Unable to stringify location ref, empty type", id="an empty type"),
        pytest.param({"target": "a\0b"}, "its target holds a character that no address has", id="a null"),
        pytest.param({"target": "javascript:x"}, "target is a javascript: URL", id="a script"),
    ],
)
def test_what_is_no_location_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as raised:
        location_of({**ONE, **changes})

    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([], "here must be object"),
        ({"target": "a"}, "here must have required property 'type'"),
        ({"type": "a"}, "here must have required property 'target'"),
        ({**ONE, "x": 1}, "here must NOT have additional properties"),
        ({"type": "a", "target": 1}, "here/target must be string"),
    ],
)
def test_a_location_within_a_body_is_closed(value: object, message: str) -> None:
    with pytest.raises(InputError) as raised:
        demand_location("here", value)

    assert str(raised.value) == message
