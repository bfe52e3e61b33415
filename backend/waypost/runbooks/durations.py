"""Lengths of time as ISO 8601 and as people write them."""

from __future__ import annotations

from datetime import timedelta

_MINUTE, _HOUR = 60, 3600


def duration_text(span: timedelta) -> str:
    """Return *span* as ISO 8601: ``PT15M``, ``P180D``."""
    units = _units(span)
    days = "".join(f"{number}D" for number, word in units if word == "day")
    rest = "".join(f"{number}{word[0].upper()}" for number, word in units if word != "day")
    return "P" + days + (f"T{rest}" if rest or not days else "") + ("" if units else "0S")


def duration_words(span: timedelta) -> str:
    """Return *span* as people say it: ``15 minutes``; no time is ``at once``."""
    said = [f"{number} {word}{'' if number == 1 else 's'}" for number, word in _units(span)]
    return " ".join(said) or "at once"


def _units(span: timedelta) -> list[tuple[int, str]]:
    hours, seconds = divmod(span.seconds, _HOUR)
    minutes, seconds = divmod(seconds, _MINUTE)
    units = ((span.days, "day"), (hours, "hour"), (minutes, "minute"), (seconds, "second"))
    return [(number, word) for number, word in units if number]
