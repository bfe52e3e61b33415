"""What a change does to scorecards, as JSON."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from waypost.core.schemas import WireSchema
from waypost.scorecards.preview.model import CardPreview, Sum, sum_of
from waypost.scorecards.preview.telling import summary_of


class _StandWire(WireSchema):
    """Where an entity stands on one side."""

    tier = fields.String()
    owner = fields.String()
    level = fields.String()
    score = fields.Float(allow_none=True)
    meets_target = fields.Boolean(allow_none=True)


class _MoveWire(WireSchema):
    """A check that comes to another state."""

    check = fields.String()
    was = fields.String()
    state = fields.String()
    because = fields.String()
    message = fields.String()


class _BlockerWire(WireSchema):
    """A check that costs a level, or no longer does."""

    check = fields.String()
    state = fields.String()
    message = fields.String()


class _RowWire(WireSchema):
    """An entity of which anything moves."""

    entity = fields.String()
    direction = fields.String()
    before = fields.Nested(_StandWire, allow_none=True)
    after = fields.Nested(_StandWire, allow_none=True)
    because = fields.List(fields.Nested(_BlockerWire))
    is_graced = fields.Boolean(data_key="afterGrace")
    target_move = fields.String(data_key="target")
    moves = fields.List(fields.Nested(_MoveWire))


class _SumWire(WireSchema):
    """What one side of a scorecard adds up to."""

    entities = fields.Integer()
    levels = fields.Dict(keys=fields.String(), values=fields.Integer())
    met = fields.Integer()
    targeted = fields.Integer()
    scored = fields.Integer()
    median_score = fields.Float(allow_none=True)


class _UpcomingWire(WireSchema):
    """A check that begins to count later."""

    check = fields.String()
    on = fields.Date()
    would = fields.Dict(keys=fields.String(), values=fields.Integer())
    falls = fields.Integer()
    failing = fields.List(fields.String())


class _CardWire(WireSchema):
    """What the change does to one scorecard; ``moves`` are the entities of which anything moves."""

    name = fields.Function(lambda card: card.card.name)
    title = fields.Function(lambda card: card.card.title)
    lifecycle = fields.Function(lambda card: str(card.card.lifecycle))
    is_new = fields.Function(lambda card: card.before is None)
    is_gone = fields.Function(lambda card: card.after is None)
    edits = fields.Function(lambda card: [edit.text for edit in card.edits])
    before = fields.Method("_sum_before")
    after = fields.Method("_sum_after")
    checks = fields.Method("_checks")
    moved = fields.List(fields.Nested(_RowWire), data_key="entities")
    upcoming = fields.List(fields.Nested(_UpcomingWire))
    uncompared = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))

    def _sum_before(self, card: CardPreview) -> Any:
        return _dump_sum(sum_of(row.before for row in card.rows if row.before))

    def _sum_after(self, card: CardPreview) -> Any:
        return _dump_sum(sum_of(row.after for row in card.rows if row.after))

    def _checks(self, card: CardPreview) -> Any:
        return [
            {"check": check, "before": dict(sorted(before.items())), "after": dict(sorted(after.items()))}
            for check, (before, after) in card.states.items()
        ]


def _dump_sum(found: Sum) -> Any:
    return _SumWire().dump(found)


class _CoversWire(WireSchema):
    """What an exemption does on one side."""

    use = fields.String()
    needed = fields.Integer()
    places = fields.Integer()


class _ExemptionWire(WireSchema):
    """An exemption that does another thing after the change."""

    name = fields.String()
    scorecard = fields.String()
    before = fields.Nested(_CoversWire)
    after = fields.Nested(_CoversWire)


class _CountedWire(WireSchema):
    """How far the entities of a campaign are on one side."""

    done = fields.Integer()
    left = fields.Integer()
    nobody_knows = fields.Integer(attribute="unknown", data_key="unknown")
    exempt = fields.Integer()


class _CampaignWire(WireSchema):
    """A campaign that the change has a say in."""

    name = fields.String()
    is_new = fields.Boolean()
    is_gone = fields.Boolean()
    edits = fields.List(fields.String())
    before = fields.Nested(_CountedWire, allow_none=True)
    after = fields.Nested(_CountedWire, allow_none=True)


class _BrokenWire(WireSchema):
    """A definition that cannot be read on one side."""

    kind = fields.String()
    name = fields.String()
    side = fields.String()
    place = fields.String()
    reason = fields.String()


class _AbsentWire(WireSchema):
    """A fact source whose facts are not at hand."""

    source = fields.String()
    reason = fields.String()
    checks = fields.Integer()


class PreviewWire(Schema):
    """What a change does to scorecards: only what moves, with the counts that it is out of."""

    revision = fields.String()
    at = fields.AwareDateTime()
    summary = fields.Function(summary_of)
    cards = fields.List(fields.Nested(_CardWire), data_key="scorecards")
    exemptions = fields.List(fields.Nested(_ExemptionWire))
    campaigns = fields.List(fields.Nested(_CampaignWire))
    broken = fields.List(fields.Nested(_BrokenWire))
    absent = fields.List(fields.Nested(_AbsentWire))
    sources = fields.List(fields.String(), data_key="factSources")
    facts_from = fields.String(data_key="factsFrom")
    facts_fault = fields.String(data_key="factsFault")
