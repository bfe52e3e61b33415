"""Collects facts, refuses what nobody declared, and tells what is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection

from waypost.catalog.model import Catalog, EntityRef
from waypost.core.durations import duration_text
from waypost.core.host import find_plugins
from waypost.core.plugin import CollectedFact, Collector, Context
from waypost.facts import store
from waypost.facts.changes import lock_facts
from waypost.facts.model import FactSource, FactSources, nearest, normal_value, type_fault
from waypost.facts.store import latest as latest  # noqa: PLC0414 - what other features ask for

MAX_VALUE_BYTES = 64 * 1024
"""A larger fact is a document, not a fact; rules would carry it around."""


@dataclass(slots=True)
class Sorted:
    """The facts of one collector by the source that declares them, and why others were refused."""

    by_source: dict[str, dict[tuple[str, str], tuple[Any, datetime | None]]]
    refused: dict[str, Counter[str]] = field(default_factory=dict)

    def refuse(self, source: str, reason: str) -> None:
        """Count a fact that was refused for *reason*."""
        self.refused.setdefault(source, Counter())[reason] += 1

    def reasons(self, source: str) -> list[str]:
        """Return why facts of *source* were refused, with how many."""
        return [
            f"{reason} ({count} facts)" if count > 1 else reason
            for reason, count in sorted(self.refused.get(source, Counter()).items())
        ]


def known_collectors() -> Mapping[str, Collector]:
    """Return every collector of every installed plugin, by name."""
    return {c.name: c for plugin in find_plugins() for c in plugin.collectors}


def collect_facts(context: Context, collectors: Mapping[str, Collector] | None = None) -> str:
    """Run each collector that a fact source names, once, and record what it found.

    Only changes are written. Facts that no source declares, or that are of another type or of no entity, are
    refused; the sentence that comes back tells the reasons. A source whose collector is not installed keeps
    its facts, which grow old.
    """
    known = known_collectors() if collectors is None else collectors
    sources = context.knowledge[FactSources]
    lock_facts(context.connection, context.now)
    store.put_sources(context.connection, sources.sources, context.now)
    named = sorted({source.collector for source in sources.sources} & known.keys())
    changed, count, reasons = 0, 0, list(_missing(sources, known))
    for name in context.progress.track(named, "Collecting facts", len(named)):
        own = [source for source in sources.sources if source.collector == name]
        found = sort_facts(known[name].collect(context), own, context.knowledge[Catalog])
        for source in own:
            facts, refused = found.by_source[source.name], found.reasons(source.name)
            changed += store.put_facts(
                context.connection, source.name, facts, at=context.now, refused=refused
            )
            count += len(facts)
        reasons += [f"{name}: {reason}" for own_name in found.refused for reason in found.reasons(own_name)]
    told = f"Collected {count} facts from {len(sources.sources)} sources; {changed} changed."
    return told + (f" Refused: {'; '.join(reasons)}." if reasons else "")


def _missing(sources: FactSources, known: Mapping[str, Collector]) -> Iterator[str]:
    for source in sources.sources:
        if source.collector not in known:
            near = nearest(source.collector, known)
            hint = f", did you mean '{near}'?" if near else ""
            yield f"{source.name}: no collector is named '{source.collector}'{hint}"


def sort_facts(facts: Iterable[CollectedFact], sources: list[FactSource], catalog: Catalog) -> Sorted:
    """Sort *facts* by which of *sources* declares them; the last value of a fact counts."""
    declared = {fact.path: (source.name, fact) for source in sources for fact in source.declarations}
    found = Sorted({source.name: {} for source in sources})
    for fact in facts:
        if fact.path not in declared:
            near = nearest(fact.path, declared)
            hint = f", did you mean '{near}'?" if near else ""
            found.refuse("", f"no source declares '{fact.path}'{hint}")
            continue
        name, declaration = declared[fact.path]
        reason = type_fault(declaration, fact.value) or _fault(fact, catalog)
        if reason:
            found.refuse(name, reason)
        else:
            ref = str(EntityRef.parse(fact.entity))
            value = normal_value(declaration, fact.value)
            found.by_source[name][ref, fact.path] = (value, fact.as_of)
    return found


def _fault(fact: CollectedFact, catalog: Catalog) -> str:
    if catalog.find(fact.entity) is None:
        return f"no entity is named '{fact.entity}'"
    if fact.as_of is not None and fact.as_of.tzinfo is None:
        return f"'{fact.path}' is as of a time without a zone"
    try:
        size = len(orjson.dumps(fact.value))
    except TypeError as error:
        return f"'{fact.path}' holds what JSON cannot: {error}"
    return f"'{fact.path}' is larger than {MAX_VALUE_BYTES} bytes" if size > MAX_VALUE_BYTES else ""


def unread_paths(connection: Connection, sources: FactSources) -> frozenset[str]:
    """Return the declared paths whose source was never read: that they are absent says nothing."""
    read = store.read_sources(connection)
    return frozenset(path for path, source in sources.source_of.items() if source.name not in read)


def facts_of(connection: Connection, ref: EntityRef) -> list[dict[str, Any]]:
    """Return the facts of the entity *ref* as the API tells them, by path; none where nothing is known."""
    declared = {fact["path"]: fact for source in store.list_sources(connection) for fact in source["facts"]}
    known = store.latest(connection, [str(ref)]).get(str(ref), {})
    return [
        {
            "path": path,
            "value": fact.value,
            "unit": declared.get(path, {}).get("unit", ""),
            "type": declared.get(path, {}).get("type", ""),
            "source": fact.source,
            "collected_at": fact.collected_at,
            "as_of": fact.as_of,
        }
        for path, fact in sorted(known.items())
    ]


def list_sources(connection: Connection) -> list[dict[str, Any]]:
    """Return every fact source as the API tells it, with when it was last read and what it refused then."""
    return [
        source | {key: _duration(source[key]) for key in ("schedule", "ttl")}
        for source in store.list_sources(connection)
    ]


def _duration(seconds: float | None) -> str | None:
    return None if seconds is None else duration_text(timedelta(seconds=seconds))
