"""Lengths of time: as ISO 8601 writes them (``P90D``, ``PT15M``), and as people say them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from waypost.core.errors import InputError
from waypost.core.words import counted

_DURATION = re.compile(
    r"P(?=[\dT])(?:(?P<weeks>\d{1,6})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,6})S)?)?\Z",
    re.ASCII,
)
_MINUTE: Final = 60
_HOUR: Final = 3600


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


def duration_text(span: timedelta) -> str:
    """Return *span* as ISO 8601, in whole seconds: ``PT15M``, ``P180D``."""
    units = _units(span)
    days = "".join(f"{number}D" for number, word in units if word == "day")
    rest = "".join(f"{number}{word[0].upper()}" for number, word in units if word != "day")
    return "P" + days + (f"T{rest}" if rest or not days else "") + ("" if units else "0S")


def duration_words(span: timedelta) -> str:
    """Return *span* as people say it: ``15 minutes``; no time is ``at once``."""
    said = [counted(number, word) for number, word in _units(span)]
    return " ".join(said) or "at once"


def day_after(day: date, span: timedelta) -> date:
    """Return the day that lies *span* behind *day*, or the calendar's last where that is beyond it."""
    try:
        return day + span
    except OverflowError:
        return date.max


def _units(span: timedelta) -> list[tuple[int, str]]:
    hours, seconds = divmod(span.seconds, _HOUR)
    minutes, seconds = divmod(seconds, _MINUTE)
    units = ((span.days, "day"), (hours, "hour"), (minutes, "minute"), (seconds, "second"))
    return [(number, word) for number, word in units if number]
