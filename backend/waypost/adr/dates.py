"""Dates as people write them in decisions; the order of day and month is learnt from the whole folder."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905 - reads as a calendar
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?"
_YEAR_FIRST = re.compile(r"(?<!\d)(?P<year>\d{4})[-/.](?P<a>\d{1,2})[-/.](?P<b>\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})[-/.](?P<year>\d{4}|\d{2})(?!\d)")
_DAY_NAMED = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{_MONTH}[\s,-]+(?P<year>\d{{4}})(?!\d)", re.IGNORECASE
)
_NAMED_DAY = re.compile(
    rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})(?!\d)", re.IGNORECASE
)
_NAMED_MONTH = re.compile(rf"{_MONTH}\s*,?\s*\d{{4}}", re.IGNORECASE)
_CENTURY = 2000
_LAST_MONTH = 12
_CLEAR_MAJORITY = 9


class DateOrder(StrEnum):
    """How the dates of a folder are to be read whose year comes last."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"
    UNKNOWN = "unknown"
    """No date of the folder tells."""
    MIXED = "mixed"
    """Too many can only be read one way, and too many only the other."""


def is_only_date(text: str) -> bool:
    """Tell whether *text* is a date and nothing else, or a month."""
    return any(
        pattern.fullmatch(text.strip())
        for pattern in (_YEAR_FIRST, _YEAR_LAST, _DAY_NAMED, _NAMED_DAY, _NAMED_MONTH)
    )


def learn_order(texts: Iterable[str]) -> DateOrder:
    """Return the order that the dates in *texts* have in common.

    A number above twelve can only be a day. Such dates decide for the folder, where at least nine in ten agree.
    """
    pairs = [(int(m["a"]), int(m["b"])) for text in texts for m in _YEAR_LAST.finditer(text)]
    day_first = sum(first > _LAST_MONTH >= second for first, second in pairs)
    month_first = sum(second > _LAST_MONTH >= first for first, second in pairs)
    if not day_first and not month_first:
        return DateOrder.UNKNOWN
    if day_first >= _CLEAR_MAJORITY * month_first:
        return DateOrder.DAY_FIRST
    return DateOrder.MONTH_FIRST if month_first >= _CLEAR_MAJORITY * day_first else DateOrder.MIXED


def parse_date(text: str, order: DateOrder = DateOrder.UNKNOWN) -> date | None:
    """Return the first date in *text*, or None where there is none that can be read for certain.

    ``03/04/2024`` is read only where *order* is known; ``13/04/2024`` can be read always.
    """
    if match := _YEAR_FIRST.search(text):
        return _date(match["year"], match["a"], match["b"])
    if match := _DAY_NAMED.search(text) or _NAMED_DAY.search(text):
        month = _MONTHS.index(match["month"].lower()) + 1
        return _date(match["year"], month, match["day"])
    if match := _YEAR_LAST.search(text):
        return _ordered(match, order)
    return None


def _ordered(match: re.Match[str], order: DateOrder) -> date | None:
    first, second = int(match["a"]), int(match["b"])
    day_first, month_first = _date(match["year"], second, first), _date(match["year"], first, second)
    if day_first is None or month_first is None or day_first == month_first:
        return day_first or month_first
    # Two readings: what the folder does elsewhere decides, and where it does not, nobody guesses.
    return {DateOrder.DAY_FIRST: day_first, DateOrder.MONTH_FIRST: month_first}.get(order)


def _date(year: str, month: str | int, day: str | int) -> date | None:
    number = int(year)
    try:
        return date(number if number >= 100 else _CENTURY + number, int(month), int(day))  # noqa: PLR2004
    except ValueError:
        return None
