"""Histories: every evaluation that moved something of an entity, as the API tells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from waypost.scorecards import store
from waypost.scorecards.evaluation.changes import Changed


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
