"""How a scorecard came to where it is: what its grades said together, day by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from markupsafe import Markup

from waypost.core.plots import Point, Series, line_chart
from waypost.core.words import counted
from waypost.scorecards.pages.estate import Estate
from waypost.scorecards.pages.html import share_of

_LINE: Final = 2
"""A line has two ends."""

Item = Mapping[str, Any]


def trend_html(card: Mapping[str, Any], estate: Estate, **part: str) -> Markup:
    """Return the share that meets its target and the levels over time, of one *part* of the estate or the whole.

    One day is told in words: it is no line.
    """
    items = trend_of(card["name"], estate, **part)
    key = "-".join([card["name"], *(value.replace(":", "-").replace("/", "-") for value in part.values())])
    if not items:
        return Markup("<p>Nothing is recorded yet.</p>")
    if len(items) < _LINE:
        return _one_day(items[0])
    charts = [_levels(card, items, f"trend-levels-{key}")]
    if any(item["of"] for item in items):
        charts.insert(0, _target(items, f"trend-target-{key}"))
    return Markup("").join(charts)


def trend_of(name: str, estate: Estate, **part: str) -> Sequence[Item]:
    """Return what is recorded of the scorecard called *name*, the oldest day first."""
    found = estate.find(f"/api/scorecards/{name}/trend", **part)
    return found["items"] if found else []


def _one_day(item: Item) -> Markup:
    levels = ", ".join(f"{name} {count}" for name, count in item["levels"].items() if count)
    told = f"{share_of(item['met'], item['of'])} met their target" if item["of"] else "nobody had a target"
    return Markup(
        "<p>On record since {}: {}, of {}; {}. From the second day on, a line shows how that moves.</p>"
    ).format(item["day"], levels, counted(item["entities"], "entity"), told)


def _target(items: Sequence[Item], key: str) -> Markup:
    points = [
        Point(
            date.fromisoformat(item["day"]),
            item["met"] / item["of"] if item["of"] else None,
            share_of(item["met"], item["of"]) if item["of"] else "nobody had a target",
        )
        for item in items
    ]
    return line_chart(
        "Share that meets its target", [Series("Meet it", points)], key=key, top=1, top_text="100%"
    )


def _levels(card: Mapping[str, Any], items: Sequence[Item], key: str) -> Markup:
    names = [level["name"] for level in reversed(card["levels"])]
    lines = [
        Series(
            name,
            [
                Point(
                    date.fromisoformat(item["day"]),
                    item["levels"].get(name, 0),
                    share_of(item["levels"].get(name, 0), item["entities"]),
                )
                for item in items
            ],
        )
        for name in [*names, "none"]
    ]
    return line_chart("Entities by level", lines, key=key)


def passing_html(card: Mapping[str, Any], check: str, estate: Estate) -> Markup:
    """Return how many passed *check* over time; a sentence where that is no line."""
    points = [
        point for item in trend_of(card["name"], estate) if (point := _passing(item, check)) is not None
    ]
    if len(points) < _LINE:
        if not points:
            return Markup("<p>No day is on record yet.</p>")
        return Markup(
            "<p>On record since {}: {} pass. From the second day on, a line shows how that moves.</p>"
        ).format(points[0].at, points[0].told)
    return line_chart(
        "Share that passes", [Series("Pass", points)], key=f"passing-{check}", top=1, top_text="100%"
    )


def _passing(item: Item, check: str) -> Point | None:
    """Return the share that passed *check* that day, None where the day did not count it."""
    states = item.get("checks", {}).get(check)
    if states is None:
        return None
    passed = states.get("pass", 0) + states.get("warn", 0)
    judged = passed + states.get("fail", 0)
    unknown = sum(states.get(state, 0) for state in ("no-data", "stale", "error", "insufficient-data"))
    told = share_of(passed, judged) if judged else "nobody judged"
    told += f", {unknown} unknown" if unknown else ""
    return Point(date.fromisoformat(item["day"]), passed / judged if judged else None, told)
