"""Lines over time, told apart by their dashes, with a table that holds every point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from markupsafe import Markup

_DASHES: Final = ("", "7 4", "2 4", "11 4 2 4", "1 6")
_OPEN_ROWS: Final = 6
"""A table of so many rows stands open; a longer one is folded."""
_DOTTED: Final = 12
"""A line of so many points shows each; a longer one only the last."""
_BELOW: Final = 2
"""Room above the highest point, in per cent: a line on the edge would be cut."""


@dataclass(frozen=True, slots=True)
class Point:
    """A value at a time: ``value`` places it, ``text`` tells it. A value of None is a gap: nobody knows."""

    at: date
    value: float | None
    text: str = ""

    @property
    def told(self) -> str:
        """What the table says of it."""
        return self.text or ("not known" if self.value is None else f"{self.value:g}")


@dataclass(frozen=True, slots=True)
class Series:
    """A line: its name, and its points from the oldest on.

    A stepped one stays as it was until the next point, as what is counted does; any other leads straight there.
    """

    name: str
    points: Sequence[Point]
    is_stepped: bool = True


@dataclass(frozen=True, slots=True)
class Mark:
    """A day that means something, such as a deadline; it may lie behind the last point."""

    at: date
    text: str


@dataclass(frozen=True, slots=True)
class _Scale:
    first: datetime
    last: datetime
    top: float

    def x(self, at: date) -> float:
        whole = (self.last - self.first).total_seconds() or 1.0
        return 100 * (_moment(at) - self.first).total_seconds() / whole

    def y(self, value: float) -> float:
        return 100 - (100 - _BELOW) * min(max(value, 0.0), self.top) / self.top


def line_chart(
    title: str,
    series: Sequence[Series],
    *,
    key: str,
    top: float | None = None,
    top_text: str = "",
    marks: Sequence[Mark] = (),
    day_head: str = "Day",
) -> Markup:
    """Return *series* as lines over time, from 0 up to *top*, with their legend and a table of every point.

    It is as wide as its place, and its text does not shrink with it. Each line has dashes of its own.

    Args:
        title: What it shows; also what a screen reader says, with the first and the last value of each line.
        key: Parts the ids on a page that holds several.
        top: The highest value of the scale; without one the highest there is.
        top_text: How to write it: ``100%``.
        marks: Days to be drawn as a line from top to bottom.
    """
    days = [point.at for line in series for point in line.points]
    if not days:
        return Markup("<p>{}: nothing is recorded yet.</p>").format(title)
    scale = _scale(days, [mark.at for mark in marks], _top(series, top))
    return Markup(
        '<figure class="wp-lines" id="{k}"><figcaption>{t}</figcaption>{legend}<div class="wp-lines__plot">'
        '<div class="wp-lines__scale" aria-hidden="true"><span>{top}</span><span>0</span></div>'
        '<svg viewBox="0 0 100 100" width="100%" height="160" preserveAspectRatio="none" fill="none" '
        'stroke="currentColor" role="img" aria-labelledby="{k}-title {k}-desc">'
        '<title id="{k}-title">{t}</title><desc id="{k}-desc">{d}</desc>'
        '<path class="wp-lines__grid" d="M0 100H100M0 {up}H100M0 {half}H100" stroke-opacity=".3" '
        'vector-effect="non-scaling-stroke"/>{marks}{lines}</svg>'
        '<div class="wp-lines__days" aria-hidden="true"><span>{first:%Y-%m-%d}</span><span>{last:%Y-%m-%d}</span>'
        "</div></div>{table}</figure>"
    ).format(
        k=key, t=title, d=_described(series, marks), top=top_text or f"{scale.top:g}",
        up=_BELOW, half=(100 + _BELOW) / 2, legend=_legend(series, marks),
        marks=Markup("").join(_mark(mark, scale) for mark in marks),
        lines=Markup("").join(_line(line, number, scale) for number, line in enumerate(series)),
        first=scale.first, last=scale.last, table=_table(title, series, day_head),
    )  # fmt: skip


def _scale(days: Sequence[date], marked: Sequence[date], top: float) -> _Scale:
    moments = [_moment(day) for day in (*days, *marked)]
    return _Scale(min(moments), max(moments), top)


def _top(series: Sequence[Series], top: float | None) -> float:
    if top is not None:
        return top or 1.0
    return max((point.value or 0.0 for line in series for point in line.points), default=0.0) or 1.0


def _moment(at: date) -> datetime:
    return at if isinstance(at, datetime) else datetime.combine(at, time(), UTC)


def _line(line: Series, number: int, scale: _Scale) -> Markup:
    # Dots are lines of no length with round ends: what the picture is stretched by does not reach them.
    dots = " ".join(
        f"M{scale.x(point.at):.2f} {scale.y(point.value):.2f}h0"
        for point in (line.points if len(line.points) <= _DOTTED else line.points[-1:])
        if point.value is not None
    )
    return Markup(
        '<path class="wp-lines__line" d="{}" stroke-dasharray="{}" stroke-width="2" vector-effect="non-scaling-stroke"/>'
        '<path class="wp-lines__dot" d="{}" stroke-width="7" stroke-linecap="round" vector-effect="non-scaling-stroke"/>'
    ).format(" ".join(_path(line, scale)), _dashes(number) or "none", dots)


def _path(line: Series, scale: _Scale) -> Iterator[str]:
    """Give the parts of the line; where a value is not known it has a gap."""
    is_on = False
    for point in line.points:
        x = scale.x(point.at)
        if point.value is None:
            if is_on and line.is_stepped:
                yield f"H{x:.2f}"
            is_on = False
            continue
        y = scale.y(point.value)
        if not is_on:
            yield f"M{x:.2f} {y:.2f}"
        else:
            yield f"H{x:.2f}V{y:.2f}" if line.is_stepped else f"L{x:.2f} {y:.2f}"
        is_on = True


def _mark(mark: Mark, scale: _Scale) -> Markup:
    x = scale.x(mark.at)
    return Markup(
        '<path class="wp-lines__mark" d="M{x:.2f} 0V100" vector-effect="non-scaling-stroke"><title>{t}</title></path>'
    ).format(x=x, t=f"{mark.text}, {mark.at:%Y-%m-%d}")


def _dashes(number: int) -> str:
    return _DASHES[number % len(_DASHES)]


def _legend(series: Sequence[Series], marks: Sequence[Mark]) -> Markup:
    entries = [
        Markup(
            '<li><svg width="32" height="10" stroke="currentColor" aria-hidden="true"><path class="wp-lines__line" '
            'd="M1 5H31" stroke-dasharray="{d}"/></svg> {name}: {value}</li>'
        ).format(d=_dashes(number) or "none", name=line.name, value=line.points[-1].told)
        for number, line in enumerate(series)
        if line.points
    ]
    entries += [
        Markup(
            '<li><svg width="10" height="12" stroke="currentColor" aria-hidden="true"><path class="wp-lines__mark" d="M5 0V12"/></svg> '
            "{}: {:%Y-%m-%d}</li>"
        ).format(mark.text, mark.at)
        for mark in marks
    ]
    return Markup('<ul class="wp-lines__legend">{}</ul>').format(Markup("").join(entries))


def _described(series: Sequence[Series], marks: Sequence[Mark]) -> str:
    said = [
        f"{line.name}: {line.points[0].told} on {line.points[0].at:%Y-%m-%d}, "
        f"{line.points[-1].told} on {line.points[-1].at:%Y-%m-%d}."
        for line in series
        if line.points
    ]
    said += [f"{mark.text}: {mark.at:%Y-%m-%d}." for mark in marks]
    return " ".join([*said, "The table below gives every point."])


def _table(title: str, series: Sequence[Series], day_head: str) -> Markup:
    """Return every point, the newest first."""
    days = sorted({point.at for line in series for point in line.points}, key=_moment, reverse=True)
    by_line = [{point.at: point.told for point in line.points} for line in series]
    rows = Markup("").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            _day(day, days),
            Markup("").join(
                Markup('<td data-label="{}">{}</td>').format(line.name, told.get(day, ""))
                for line, told in zip(series, by_line, strict=True)
            ),
        )
        for day in days
    )
    heads = Markup("").join(Markup('<th scope="col">{}</th>').format(line.name) for line in series)
    inside = Markup(
        '<table class="wp-table wp-blocks wp-points" aria-label="{}"><thead><tr><th scope="col">{}</th>{}</tr></thead>'
        "<tbody>{}</tbody></table>"
    ).format(title, day_head, heads, rows)
    if len(days) <= _OPEN_ROWS:
        return inside
    return Markup(
        '<details class="wp-fold"><summary>Each point as a table ({})</summary>{}</details>'
    ).format(len(days), inside)


def _day(day: date, days: Sequence[date]) -> str:
    is_exact = isinstance(day, datetime) and len({f"{each:%Y-%m-%d}" for each in days}) < len(days)
    return f"{day:%Y-%m-%d %H:%M}" if is_exact else f"{day:%Y-%m-%d}"
