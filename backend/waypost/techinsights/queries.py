"""Query strings as the library ``qs`` writes them: ``ids[0]=a&ids[1]=b`` for a list."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

_KEY = re.compile(r"(?P<name>[^\[\]]+)(?:\[\d*\])?\Z")


def texts(arguments: Iterable[tuple[str, str]], name: str) -> list[str]:
    """Return every value of *name*, also where it is written ``name[]`` or ``name[0]``, in the order given."""
    found = []
    for key, value in arguments:
        match = _KEY.match(key)
        if match and match["name"] == name:
            found.append(value)
    return found


def moment(text: str) -> datetime | None:
    """Return the time that *text* is in ISO 8601, None where it is none; without a zone it is UTC."""
    try:
        # A plus that nobody escaped has become a blank.
        at = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):  # The latter where no calendar reaches it in UTC.
        return None
