"""Pushed facts as they are sent: read one by one, so that one that is wrong does not stop the others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from waypost.core.errors import InputError

MOST_ITEMS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Pushed:
    """A fact as it was sent; what it lacks or has wrong is told when it is looked at."""

    entity: str
    path: str
    value: Any
    as_of: datetime | None = None
    id: str = ""
    fault: str = ""

    @property
    def digest(self) -> str:
        """What it says, so that an id that stands for something else is found out."""
        said = [self.entity, self.path, self.value, self.as_of]
        data = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(data).hexdigest()[:32]


def read_items(data: object) -> Iterator[Pushed]:
    """Give each fact of the list *data*; one that cannot be read holds why.

    Raises:
        InputError: It is no list, or too long.
    """
    if not isinstance(data, list):
        raise InputError("the facts", ["must be a list"])
    if len(data) > MOST_ITEMS:
        raise InputError("the facts", [f"are more than {MOST_ITEMS}; send them in parts"])
    yield from map(read_item, data)


_KEYS: Final = {"entity", "path", "value", "asOf", "id"}
_MOST_LETTERS: Final = 500


def read_item(data: object) -> Pushed:
    """Return the fact that *data* holds; its ``fault`` tells what is wrong with it."""
    if not isinstance(data, dict):
        return Pushed("", "", None, fault="must be an object with entity, path and value")
    texts = {name: data.get(name) for name in ("entity", "path", "id")}
    faults = [
        f"{name} must be a text of {_MOST_LETTERS} letters at most, on one line"
        for name, text in texts.items()
        if not _is_name(text) and not (name == "id" and text is None)
    ]
    faults += ["value is missing"] if "value" not in data else []
    faults += [f"{key} is no key of a fact" for key in data if key not in _KEYS]
    as_of = data.get("asOf")
    moment = _moment(as_of)
    faults += ["asOf must be a time with a zone"] if as_of is not None and moment is None else []
    if faults:
        return Pushed("", "", None, fault="; ".join(faults))
    return Pushed(data["entity"], data["path"], data["value"], moment, data.get("id") or "")


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) and "T" in text else None
        return moment.astimezone(UTC) if moment is not None and moment.tzinfo is not None else None
    except (ValueError, OverflowError):  # The latter where no calendar reaches it in UTC.
        return None


def _is_name(text: object) -> bool:
    return isinstance(text, str) and 0 < len(text) <= _MOST_LETTERS and text.isprintable()
