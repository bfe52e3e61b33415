"""Facts of one entity anew: what somebody asked the server for, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select

from waypost.catalog.model import Catalog
from waypost.core.columns import insert_into
from waypost.core.plugin import Context
from waypost.core.revisions import bump_revision, revision_of
from waypost.facts.collecting import collect_entity
from waypost.facts.tables import facts_refresh

WANTED: Final = "facts-wanted"
"""Counts how often somebody wanted the facts of an entity anew."""
_COLUMNS: Final = facts_refresh.c


def ask(connection: Connection, ref: str, at: datetime) -> dict[str, Any]:
    """Note that somebody wants the facts of *ref* anew, and return what is known of that."""
    number = bump_revision(connection, WANTED, ref, at).number
    statement = insert_into(connection, facts_refresh).values(entity=ref, number=number, asked_at=at)
    again = {"number": number, "asked_at": at}
    connection.execute(statement.on_conflict_do_update(index_elements=["entity"], set_=again))
    found = find_asked(connection, ref)
    assert found is not None  # noqa: S101 - it was just written
    return found


def find_asked(connection: Connection, ref: str) -> dict[str, Any] | None:
    """Return what came of the last asking for *ref*, None where nobody ever asked."""
    row = connection.execute(select(facts_refresh).where(_COLUMNS.entity == ref)).one_or_none()
    if row is None:
        return None
    is_done = row.done_number >= row.number
    return {
        "entity": row.entity,
        "state": "done" if is_done else "waiting",
        "asked_at": row.asked_at,
        "done_at": row.done_at if is_done else None,
        "said": row.said if is_done else "",
    }


def wanted(connection: Connection) -> int:
    """Return how often somebody wanted facts anew. One query."""
    revision = revision_of(connection, WANTED)
    return revision.number if revision else 0


def refresh_asked(context: Context) -> list[str]:
    """Collect the facts of every entity that somebody waits for; return their references."""
    query = select(_COLUMNS.entity, _COLUMNS.number).where(_COLUMNS.done_number < _COLUMNS.number)
    waiting = context.connection.execute(query.order_by(_COLUMNS.number)).all()
    for row in waiting:
        said = f"No entity is named '{row.entity}'."
        if context.knowledge[Catalog].find(row.entity) is not None:
            said = collect_entity(context, row.entity)
        done = {"done_number": row.number, "done_at": context.now, "said": said}
        context.connection.execute(facts_refresh.update().where(_COLUMNS.entity == row.entity).values(done))
    return [row.entity for row in waiting]
