"""Histories: every evaluation that moved something of an entity, as the API tells it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Connection, select

from waypost.core.errors import InputError
from waypost.scorecards import store
from waypost.scorecards.results import Changed
from waypost.scorecards.tables import scorecards_change


def history_document(
    connection: Connection, document: Mapping[str, Any], entity: str, limit: int
) -> dict[str, Any]:
    """Return the newest *limit* changes of *entity* in the scorecard *document*; none where nothing is recorded."""
    changes = store.history_of(connection, document["name"], entity, limit)
    return {
        "scorecard": document["name"],
        "asOf": document["as_of"],
        "entity": entity,
        "items": list(map(_item, changes)),
    }


def changes_document(
    connection: Connection, document: Mapping[str, Any], *, first: date | None, limit: int, cursor: str
) -> dict[str, Any]:
    """Return a page of what changed of any entity in the scorecard *document*, the newest first, back to day *first*.

    Raises:
        InputError: The cursor is not one of ours.
    """
    if cursor and not cursor.isdecimal():
        raise InputError("the query", ["'cursor' is not one that this list gave"])
    columns = scorecards_change.c
    query = select(scorecards_change).where(columns.scorecard == document["name"])
    if first is not None:
        query = query.where(columns.at >= datetime.combine(first, time(), UTC))
    if cursor:
        query = query.where(columns.id < int(cursor))
    rows = connection.execute(query.order_by(columns.id.desc()).limit(limit + 1)).all()
    shown = rows[:limit]
    return {
        "scorecard": document["name"],
        "asOf": document["as_of"],
        "items": [{"entity": row.entity} | _item(store.to_changed(row)) for row in shown],
        "pageInfo": {"nextCursor": str(shown[-1].id)} if len(rows) > len(shown) else {},
    }


def _item(change: Changed) -> dict[str, Any]:
    names = ("check", "was", "state", "because")
    return {
        "at": change.at,
        "level": change.level or None,
        "was": change.was_level or None,
        "score": change.score,
        "because": change.because,
        "moves": [dict(zip(names, move, strict=True)) for move in change.moves],
    }
