"""Keeps the definitions beside the results, with when and from what they were evaluated."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import orjson

from waypost.core.database import bump_revision, revision_of
from waypost.core.plugin import Context
from waypost.scorecards import store
from waypost.scorecards.exemptions.store import list_exemptions, put_exemptions
from waypost.scorecards.model import Scorecards
from waypost.scorecards.tables import REVISION

CATALOG_REVISION: Final = "catalog"


def keep_definitions(
    context: Context, known: Scorecards, documents: Mapping[str, Any], before: Mapping[str, Any]
) -> None:
    """Keep *documents* in place of those *before*, and the exemptions, with the time; that is a new revision."""
    connection, now = context.connection, context.now
    catalog = revision_of(connection, CATALOG_REVISION)
    number = catalog.number if catalog else None
    if documents == before:
        store.touch_definitions(connection, now, number)
    else:
        rows = [
            {
                "name": card.name,
                "lifecycle": card.lifecycle.value,
                "document": documents[card.name],
                "evaluated_at": now,
                "revision": number,
            }
            for card in known.scorecards
        ]
        store.put_definitions(connection, rows)
    if sorted(known.exemptions, key=lambda one: one.name) != list_exemptions(connection):
        put_exemptions(connection, known.exemptions)
    text = orjson.dumps([now, documents], option=orjson.OPT_SORT_KEYS)
    bump_revision(connection, REVISION, hashlib.sha256(text).hexdigest()[:32], now)
