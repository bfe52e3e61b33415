"""What is known of scorecards and results, read from the database, whoever asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from waypost.catalog.model import EntityRef
from waypost.core.database import revision_of
from waypost.core.errors import NotFoundError
from waypost.scorecards import store
from waypost.scorecards.store import definitions as definitions  # noqa: PLC0414 - what other features ask for
from waypost.scorecards.tables import REVISION

SHOWN = ("active", "deprecated")
INCLUDED: Mapping[str, tuple[str, ...]] = {
    "": SHOWN,
    "shadow": (*SHOWN, "shadow"),
    "draft": (*SHOWN, "shadow", "draft"),
}


def revision(connection: Connection) -> str:
    """Return what identifies the results that are kept: it changes with every evaluation."""
    found = revision_of(connection, REVISION)
    return f"scorecards-{found.number}-{found.etag}" if found else ""


def list_scorecards(connection: Connection, include: str = "") -> list[dict[str, Any]]:
    """Return the scorecards by name. *include* adds ``shadow`` ones, or with ``draft`` those as well."""
    known = definitions(connection)
    return [document for document in known.values() if document["lifecycle"] in INCLUDED[include]]


def tell_nothing(connection: Connection, ref: EntityRef) -> str:
    """Return why there are no results of the entity *ref*, as the end of a sentence.

    Raises:
        NotFoundError: The catalog has no such entity.
    """
    if revision_of(connection, REVISION) is None:
        return "nothing was evaluated yet; 'waypost evaluate' does it"
    if not store.is_entity(connection, ref):
        raise NotFoundError("entity", ref)
    return "no scorecard applies to it"
