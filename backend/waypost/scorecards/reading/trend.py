"""Trends: what grades said together at the end of each day, kept only where that differs from the day before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, func, select, tuple_

from waypost.scorecards.reading.heat import counts_of
from waypost.scorecards.reading.rollups import Graded, RollUp, roll_up, roll_up_by
from waypost.scorecards.reading.tables import scorecards_trend
from waypost.scorecards.tables import scorecards_definition, scorecards_grade

WHOLE: Final = "whole"
PARTS: Final = ("owner", "system", "domain", "tier")
"""By what a trend, a roll-up or a heat map parts the entities of a scorecard."""

_TREND = scorecards_trend.c
_GRADE = scorecards_grade.c
_GRADED = (
    _GRADE.states, _GRADE.level, _GRADE.score, _GRADE.meets_target,
    _GRADE.tier, _GRADE.owner, _GRADE.system, _GRADE.domain,
)  # fmt: skip

Place = tuple[str, str]
"""By what, and whose: ``("owner", "group:default/checkout")``."""


@dataclass(frozen=True, slots=True)
class Point:
    """What the grades of some entities said together at the end of a day.

    ``median_score`` is None where none has a score. ``checks`` has the states of each check, where they are counted.
    """

    entities: int = 0
    levels: Mapping[str, int] = field(default_factory=dict)
    met: int = 0
    of: int = 0
    median_score: float | None = None
    checks: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def close_day(connection: Connection, day: date) -> None:
    """Keep what the grades say together, as they stand, as those of the end of *day*.

    Whoever evaluates calls it when the day turns, before anything of the new day is written. What is as on the day
    before is not kept; a day that is closed twice is kept as of the second time. Two queries a scorecard.
    """
    rows = [
        _row(name, place, day, point)
        for name, points in _standing(connection)
        for place, point in _moved(points, _latest(connection, name, day))
    ]
    connection.execute(delete(scorecards_trend).where(_TREND.day == day))
    if rows:
        connection.execute(scorecards_trend.insert(), rows)


def _standing(connection: Connection) -> Iterator[tuple[str, dict[Place, Point]]]:
    """Give the points of each scorecard as its grades stand now; only one scorecard is held at a time."""
    columns = scorecards_definition.c
    cards = connection.execute(select(columns.name, columns.document).order_by(columns.name)).all()
    for name, document in cards:
        found = connection.execute(select(*_GRADED).where(_GRADE.scorecard == name)).all()
        counts = dict(counts_of([check["id"] for check in document["checks"]], (row.states for row in found)))
        levels = [level["name"] for level in document["levels"]]
        yield name, points_of(levels, [Graded(*row[1:]) for row in found], counts)


def points_of(
    levels: Sequence[str], grades: Sequence[Graded], counts: Mapping[str, Mapping[str, int]]
) -> dict[Place, Point]:
    """Return what *grades* say together, as a whole, with the *counts* of each check's states, and by each part."""
    found = {(WHOLE, ""): replace(point_of(roll_up(levels, grades)), checks=counts)}
    for by in PARTS:
        rolled = roll_up_by(levels, grades, attrgetter(by))
        found |= {(by, key): point_of(each) for key, each in rolled.items()}
    return found


def point_of(rolled: RollUp) -> Point:
    """Return *rolled* as a point of a trend."""
    return Point(rolled.entities, dict(rolled.levels), rolled.met, rolled.targeted, rolled.median_score)


def _latest(connection: Connection, scorecard: str, day: date) -> dict[Place, Point]:
    """Return the newest kept point before *day* of each part."""
    newest = (
        select(_TREND.by, _TREND.key, func.max(_TREND.day))
        .where(_TREND.scorecard == scorecard, _TREND.day < day)
        .group_by(_TREND.by, _TREND.key)
    )
    query = select(scorecards_trend).where(
        _TREND.scorecard == scorecard, tuple_(_TREND.by, _TREND.key, _TREND.day).in_(newest)
    )
    return {(row.by, row.key): _read(row) for row in connection.execute(query)}


def _moved(now: Mapping[Place, Point], before: Mapping[Place, Point]) -> Iterator[tuple[Place, Point]]:
    """Give what differs; a part that has no entities any more ends with a point that has none."""
    for place in now.keys() | before.keys():
        point = now.get(place) or Point()
        if point != before.get(place):
            yield place, point


def _row(scorecard: str, place: Place, day: date, point: Point) -> dict[str, Any]:
    by, key = place
    return {
        "scorecard": scorecard,
        "by": by,
        "key": key,
        "day": day,
        "entities": point.entities,
        "levels": point.levels,
        "met": point.met,
        "of": point.of,
        "median_score": point.median_score,
        "checks": point.checks,
    }


def _read(row: Row[*tuple[Any, ...]]) -> Point:
    return Point(row.entities, row.levels, row.met, row.of, row.median_score, row.checks)


def trend_of(
    connection: Connection, scorecard: str, place: Place, *, first: date | None, last: date | None
) -> list[tuple[date, Point]]:
    """Return what is kept of *place* from *first* to *last*, by day; a day that is not there is like the one before.

    Where something was kept before *first*, that is what the day begins with. One query.
    """
    by, key = place
    wanted = [_TREND.scorecard == scorecard, _TREND.by == by, _TREND.key == key]
    if last is not None:
        wanted.append(_TREND.day <= last)
    if first is not None:
        start = select(func.max(_TREND.day)).where(*wanted, _TREND.day <= first).scalar_subquery()
        wanted.append(_TREND.day >= func.coalesce(start, first))
    rows = connection.execute(select(scorecards_trend).where(*wanted).order_by(_TREND.day))
    return [(row.day if first is None else max(row.day, first), _read(row)) for row in rows]
