"""As of when facts are, of many entities at once, without their values."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from waypost.facts.tables import facts_fact, facts_run

_FACT = facts_fact.c
_NAMED = (_FACT.entity, _FACT.path, _FACT.source, _FACT.collected_at, _FACT.confirmed_at, _FACT.as_of)


def page_of_ages(connection: Connection, after: str, limit: int) -> dict[str, Any]:
    """Return as of when each fact is of the next *limit* entities behind the reference *after*. Three queries."""
    live = _FACT.ended_at.is_(None)
    query = select(_FACT.entity).where(live, _FACT.entity > after).distinct().order_by(_FACT.entity)
    entities = list(connection.scalars(query.limit(limit)))
    runs = {row.source: row.at for row in connection.execute(select(facts_run.c.source, facts_run.c.at))}
    facts: dict[str, dict[str, Any]] = {entity: {} for entity in entities}
    if entities:
        query = select(*_NAMED).where(live, _FACT.entity >= entities[0], _FACT.entity <= entities[-1])
        for row in connection.execute(query):
            # As store.to_fact has it: a source that was read again says the same again.
            times = (row.collected_at, row.confirmed_at, runs.get(row.source))
            as_of = row.as_of or max(time for time in times if time is not None)
            facts.setdefault(row.entity, {})[row.path] = as_of
    return {
        "items": [{"entity": entity, "facts": known} for entity, known in facts.items()],
        "next": entities[-1] if len(entities) == limit else None,
    }
