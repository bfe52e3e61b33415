"""The page of the timeline: a picture for each year, and beside it a table that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from markupsafe import Markup

from waypost.adr.pages.marks import LEGEND
from waypost.adr.pages.timelinepicture import timeline_svg
from waypost.adr.pages.words import (
    INDEX,
    TIMELINE,
    day_html,
    link_of,
    status_html,
)
from waypost.adr.timeline import Span, Timeline
from waypost.core.markup import listed
from waypost.core.plugin import SitePage


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
        Markup('<th scope="col"{}>{}</th>').format(
            Markup(' class="wp-number"') if name == "Days" else "", name
        )
        for name in ("Decision", "State", "Proposed", "Decided", "Days")
    )
    return Markup(
        '<table class="wp-table" aria-label="Decisions of {}"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
    ).format(year, heads, rows)
