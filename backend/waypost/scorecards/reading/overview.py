"""Overviews: a scorecard with its roll-ups, a check with who does not meet it, and both over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from waypost.scorecards import store
from waypost.scorecards.reading.current import Cards, unknown
from waypost.scorecards.reading.finding import read_cursor, to_cursor
from waypost.scorecards.reading.heat import state_counts
from waypost.scorecards.reading.index import STATES, CardIndex, Row
from waypost.scorecards.reading.lifting import Lift, lifts
from waypost.scorecards.reading.rollups import RollUp
from waypost.scorecards.reading.trend import WHOLE, Place, Point, point_of, trend_of
from waypost.scorecards.reading.wire import CheckWire, ScorecardWire
from waypost.scorecards.results import MET_LETTERS

_NO_LIFT: Final = Lift()
_WIRE: Final = ScorecardWire()
_CHECK_WIRE: Final = CheckWire(exclude=["counts", "would_lift"])

Document = dict[str, Any]


def scorecard_list(cards: Cards, include: str) -> Document:
    """Return every scorecard that is shown, by name. No grade is read."""
    return {"items": [_WIRE.dump(cards.documents[name]) for name in cards.names(include)]}


def scorecard_detail(index: CardIndex) -> Document:
    """Return the scorecard of *index*, what its grades say together, and what each check finds and would lift."""
    told = _definition(index)
    parts = {"byTier": index.parts("tier"), "byOwner": index.parts("owner")}
    rolled = {name: {key: roll_up_document(r) for key, r in part.items()} for name, part in parts.items()}
    checks = [check | _counted(index, check["id"]) for check in told["checks"]]
    return told | {"checks": checks, "rollUp": roll_up_document(index.whole()) | rolled}


def _definition(index: CardIndex) -> Document:
    found: Document = index.once("definition", lambda index: _WIRE.dump(index.document))
    return found


def _counted(index: CardIndex, check: str) -> Document:
    return {
        "counts": state_counts(index).get(check, {}),
        "wouldLift": asdict(lifts(index).get(check, _NO_LIFT)),
    }


def roll_up_document(rolled: RollUp) -> Document:
    """Return *rolled* as the API tells it."""
    return {
        "entities": rolled.entities,
        "levels": rolled.levels,
        "meetingTarget": {"met": rolled.met, "of": rolled.targeted},
        "medianScore": rolled.median_score,
        "coverage": {"evaluated": rolled.evaluated, "applicable": rolled.applicable},
    }


def roll_ups(index: CardIndex, by: str) -> Document:
    """Return a roll-up for each value of the field *by*, in its order."""
    items = [{"key": key} | roll_up_document(rolled) for key, rolled in index.parts(by).items()]
    return stamped(index) | {"by": by, "items": items}


def stamped(index: CardIndex) -> Document:
    """Return which scorecard an answer is about, and as of when."""
    return {"scorecard": index.name, "asOf": index.document["as_of"]}


def check_detail(
    connection: Connection, index: CardIndex, check: str, *, limit: int, cursor: str
) -> Document:
    """Return *check* with what it finds and would lift, and a page of the entities that do not meet it.

    Raises:
        NotFoundError: The scorecard has no such check.
        InputError: The cursor is not one of ours.
    """
    if check not in index.checks:
        raise unknown("check", check, index.checks)
    definition = index.document["checks"][index.checks[check]]
    places = _unmet(index, check)
    begin = index.place_behind(read_cursor(cursor)[1]) if cursor else 0
    left = [place for place in places if place >= begin]
    shown = left[:limit]
    is_more = len(left) > len(shown)
    last = to_cursor(index.name, index.entities[shown[-1]]) if is_more else ""
    told: Document = _CHECK_WIRE.dump(definition)
    return (
        told
        | stamped(index)
        | {"scorecardTitle": index.document["title"], **_counted(index, check)}
        | {"items": _unmet_items(connection, index, check, [index.rows[place] for place in shown])}
        | {"totalItems": len(places), "pageInfo": {"nextCursor": last} if last else {}}
    )


def _unmet(index: CardIndex, check: str) -> Sequence[int]:
    places = index.checks[check]
    found: Sequence[int] = index.once(
        ("unmet", check),
        lambda index: [
            place
            for place, row in enumerate(index.rows)
            if row.states[places : places + 1] not in MET_LETTERS
        ],
    )
    return found


def _unmet_items(connection: Connection, index: CardIndex, check: str, rows: Sequence[Row]) -> list[Document]:
    place = index.checks[check]
    kept = store.texts_of(connection, index.name, [row.entity for row in rows])
    return [
        _unmet_item(row, STATES[row.states[place]], str(place), orjson.loads(kept[row.entity][1]))
        for row in rows
        if row.entity in kept
    ]


def _unmet_item(row: Row, state: str, key: str, told: Mapping[str, Any]) -> Document:
    return {
        "entity": row.entity,
        "owner": row.graded.owner,
        "tier": row.graded.tier,
        "state": state,
        "since": told.get("since", {}).get(key, told["at"]),
        "message": told.get("message", {}).get(key, ""),
    }


def trend_document(
    connection: Connection, index: CardIndex, place: Place, *, first: date | None, last: date | None
) -> Document:
    """Return what the grades of *place* said at the end of each day on which that changed, and what they say now."""
    points = dict(trend_of(connection, index.name, place, first=first, last=last))
    now, as_of = _now(index, place), index.document["as_of"]
    if now and as_of and (first is None or first <= as_of.date()) and (last is None or as_of.date() <= last):
        points[as_of.date()] = now
    by, key = place
    items = [{"day": day.isoformat()} | _point_document(point) for day, point in sorted(points.items())]
    return stamped(index) | {"by": by, "key": key, "items": items}


def _now(index: CardIndex, place: Place) -> Point | None:
    by, key = place
    if by == WHOLE:
        return replace(point_of(index.whole()), checks=state_counts(index))
    rolled = index.parts(by).get(key)
    return point_of(rolled) if rolled else None


def _point_document(point: Point) -> Document:
    return {
        "entities": point.entities,
        "levels": point.levels,
        "met": point.met,
        "of": point.of,
        "medianScore": point.median_score,
        "checks": point.checks,
    }
