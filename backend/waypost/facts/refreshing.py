"""Facts of one entity anew: what somebody asked the server for, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select

from waypost.catalog.model import Catalog
from waypost.core.columns import insert_into
from waypost.core.plugin import Context
from waypost.core.revisions import bump_revision
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


def is_anybody_waiting(connection: Connection) -> bool:
    """Tell whether somebody wants facts anew. One query, over a row for each entity that was ever asked for."""
    query = select(_COLUMNS.entity).where(_COLUMNS.done_number < _COLUMNS.number).limit(1)
    return connection.execute(query).first() is not None


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What came of the asking for an entity with this number."""

    entity: str
    number: int
    said: str


def collect_asked(context: Context) -> list[Refreshed]:
    """Collect the facts of every entity that somebody waits for, who goes on waiting until ``mark_done``."""
    query = select(_COLUMNS.entity, _COLUMNS.number).where(_COLUMNS.done_number < _COLUMNS.number)
    waiting = context.connection.execute(query.order_by(_COLUMNS.number)).all()
    return [Refreshed(row.entity, row.number, refresh_entity(context, row.entity)) for row in waiting]


def refresh_entity(context: Context, ref: str) -> str:
    """Collect the facts of *ref* anew, where it is in the catalog, and say what was done."""
    if context.knowledge[Catalog].find(ref) is None:
        return f"No entity is named '{ref}'."
    return collect_entity(context, ref)


def mark_done(connection: Connection, refreshed: list[Refreshed], at: datetime) -> None:
    """Note what came of it; who asked again in the meantime waits on."""
    for one in refreshed:
        done = {"done_number": one.number, "done_at": at, "said": one.said}
        connection.execute(facts_refresh.update().where(_COLUMNS.entity == one.entity).values(done))
