"""Keeps the definitions beside the results, with when and from what they were evaluated."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import orjson

from waypost.core.database import bump_revision
from waypost.core.plugin import Context
from waypost.scorecards import store
from waypost.scorecards.model import Scorecards
from waypost.scorecards.tables import REVISION

CATALOG_REVISION: Final = "catalog"


class Definitions:
    """The definitions of some scorecards, which are kept again and again with another time."""

    def __init__(self, known: Scorecards, documents: Mapping[str, Any]) -> None:
        self._known = known
        self._documents = documents
        self._text = orjson.dumps(documents, option=orjson.OPT_SORT_KEYS)

    def keep(self, context: Context, catalog: int | None, *, is_same: bool) -> None:
        """Keep them with the time and the revision of the *catalog*, unless what is kept *is_same*: then the time only. Either is a new revision."""
        connection, now = context.connection, context.now
        if is_same:
            store.touch_definitions(connection, now, catalog)
        else:
            rows = [
                {
                    "name": card.name,
                    "lifecycle": card.lifecycle.value,
                    "document": self._documents[card.name],
                    "evaluated_at": now,
                    "revision": catalog,
                }
                for card in self._known.scorecards
            ]
            store.put_definitions(connection, rows)
        etag = hashlib.sha256(self._text + now.isoformat().encode()).hexdigest()[:32]
        bump_revision(connection, REVISION, etag, now)
