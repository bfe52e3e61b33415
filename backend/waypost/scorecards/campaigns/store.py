"""Campaigns in the database: put there whole with every evaluation, each with the entities that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, delete, select

from waypost.core.database import upsert
from waypost.scorecards.campaigns.model import Campaign, OnDeadline, RampStep
from waypost.scorecards.campaigns.standing import Moved
from waypost.scorecards.campaigns.tables import scorecards_campaign
from waypost.scorecards.model import State
from waypost.scorecards.tables import scorecards_change

_TEXTS: Final = ("name", "title", "description", "owner", "scorecard", "path", "line")


@dataclass(frozen=True, slots=True)
class Kept:
    """A campaign and the entities that it narrows its scorecard to, None where it leaves it as wide."""

    campaign: Campaign
    scope: frozenset[str] | None

    def has(self, entity: str) -> bool:
        """Tell whether it may be about *entity*, should the scorecard ask its checks of it."""
        return self.scope is None or entity in self.scope


def put_campaigns(connection: Connection, campaigns: Iterable[Kept]) -> None:
    """Keep *campaigns*, and no others."""
    rows = [
        {
            "name": kept.campaign.name,
            "document": _to_document(kept.campaign),
            "scope": None if kept.scope is None else sorted(kept.scope),
        }
        for kept in campaigns
    ]
    table = scorecards_campaign
    connection.execute(delete(table).where(table.c.name.not_in([row["name"] for row in rows])))
    upsert(connection, table, rows, key=["name"])


def list_campaigns(connection: Connection) -> list[Kept]:
    """Return the campaigns that are kept, by deadline and name."""
    rows = connection.execute(select(scorecards_campaign.c.document, scorecards_campaign.c.scope)).all()
    found = [Kept(_read(row.document), None if row.scope is None else frozenset(row.scope)) for row in rows]
    return sorted(found, key=lambda kept: (kept.campaign.deadline, kept.campaign.name))


def moves_of(connection: Connection, kept: Kept) -> Iterator[Moved]:
    """Give what moved of the campaign's checks, in order. One query over the history of the scorecard."""
    columns, checks = scorecards_change.c, set(kept.campaign.checks)
    query = select(columns.at, columns.entity, columns.moves)
    query = query.where(columns.scorecard == kept.campaign.scorecard).order_by(columns.at, columns.id)
    for at, entity, moves in connection.execute(query):
        if kept.has(entity):
            states = {
                check: State(state) if state else None for check, _, state, _ in moves if check in checks
            }
            if states:
                yield Moved(at, entity, states)


def _to_document(campaign: Campaign) -> dict[str, Any]:
    return {name: getattr(campaign, name) for name in _TEXTS} | {
        "checks": list(campaign.checks),
        "start": campaign.start.isoformat(),
        "deadline": campaign.deadline.isoformat(),
        "ramp": [{"day": step.day.isoformat(), "percent": step.percent} for step in campaign.ramp],
        "on_deadline": campaign.on_deadline.value,
    }


def _read(document: Mapping[str, Any]) -> Campaign:
    found = dict(document) | {
        "checks": tuple(document["checks"]),
        "start": date.fromisoformat(document["start"]),
        "deadline": date.fromisoformat(document["deadline"]),
        "ramp": tuple(RampStep(date.fromisoformat(s["day"]), s["percent"]) for s in document["ramp"]),
        "on_deadline": OnDeadline(document["on_deadline"]),
    }
    return Campaign(**found)
