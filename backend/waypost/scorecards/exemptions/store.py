"""Exemptions in the database: put there whole with every evaluation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, delete, select

from waypost.core.database import upsert
from waypost.core.durations import duration_text, parse_duration
from waypost.scorecards.exemptions.model import Exemption
from waypost.scorecards.exemptions.tables import scorecards_exemption
from waypost.scorecards.model import ExemptionPolicy

_TIMES: Final = ("starts_at", "expires_at")
_LISTS: Final = ("checks", "entities", "findings", "approvers")


def put_exemptions(connection: Connection, exemptions: Iterable[Exemption]) -> None:
    """Keep *exemptions*, and no others."""
    rows = [{"name": one.name, "document": to_document(one)} for one in exemptions]
    connection.execute(
        delete(scorecards_exemption).where(scorecards_exemption.c.name.not_in([row["name"] for row in rows]))
    )
    upsert(connection, scorecards_exemption, rows, key=["name"])


def list_exemptions(connection: Connection) -> list[Exemption]:
    """Return the exemptions that are kept, by name."""
    query = select(scorecards_exemption.c.document).order_by(scorecards_exemption.c.name)
    return [read_document(document) for document in connection.execute(query).scalars()]


def are_same(exemptions: Iterable[Exemption], others: Iterable[Exemption]) -> bool:
    """Tell whether all that would be kept of *exemptions* is as of *others*, where they are written included."""
    return [*map(to_document, exemptions)] == [*map(to_document, others)]


def to_document(exemption: Exemption) -> dict[str, Any]:
    """Return *exemption* as plain values."""
    found = {field.name: getattr(exemption, field.name) for field in fields(Exemption)}
    found |= {name: found[name].isoformat() for name in _TIMES} | {name: list(found[name]) for name in _LISTS}
    longest = exemption.max_duration
    return found | {"max_duration": None if longest is None else duration_text(longest)}


def read_document(document: Mapping[str, Any]) -> Exemption:
    """Return the exemption that ``to_document`` made *document* of."""
    found = dict(document)
    found |= {name: datetime.fromisoformat(found[name]) for name in _TIMES}
    found |= {name: tuple(found[name]) for name in _LISTS}
    return Exemption(**found | {"max_duration": _span(found["max_duration"])})


def read_policy(document: Mapping[str, Any]) -> ExemptionPolicy:
    """Return the policy of exemptions that a scorecard's *document* holds."""
    kept = document["exemptions"]
    spans = {tier: parse_duration(text) for tier, text in kept["max_duration"].items()}
    return ExemptionPolicy(spans, tuple(kept["approvers"]))


def _span(text: str | None) -> timedelta | None:
    return None if text is None else parse_duration(text)
