"""Keeps the definitions beside the results, with when and from what they were evaluated."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import Any, Final

import orjson

from waypost.core.database import bump_revision
from waypost.core.plugin import Context, Knowledge
from waypost.scorecards import store
from waypost.scorecards.load import RULE_COMPILES, RULE_DUPLICATE, RULE_INVALID, RULE_LEVEL
from waypost.scorecards.model import Scorecards
from waypost.scorecards.tables import REVISION

CATALOG_REVISION: Final = "catalog"

UNREAD: Final = frozenset(
    {"catalog/unreadable", "catalog/yaml", "catalog/envelope", "catalog/definition"}
    | {RULE_INVALID, RULE_DUPLICATE, RULE_LEVEL, RULE_COMPILES}
)
"""The rules under which it is told that a file, or a scorecard in it, could not be read."""


def lacks_definitions(knowledge: Knowledge) -> bool:
    """Tell whether some file could not be read, so that a scorecard that is missing need not be gone."""
    return any(problem.rule in UNREAD for problem in knowledge.problems)


class Definitions:
    """The definitions of some scorecards, which are kept again and again with another time."""

    def __init__(self, known: Scorecards, documents: Mapping[str, Any]) -> None:
        self._known = known
        self._documents = documents
        self._text = orjson.dumps(documents, option=orjson.OPT_SORT_KEYS)

    def keep(self, context: Context, catalog: int | None, *, is_same: bool, held: Collection[str]) -> None:
        """Keep them with the time and the revision of the *catalog*, which is a new revision of the results.

        Args:
            context: The connection and the time.
            catalog: The revision of the catalog that was evaluated.
            is_same: What is kept is the same: only its time is written.
            held: Scorecards that are kept as they were, with their old time.
        """
        connection, now = context.connection, context.now
        if is_same:
            store.touch_definitions(connection, self._documents.keys(), now, catalog)
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
            store.put_definitions(connection, rows, held=held)
        etag = hashlib.sha256(self._text + now.isoformat().encode()).hexdigest()[:32]
        bump_revision(connection, REVISION, etag, now)
