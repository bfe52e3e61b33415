"""What the API of scorecards answers about many grades: lists, roll-ups, heat maps, trends and histories."""

from __future__ import annotations

from marshmallow import fields, validate

from waypost.core.schemas import WireSchema
from waypost.scorecards.model import State
from waypost.scorecards.reading.trend import PARTS, WHOLE
from waypost.scorecards.reading.wire import CheckWire, GradeWire, RollUpWire

_STATES = [state.value for state in State]


class PageInfoWire(WireSchema):
    """Where the list goes on."""

    next_cursor = fields.String()


class GradePageWire(WireSchema):
    """A page of grades, by entity."""

    items = fields.List(fields.Nested(GradeWire), required=True)
    total_items = fields.Integer(required=True)
    page_info = fields.Nested(PageInfoWire, required=True)


class GradeListWire(WireSchema):
    """Every grade of one entity."""

    items = fields.List(fields.Nested(GradeWire), required=True)


class OwnerWire(WireSchema):
    """Every grade of what one group or user owns, and what they say together by scorecard."""

    items = fields.List(fields.Nested(GradeWire), required=True)
    roll_up = fields.Dict(keys=fields.String(), values=fields.Nested(RollUpWire), required=True)


class _StampedWire(WireSchema):
    """Which scorecard an answer is about, and as of when."""

    scorecard = fields.String(required=True)
    as_of = fields.AwareDateTime(required=True, allow_none=True)


class KeyedRollUpWire(RollUpWire):
    """What the grades of one owner, system, domain or tier say together. ``key`` is "" for those without one."""

    key = fields.String(required=True)


class RollUpsWire(_StampedWire):
    """A roll-up for each owner, system, domain or tier."""

    by = fields.String(required=True, validate=validate.OneOf(PARTS))
    items = fields.List(fields.Nested(KeyedRollUpWire), required=True)


class HeatCheckWire(WireSchema):
    """A column of a heat map."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    level = fields.String(required=True)


class HeatCellWire(WireSchema):
    """How many entities meet a check, of those that it is asked of today. Missing data is unknown, no failure."""

    met = fields.Integer(required=True)
    unmet = fields.Integer(required=True)
    not_known = fields.Integer(required=True, data_key="unknown")
    exempt = fields.Integer(required=True)
    of = fields.Integer(required=True)


class HeatRowWire(WireSchema):
    """A row of a heat map, with a cell for each check in their order. ``key`` is "" for those without one."""

    key = fields.String(required=True)
    entities = fields.Integer(required=True)
    cells = fields.List(fields.Nested(HeatCellWire), required=True)


class HeatMapWire(_StampedWire):
    """How many entities of each owner, system, domain or tier meet each check."""

    by = fields.String(required=True, validate=validate.OneOf(PARTS))
    checks = fields.List(fields.Nested(HeatCheckWire), required=True)
    rows = fields.List(fields.Nested(HeatRowWire), required=True)


class TrendPointWire(WireSchema):
    """What grades said together at the end of a day. ``checks`` has the states of each check, for the whole only."""

    day = fields.Date(required=True)
    entities = fields.Integer(required=True)
    levels = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    met = fields.Integer(required=True)
    of = fields.Integer(required=True)
    median_score = fields.Float(required=True, allow_none=True)
    checks = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(validate=validate.OneOf(_STATES)), values=fields.Integer()),
        required=True,
    )


class TrendWire(_StampedWire):
    """The days on which something changed, and the last evaluation. A day that is not there was like the one before."""

    by = fields.String(required=True, validate=validate.OneOf([WHOLE, *PARTS]))
    key = fields.String(required=True)
    items = fields.List(fields.Nested(TrendPointWire), required=True)


class UnmetWire(WireSchema):
    """An entity that does not meet a check, since when, and what it is told."""

    entity = fields.String(required=True)
    owner = fields.String(required=True)
    tier = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(_STATES))
    since = fields.AwareDateTime(required=True)
    message = fields.String(required=True)


class CheckDetailWire(CheckWire):
    """A check, what it finds and would lift, and a page of the entities that do not meet it."""

    scorecard = fields.String(required=True)
    scorecard_title = fields.String(required=True)
    as_of = fields.AwareDateTime(required=True, allow_none=True)
    items = fields.List(fields.Nested(UnmetWire), required=True)
    total_items = fields.Integer(required=True)
    page_info = fields.Nested(PageInfoWire, required=True)


class MoveWire(WireSchema):
    """A check that came to another state, and what moved it. "" is no state: it was not asked, or is no longer."""

    check = fields.String(required=True)
    was = fields.String(required=True)
    state = fields.String(required=True)
    because = fields.String(required=True)


class HistoryItemWire(WireSchema):
    """An evaluation in which a check, the level or the score of an entity moved, and what moved it."""

    at = fields.AwareDateTime(required=True)
    level = fields.String(required=True, allow_none=True)
    was = fields.String(required=True, allow_none=True)
    score = fields.Float(required=True, allow_none=True)
    because = fields.String(required=True, validate=validate.OneOf(["rule", "data", "exemption", "time"]))
    moves = fields.List(fields.Nested(MoveWire), required=True)


class EstateChangeWire(HistoryItemWire):
    """What one evaluation moved of an entity."""

    entity = fields.String(required=True)


class ChangesWire(_StampedWire):
    """A page of what changed of any entity, the newest first."""

    items = fields.List(fields.Nested(EstateChangeWire), required=True)
    page_info = fields.Nested(PageInfoWire, required=True)


class HistoryWire(_StampedWire):
    """What changed of an entity, the newest first."""

    entity = fields.String(required=True)
    items = fields.List(fields.Nested(HistoryItemWire), required=True)
