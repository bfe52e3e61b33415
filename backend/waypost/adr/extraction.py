"""What was read of each record of a folder, as a table: each field as it was found, and where."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any, Final

from marshmallow import fields

from waypost.adr.model import Decision
from waypost.adr.schemas import DecisionWire
from waypost.core.schemas import WireSchema


class PlaceWire(WireSchema):
    """Where a field was found: its line, 0 for none, and in what."""

    line = fields.Integer()
    where = fields.String()


class MentionWire(WireSchema):
    """A relation as the record tells it. ``decision`` is the id that it leads to, "" for none."""

    kind = fields.String()
    target = fields.String()
    text = fields.String()
    line = fields.Integer()
    decision = fields.String()


class ExtractedWire(DecisionWire):
    """A decision with how it was read: the number in its title, dates that cannot be read, relations as told, places."""

    class Meta:
        """Without what takes more than the record to know."""

        exclude = ("approvals", "standing")

    slug = fields.String()
    title_number = fields.Integer(allow_none=True)
    unread = fields.Dict(keys=fields.String(), values=fields.String())
    relations = fields.List(fields.Nested(MentionWire), attribute="mentions")
    places = fields.Dict(keys=fields.String(), values=fields.Nested(PlaceWire))


_COLUMNS: Final = (
    "id", "number", "titleNumber", "title", "status", "state", "date", "proposed", "decided", "unread", "deciders",
    "supersedes", "supersededBy", "amends", "amendedBy", "tags", "scope", "format", "path", "places",
)  # fmt: skip
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula."""


def extracted(decisions: Iterable[Decision]) -> list[dict[str, Any]]:
    """Return a row for each of *decisions*."""
    rows: list[dict[str, Any]] = ExtractedWire(many=True).dump(list(decisions))
    return rows


def as_csv(decisions: Iterable[Decision]) -> str:
    """Return the rows of *decisions* as CSV with a line of headings; what holds several values has ``;`` between."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(_COLUMNS)
    table.writerows([_cell(row[name]) for name in _COLUMNS] for row in extracted(decisions))
    return written.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, Mapping):
        text = "; ".join(f"{name}: {_told(each)}" for name, each in value.items())
    elif isinstance(value, list):
        text = "; ".join(map(str, value))
    else:
        text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_RISKY) else text


def _told(value: object) -> str:
    if isinstance(value, Mapping):
        return f"{value['where']} {value['line']}" if value["line"] else str(value["where"])
    return str(value)
