"""Pages as the API shows them, and what its lists may be narrowed by."""

from __future__ import annotations

from marshmallow import fields, validate

from waypost.core.evidence import Bearing
from waypost.core.schemas import WireSchema
from waypost.documents.freshness import State


class ReviewWire(WireSchema):
    """When a page was last read again, and when that is due."""

    on = fields.String(metadata={"description": "The day, as ISO 8601."})
    by = fields.String()
    method = fields.String()
    every = fields.String(metadata={"description": "A duration, as ISO 8601."})
    due_on = fields.String(metadata={"description": "The day of the next review."})


class EvidenceWire(WireSchema):
    """One thing that speaks for a page or against it."""

    kind = fields.String(
        required=True, metadata={"description": "One word: review, exercise, watched, version …"}
    )
    sentence = fields.String(required=True)
    bearing = fields.String(
        required=True,
        validate=validate.OneOf([str(bearing) for bearing in Bearing]),
        metadata={"description": "Whether it speaks for the page, against it, or only tells its age."},
    )
    on = fields.String(metadata={"description": "The day since which it is so."})
    line = fields.Integer(metadata={"description": "Where on the page it is seen."})
    source = fields.String(metadata={"description": "The file that shows it, where that is another."})
    remedy = fields.String(metadata={"description": "What settles it."})


class FreshnessWire(WireSchema):
    """How a page stands by the evidence about it."""

    state = fields.String(required=True, validate=validate.OneOf([str(state) for state in State]))
    since = fields.String(metadata={"description": "The day since which it stands so."})
    due_on = fields.String(metadata={"description": "The day from which it counts as unconfirmed."})
    confirmed = fields.Nested(EvidenceWire(), metadata={"description": "The newest evidence for it."})
    reasons = fields.List(
        fields.Nested(EvidenceWire()),
        required=True,
        metadata={"description": "What speaks against it, the weightiest first."},
    )


class PageWire(WireSchema):
    """A page as lists show it."""

    path = fields.String(required=True, metadata={"description": "Its file, from the top of the workspace."})
    uri = fields.String(required=True, metadata={"description": "Its place on the site, as a Markdown file."})
    kind = fields.String(required=True, metadata={"description": "Its kind; empty for an ordinary page."})
    title = fields.String(required=True)
    status = fields.String(required=True)
    about = fields.List(fields.String(), required=True)
    tags = fields.List(fields.String(), required=True)
    owner = fields.String()
    replaced_by = fields.String()
    review = fields.Nested(ReviewWire())
    freshness = fields.Nested(
        FreshnessWire(), metadata={"description": "Absent where nobody promises that the page holds."}
    )


class PageTextWire(PageWire):
    """A page with its text."""

    text = fields.String(required=True, metadata={"description": "Markdown, without front matter."})


class PageInfoWire(WireSchema):
    """Where the list goes on."""

    next_cursor = fields.String(metadata={"description": "Give it as 'cursor'; absent on the last page."})


class PageListWire(WireSchema):
    """Pages, by path."""

    items = fields.List(fields.Nested(PageWire()), required=True)
    total_items = fields.Integer(required=True)
    page_info = fields.Nested(PageInfoWire(), required=True)


class PageQuery(WireSchema):
    """What a list of pages is narrowed by."""

    kind = fields.String()
    owner = fields.String(metadata={"description": "A reference, by default to a group."})
    about = fields.String(metadata={"description": "A reference, by default to a component."})
    status = fields.String()
    freshness = fields.String(validate=validate.OneOf([str(state) for state in State]))
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=1000))
    cursor = fields.String()
