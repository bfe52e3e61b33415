"""The page of the timeline: a picture for each year, and beside it a table that says the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Final

from markupsafe import Markup, escape

from waypost.adr.pages.marks import LEGEND, mark
from waypost.adr.pages.words import (
    INDEX,
    TIMELINE,
    address_of,
    day_html,
    link_of,
    name_of,
    status_html,
    status_of,
)
from waypost.adr.timeline import Span, Timeline
from waypost.core.graph.svg import shortened, width_of
from waypost.core.markup import listed
from waypost.core.plugin import SitePage

_WIDTH: Final = 720
_ROW: Final = 26
_TOP: Final = 24
_SIZE: Final = 12
_BESIDE: Final = 11
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def timeline_page(found: Timeline, today: date) -> SitePage:
    """Return the page of the timeline, its pictures and tables as pieces."""
    parts = [
        "# Timeline of decisions",
        Markup(
            '<p>When each decision was proposed and decided, by year. <a href="/{}">All decisions</a></p>'
        ).format(INDEX),
        LEGEND,
    ]
    pieces = {}
    for year, spans in found.years.items():
        parts.append(f'## {year}\n\n<div data-wp-piece="year-{year}"></div>')
        pieces[f"year-{year}"] = partial(_year_html, year, spans, today)
    if found.undated:
        parts.append(f"## Without a date\n\n{listed(map(link_of, found.undated))}")
    return SitePage(
        TIMELINE,
        "Timeline of decisions",
        "\n\n".join(parts) + "\n",
        meta={"description": "When each decision was proposed and decided."},
        pieces=pieces,
    )


def _year_html(year: int, spans: Sequence[Span], today: date) -> Markup:
    return Markup(
        '<figure class="wp-timeline"><div class="wp-timeline__scroll" tabindex="0" role="group" '
        'aria-label="Timeline of {}">{}</div></figure>\n<details class="wp-same"><summary>{} as a table</summary>\n{}</details>'
    ).format(year, timeline_svg(year, spans, today), year, _table(year, spans))


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
    middle = y + _ROW / 2
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
        f"{earlier}{bar}{mark(span.decision.state, end, middle)}{_label(span, start, end, middle)}</a>"
    )


def _label(span: Span, start: float, end: float, middle: float) -> str:
    """Return the name beside the mark: at its right, or before the span where that has more room."""
    state = f" · {status_of(span.decision)}"
    name, wide = name_of(span.decision), width_of(state, _SIZE)
    after, before = _WIDTH - end - _BESIDE, start - _BESIDE
    is_after = after >= width_of(name, _SIZE) + wide or after >= before
    shown = shortened(name, max(after, before) - wide, _SIZE)
    x, anchor = (end + _BESIDE, "start") if is_after else (start - _BESIDE, "end")
    return (
        f'<text x="{x:.1f}" y="{middle + 4:.0f}" text-anchor="{anchor}" font-size="{_SIZE}">'
        f'<tspan class="wp-timeline__link">{escape(shown)}</tspan>'
        f'<tspan class="wp-timeline__state">{escape(state)}</tspan></text>'
    )


def told(span: Span) -> str:
    """Return all that is known of *span* as a sentence."""
    days = f"{span.days} day{'' if span.days == 1 else 's'}"
    what = f"{name_of(span.decision)}: {status_of(span.decision)}"
    if span.is_open:
        return f"{what}; open since {span.start} ({days})"
    if span.proposed is None:
        return f"{what}; {span.end}"
    return f"{what}; proposed {span.start}, decided {span.end} ({days})"


def _table(year: int, spans: Sequence[Span]) -> Markup:
    rows = Markup("").join(
        Markup('<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td class="wp-number">{}</td></tr>\n').format(
            link_of(span.decision),
            status_html(span.decision),
            day_html(span.proposed),
            "" if span.is_open else day_html(span.end),
            f"{span.days}, so far" if span.is_open else "" if span.proposed is None else span.days,
        )
        for span in spans
    )
    heads = Markup("").join(
        Markup('<th scope="col">{}</th>').format(name)
        for name in ("Decision", "State", "Proposed", "Decided", "Days")
    )
    return Markup(
        '<table class="wp-table" aria-label="Decisions of {}"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
    ).format(year, heads, rows)
