"""The queries that the API of scorecards takes."""

from __future__ import annotations

from marshmallow import fields, validate

from waypost.core.schemas import WireSchema
from waypost.scorecards.reading.trend import PARTS, WHOLE


def _text(description: str = "") -> fields.String:
    return fields.String(load_default="", metadata={"description": description} if description else {})


class IncludeQuery(WireSchema):
    """Which scorecards beside the active ones; drafts and shadows are kept from teams' pages."""

    include = fields.String(
        load_default="", validate=validate.OneOf(["", "shadow", "draft"]),
        metadata={"description": "shadow, or draft for shadows and drafts."},
    )  # fmt: skip


class OwnerQuery(IncludeQuery):
    """Who owns the entities."""

    owner = fields.String(
        required=True, metadata={"description": "A reference, such as group:default/checkout."}
    )


class PageQuery(WireSchema):
    """How many at once, and from where on."""

    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=500))
    cursor = _text("What the page before gave as nextCursor.")


class ResultsQuery(PageQuery):
    """Which results, and how they are told. Several conditions must all hold."""

    entity = _text("A reference, such as component:default/checkout.")
    owner = _text("Exactly this group or user.")
    under = _text("This group, and every group below it.")
    system = _text()
    domain = _text()
    tier = _text("A tier's name, or unset.")
    level = _text("A level's name, or none.")
    check = _text("With a state: this check is in it. Alone: scorecards that have the check.")
    state = _text("A state such as fail. Without a check: any check is in it.")
    meets_target = fields.Boolean(
        load_default=None, metadata={"description": "Whether the target of the tier is met."}
    )
    show = fields.String(
        load_default="all", validate=validate.OneOf(["all", "unmet", "none"]),
        metadata={"description": "Which checks each grade tells: all, unmet or none."},
    )  # fmt: skip
    format = fields.String(
        load_default="json", validate=validate.OneOf(["json", "csv"]),
        metadata={"description": "csv gives every row, whatever the limit."},
    )  # fmt: skip


class AllResultsQuery(ResultsQuery, IncludeQuery):
    """Which results, of which scorecards."""

    scorecard = _text("Only this one, a shadow or draft too.")


class ByQuery(WireSchema):
    """By what entities are put together."""

    by = fields.String(required=True, validate=validate.OneOf(PARTS))


class RowsQuery(WireSchema):
    """What the rows are."""

    rows = fields.String(required=True, validate=validate.OneOf(PARTS))


class TrendQuery(WireSchema):
    """Whose trend, and of which days."""

    by = fields.String(load_default=WHOLE, validate=validate.OneOf([WHOLE, *PARTS]))
    key = fields.String(
        load_default=None,
        metadata={"description": "Whose: a reference, or a tier. Empty for those without one."},
    )
    first = fields.Date(load_default=None, data_key="from")
    last = fields.Date(load_default=None, data_key="to")


class ChangesQuery(PageQuery):
    """How much of what changed."""

    first = fields.Date(
        load_default=None, data_key="from", metadata={"description": "The first day; without it, all."}
    )


class HistoryQuery(WireSchema):
    """How much of a history."""

    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=1000))
