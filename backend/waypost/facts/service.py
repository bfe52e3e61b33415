"""Tells what is known of entities, where it comes from, and how old it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from waypost.catalog.model import EntityRef
from waypost.core.durations import duration_text
from waypost.facts import store
from waypost.facts.collecting import collect_entity as collect_entity  # noqa: PLC0414 - what other features ask for
from waypost.facts.collecting import collect_facts as collect_facts  # noqa: PLC0414
from waypost.facts.collecting import known_collectors as known_collectors  # noqa: PLC0414
from waypost.facts.model import FactSources
from waypost.facts.store import latest as latest  # noqa: PLC0414


def unread_paths(connection: Connection, sources: FactSources) -> frozenset[str]:
    """Return the declared paths whose source was never read in full: that they are absent says nothing."""
    read = store.read_sources(connection)
    return frozenset(path for path, source in sources.source_of.items() if source.name not in read)


def facts_of(
    connection: Connection, ref: EntityRef, *, now: datetime, at: datetime | None = None
) -> list[dict[str, Any]]:
    """Return the facts of the entity *ref* as the API tells them, by path; none where nothing is known.

    Args:
        now: The time by which they are old.
        at: As they stood then, and as old as they were then; None for now.
    """
    sources = store.list_sources(connection)
    declared = {fact["path"]: fact for source in sources for fact in source["facts"]}
    ttl = {source["name"]: source["ttl"] for source in sources}
    known = store.latest(connection, [str(ref)], at).get(str(ref), {})
    return [
        {
            "path": path,
            "value": fact.value,
            "unit": declared.get(path, {}).get("unit", ""),
            "type": declared.get(path, {}).get("type", ""),
            "source": fact.source,
            "collected_at": fact.collected_at,
            "as_of": fact.as_of,
            **age_of(fact.as_of, at or now, ttl.get(fact.source)),
        }
        for path, fact in sorted(known.items())
    ]


def age_of(as_of: datetime, now: datetime, ttl: float | None) -> dict[str, Any]:
    """Return how old what was true at a time is, and whether that is more than *ttl* seconds: never where None."""
    age = max(now - as_of, timedelta())
    return {"age": duration_text(age), "is_stale": ttl is not None and age.total_seconds() > ttl}


def history_of(connection: Connection, ref: EntityRef, path: str) -> list[dict[str, Any]]:
    """Return every value that the fact at *path* of *ref* has had, the newest first.

    What was told too late to count is in it too: it began and ended at the same time.
    """
    return [
        {
            "value": row.value,
            "source": row.source,
            "collected_at": row.collected_at,
            "as_of": row.as_of,
            "ended_at": row.ended_at,
        }
        for row in store.history_of(connection, str(ref), path)
    ]


def list_sources(connection: Connection) -> list[dict[str, Any]]:
    """Return every fact source as the API tells it, with when it was last read and what it refused then."""
    return [
        source | {key: _duration(source[key]) for key in ("schedule", "ttl")}
        for source in store.list_sources(connection)
    ]


def _duration(seconds: float | None) -> str | None:
    return None if seconds is None else duration_text(timedelta(seconds=seconds))
