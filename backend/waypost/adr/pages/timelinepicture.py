"""The picture of the decisions of a year: a row each, its name beside a mark whose shape tells its state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from markupsafe import Markup, escape

from waypost.adr.pages.marks import mark
from waypost.adr.pages.words import address_of, name_of, status_of
from waypost.adr.timeline import Span
from waypost.core.graph.svg import shortened, width_of
from waypost.core.words import counted

_WIDTH: Final = 720
_ROW: Final = 26
_TOP: Final = 24
_SIZE: Final = 12
_BESIDE: Final = 11
_LONGEST: Final = 340
"""How wide a name with its state may be: on a phone, its number is in sight beside its mark."""
_NARROW: Final = 220
"""A name with less room beside its span stands above it."""
_SAFE: Final = 1.12
"""How much wider than usual the letters of a reader's font may be."""
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def timeline_svg(year: int, spans: Sequence[Span], today: date) -> Markup:
    """Return the picture of *spans*, which end in *year*: a row each, its name beside its mark."""
    height = _TOP + len(spans) * _ROW + 4
    days = date(year, 12, 31).timetuple().tm_yday
    parts = [_head(year, spans, height), *_months(year, days, height)]
    if today.year == year:
        x = _x(today, year, days)
        parts.append(f'<path class="wp-timeline__today" d="M{x:.0f} {_TOP - 6}V{height}"/>')
    parts += [_row(span, _TOP + at * _ROW, year, days) for at, span in enumerate(spans)]
    return Markup("".join([*parts, "</svg>"]))  # noqa: S704 - every text from outside is escaped


def _head(year: int, spans: Sequence[Span], height: int) -> str:
    return (
        f'<svg class="wp-timeline__picture" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}" '
        f'role="group" aria-labelledby="timeline-{year}-title timeline-{year}-desc">'
        f'<title id="timeline-{year}-title">Decisions of {year}</title>'
        f'<desc id="timeline-{year}-desc">{_described(year, spans)}</desc>'
    )


def _described(year: int, spans: Sequence[Span]) -> str:
    still = sum(span.is_open for span in spans)
    count = f"{len(spans)} decision{'s' if len(spans) > 1 else ''}, from January to December {year}"
    waiting = f"; {still} of them still open" if still else ""
    return f"{count}{waiting}. The table below says the same."


def _months(year: int, days: int, height: int) -> Iterator[str]:
    for number, name in enumerate(_MONTHS, 1):
        x = _x(date(year, number, 1), year, days)
        yield f'<path class="wp-timeline__month" d="M{x:.0f} {_TOP - 6}V{height}"/>'
        yield f'<text class="wp-timeline__name" x="{x + 3:.0f}" y="12">{name}</text>'


def _x(day: date, year: int, days: int) -> float:
    """Return where *day* lies across the picture of *year*; a day before it lies at its left edge."""
    past = (day - date(year, 1, 1)).days
    return 8 + max(past, 0) / days * (_WIDTH - 16)


def _row(span: Span, y: float, year: int, days: int) -> str:
    start, end = _x(span.start, year, days), _x(span.end, year, days)
    label, is_above = _label(span, start, end, y)
    middle = y + (_ROW - 6 if is_above else _ROW / 2)
    state = span.decision.state or "other"
    earlier = (
        f'<path class="wp-timeline__earlier" d="M5 {middle - 4:.0f}L1 {middle:.0f}L5 {middle + 4:.0f}"/>'
        if span.start.year < year
        else ""
    )
    open_ = " wp-timeline__span--open" if span.is_open else ""
    bar = (
        f'<path class="wp-timeline__span{open_}" d="M{start:.1f} {middle:.0f}H{end:.1f}"/>'
        if span.days
        else ""
    )
    return (
        f'<a class="wp-timeline__row wp-mark--{state}" href="{address_of(span.decision)}">'
        f"<title>{escape(told(span))}</title>"
        f'<rect x="1" y="{y + 1:.0f}" width="{_WIDTH - 2}" height="{_ROW - 2}" rx="3"/>'
        f"{earlier}{bar}{mark(span.decision.state, end, middle)}{label}</a>"
    )


def _label(span: Span, start: float, end: float, y: float) -> tuple[str, bool]:
    """Return the name with the state, and whether it is above the span.

    It stands at the right of the mark, else before the span; above where neither side has room.
    """
    state = f" · {status_of(span.decision)}"
    name, wide = name_of(span.decision), width_of(state, _SIZE * _SAFE)
    needed = min(wide + width_of(name, _SIZE * _SAFE), _LONGEST)
    after, before = _WIDTH - end - _BESIDE, start - _BESIDE
    is_above = max(after, before) < min(needed, _NARROW)
    if is_above:
        x, anchor, room = max(8.0, min(start, _WIDTH - 8 - needed)), "start", _WIDTH - 16.0
    elif after >= needed or after >= before:
        x, anchor, room = end + _BESIDE, "start", after
    else:
        x, anchor, room = start - _BESIDE, "end", before
    shown = shortened(name, min(room, _LONGEST) - wide, _SIZE * _SAFE)
    text = (
        f'<text x="{x:.1f}" y="{y + (12 if is_above else _ROW / 2 + 4):.0f}" text-anchor="{anchor}" font-size="{_SIZE}">'
        f'<tspan class="wp-timeline__link">{escape(shown)}</tspan>'
        f'<tspan class="wp-timeline__state">{escape(state)}</tspan></text>'
    )
    return text, is_above


def told(span: Span) -> str:
    """Return all that is known of *span* as a sentence."""
    days = counted(span.days, "day")
    what = f"{name_of(span.decision)}: {status_of(span.decision)}"
    if span.is_open:
        return f"{what}; open since {span.start} ({days})"
    if span.proposed is None:
        return f"{what}; {span.end}"
    return f"{what}; proposed {span.start}, decided {span.end} ({days})"
