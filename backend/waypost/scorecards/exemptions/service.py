"""The ledger of exemptions, read from the database, whoever asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select

from waypost.catalog.refs import EntityRef
from waypost.core.csvtext import Cell
from waypost.scorecards import store
from waypost.scorecards.exemptions.ledger import (
    FILTERS,
    Asked,
    Carried,
    Entry,
    Graded,
    carried,
    carried_by,
    make_ledger,
)
from waypost.scorecards.exemptions.store import list_exemptions, read_policy
from waypost.scorecards.model import Lifecycle
from waypost.scorecards.tables import scorecards_definition

ALL: Final[Mapping[str, str]] = {}

HEADS: Final = (
    "exemption", "title", "state", "scorecard", "check", "checkTitle", "entity", "owner", "tier", "result", "would",
    "startsAt", "expiresAt", "endsAt", "isExpiring", "isUnused", "renewals", "days", "daysInAll", "weight", "risk",
    "riskInAll", "why", "reason", "ticket", "riskGiven", "compensatingControl", "approvers", "findings", "path", "line",
)  # fmt: skip
"""The columns of the ledger as CSV: keys of an item on the wire."""


def read_ledger(connection: Connection, at: datetime, wanted: Mapping[str, str] = ALL) -> dict[str, Any]:
    """Return the ledger *at* a time: what fits *wanted*, how many there are in each state, and the risk carried.

    What is exempt from a draft or a shadow is left out, unless *wanted* names that scorecard.

    Args:
        connection: The database.
        at: The time.
        wanted: ``state``, ``owner`` (of the entity), ``tier``, ``scorecard``, ``entity``; "" is any.

    Raises:
        InputError: A reference cannot be read.
    """
    cards, hidden, evaluated_at = _asked(connection)
    hidden -= {wanted.get("scorecard", "")}
    exemptions = [one for one in list_exemptions(connection) if one.scorecard not in hidden]
    refs = {entity for exemption in exemptions for entity in exemption.entities}
    entries = _fitting(make_ledger(exemptions, cards, _graded(connection, refs), at), wanted)
    shown = FILTERS.get(wanted.get("state", ""))
    items = [entry for entry in entries if shown is None or shown(entry)]
    return {
        "at": at,
        "evaluated_at": evaluated_at,
        "items": [_item(entry) for entry in items],
        "counts": {name: sum(map(fits, entries)) for name, fits in FILTERS.items()},
        "carried": {
            "whole": asdict(carried(entries)),
            "by_owner": _dump(carried_by(entries, lambda entry: entry.owner)),
            "by_tier": _dump(carried_by(entries, lambda entry: entry.tier)),
            "by_scorecard": _dump(carried_by(entries, lambda entry: entry.place.scorecard)),
        },
    }


def _asked(connection: Connection) -> tuple[dict[str, Asked], set[str], datetime | None]:
    """Return every scorecard, the names of those that no team sees, and when the last one was evaluated."""
    rows = connection.execute(select(scorecards_definition)).all()
    cards = {
        row.name: Asked(
            row.document["title"],
            read_policy(row.document),
            {check["id"]: (check["title"], check["weight"]) for check in row.document["checks"]},
        )
        for row in rows
    }
    hidden = {row.name for row in rows if row.document["lifecycle"] in {Lifecycle.DRAFT, Lifecycle.SHADOW}}
    return cards, hidden, max((row.evaluated_at for row in rows if row.evaluated_at), default=None)


def _graded(connection: Connection, refs: Iterable[str]) -> dict[tuple[str, str], Graded]:
    known = set(refs)
    results = store.results_of(connection, known)
    return {
        key: Graded(kept.standing.owner, kept.standing.tier, results.get(key, {}))
        for key, kept in store.grades_of(connection, known).items()
    }


def _fitting(entries: Iterable[Entry], wanted: Mapping[str, str]) -> list[Entry]:
    owner = str(EntityRef.parse(wanted["owner"], "group")) if wanted.get("owner") else ""
    entity = str(EntityRef.parse(wanted["entity"], "component")) if wanted.get("entity") else ""
    return [
        entry
        for entry in entries
        if (not owner or entry.owner == owner)
        and (not entity or entry.place.entity == entity)
        and wanted.get("tier", "") in {"", entry.tier}
        and wanted.get("scorecard", "") in {"", entry.place.scorecard}
    ]


def _dump(found: Mapping[str, Carried]) -> list[dict[str, Any]]:
    return [{"key": key, **asdict(one)} for key, one in found.items()]


def _item(entry: Entry) -> dict[str, Any]:
    exemption, place = entry.exemption, entry.place
    return {
        "exemption": exemption.name,
        "title": exemption.title or exemption.name,
        "state": entry.stage.value,
        "why": entry.why,
        "is_expiring": entry.is_expiring,
        "is_unused": entry.is_unused,
        "scorecard": place.scorecard,
        "scorecard_title": entry.scorecard_title,
        "check": place.check,
        "check_title": entry.check_title,
        "entity": place.entity,
        "owner": entry.owner,
        "tier": entry.tier,
        "result": entry.state.value if entry.state else None,
        "would": entry.would.value if entry.would else None,
        "starts_at": exemption.starts_at,
        "expires_at": exemption.expires_at,
        "ends_at": entry.ends_at,
        "renewals": entry.renewals,
        "days": entry.days,
        "days_in_all": entry.days_in_all,
        "weight": entry.weight,
        "risk": entry.risk,
        "risk_in_all": entry.risk_in_all,
        "reason": exemption.reason,
        "ticket": exemption.ticket,
        "risk_given": exemption.risk,
        "compensating_control": exemption.compensating_control,
        "approvers": list(exemption.approvers),
        "findings": list(exemption.findings),
        "path": exemption.path,
        "line": exemption.line,
    }


def csv_row(item: Mapping[str, Any]) -> list[Cell]:
    """Return *item*, as it is on the wire, as ``HEADS`` names its columns; a list is joined by spaces."""
    return [" ".join(item[head]) if isinstance(item[head], list) else item[head] for head in HEADS]
