"""Durations as ISO 8601 writes them: ``P90D``, ``PT15M``."""

from __future__ import annotations

import re
from datetime import timedelta

from waypost.core.errors import InputError

_DURATION = re.compile(
    r"P(?=[\dT])(?:(?P<weeks>\d{1,6})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,6})S)?)?\Z",
    re.ASCII,
)


def parse_duration(text: str) -> timedelta:
    """Return the length of an ISO 8601 duration in weeks, days, hours, minutes and seconds.

    Years and months are refused: they have no fixed length.

    Raises:
        InputError: The text is no such duration.
    """
    match = _DURATION.match(text)
    if match is None:
        raise InputError(f"'{text}' is no duration", ["write one like P90D or PT15M"])
    return timedelta(**{unit: int(number) for unit, number in match.groupdict(default="0").items()})
