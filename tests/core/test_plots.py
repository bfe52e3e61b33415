from __future__ import annotations

from datetime import UTC, date, datetime

from markupsafe import Markup

from waypost.core.plots import Cell, HeatRow, Mark, Point, Series, heat_map, line_chart, stacked_bar, swatch

FALLING = Series("Failing", [Point(date(2026, 11, 1), 40), Point(date(2026, 11, 11), 10)])
PLAN = Series("Plan", [Point(date(2026, 11, 1), 40), Point(date(2026, 11, 21), 0)], is_stepped=False)


def test_a_bar_tells_its_counts_in_words() -> None:
    bar = stacked_bar("Levels", [("gold", 1), ("none", 0), ("bronze", 3)], "x")

    assert '<title id="x-title">Levels</title><desc id="x-desc">gold 1, none 0, bronze 3</desc>' in bar
    assert bar.count("<title>") == 2
    assert 'width="75.00%"><title>bronze 3</title>' in bar


def test_the_table_beside_a_bar_shows_the_same_patterns() -> None:
    bar = stacked_bar("Levels", [("gold", 1), ("none", 0), ("bronze", 3)], "x")

    assert 'fill="url(#x-dots)"' in bar
    assert 'fill="url(#x-dots)"' in swatch(2, "x")


def test_a_line_says_its_ends_to_who_cannot_see_it() -> None:
    chart = line_chart("Burn-down", [FALLING], key="b")

    assert 'role="img" aria-labelledby="b-title b-desc"' in chart
    assert "Failing: 40 on 2026-11-01, 10 on 2026-11-11. The table below gives every point." in chart


def test_a_stepped_line_stays_until_the_next_point_and_another_leads_there() -> None:
    chart = line_chart("Burn-down", [FALLING, PLAN], key="b")

    assert 'd="M0.00 2.00 H50.00V75.50" stroke-dasharray="none"' in chart
    assert 'd="M0.00 2.00 L100.00 100.00" stroke-dasharray="7 4"' in chart


def test_what_is_not_known_is_a_gap_and_no_zero() -> None:
    points = [Point(date(2026, 11, 1), 1), Point(date(2026, 11, 2), None), Point(date(2026, 11, 3), 1)]
    stepped = line_chart("Share", [Series("All", points)], key="s", top=1, top_text="100%")
    straight = line_chart("Share", [Series("All", points, is_stepped=False)], key="s", top=1)

    assert 'd="M0.00 2.00 H50.00 M100.00 2.00"' in stepped
    assert 'd="M0.00 2.00 M100.00 2.00"' in straight
    assert '<td data-label="All">not known</td>' in stepped
    assert "<span>100%</span>" in stepped


def test_a_deadline_behind_the_last_point_widens_the_picture() -> None:
    chart = line_chart("Burn-down", [FALLING], key="b", marks=[Mark(date(2026, 11, 21), "Deadline")])

    assert "H50.00V75.50" in chart
    assert "M100.00 0V100" in chart
    assert "Deadline: 2026-11-21" in chart


def test_every_point_stands_in_the_table_the_newest_first() -> None:
    chart = line_chart("Burn-down", [FALLING, PLAN], key="b")

    days = [date(2026, 11, 21), date(2026, 11, 11), date(2026, 11, 1)]
    assert [chart.index(f'<th scope="row">{day}</th>') for day in days] == sorted(
        chart.index(f'<th scope="row">{day}</th>') for day in days
    )
    assert '<td data-label="Failing"></td><td data-label="Plan">0</td>' in chart


def test_a_long_table_is_folded_and_a_long_line_dots_its_end() -> None:
    points = [Point(date(2026, 11, day), day) for day in range(1, 31)]

    chart = line_chart("Count", [Series("All", points)], key="c")

    assert '<details class="wp-fold"><summary>Each point as a table (30)</summary>' in chart
    assert '<path class="wp-lines__dot" d="M100.00 2.00h0"' in chart


def test_points_of_one_day_are_told_with_their_time() -> None:
    points = [Point(datetime(2026, 11, 1, hour, tzinfo=UTC), hour) for hour in (9, 17)]

    chart = line_chart("Count", [Series("All", points)], key="c")

    assert "2026-11-01 17:00</th>" in chart


def test_nothing_recorded_is_a_sentence() -> None:
    assert line_chart("Trend", [Series("All", [])], key="t") == "<p>Trend: nothing is recorded yet.</p>"


def test_only_zeros_lie_on_the_ground() -> None:
    chart = line_chart("Left", [Series("All", [Point(date(2026, 11, 1), 0)])], key="l", top=0)

    assert 'd="M0.00 100.00"' in chart


def test_a_heat_map_says_in_text_what_its_tint_says() -> None:
    rows = [HeatRow(Markup('<a href="/x">Payments</a>'), [Cell(3, 3), Cell(1, 4, "2?"), Cell(0, 0)])]

    table = heat_map("Teams", ["Owned", Markup("<b>Tried</b>"), "Seen"], rows, corner="Team")

    assert '<th scope="row"><a href="/x">Payments</a></th>' in table
    assert '<td class="wp-heat--0" data-label="Owned">3/3</td>' in table
    assert '<td class="wp-heat--3" data-label="Tried">1/4 <small>2?</small></td>' in table
    assert '<td class="wp-heat--none" data-label="Seen">-</td>' in table


def test_text_from_outside_is_escaped() -> None:
    bad = "<script>"
    drawn = [
        line_chart(bad, [Series(bad, FALLING.points)], key="k", marks=[Mark(date(2026, 11, 1), bad)]),
        heat_map(bad, [bad], [HeatRow(bad, [Cell(1, 2, bad)])], corner=bad),
    ]

    assert [html for html in drawn if bad in html] == []
