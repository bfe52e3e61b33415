"""Facts as Tech Insights tells them: fact sources are retrievers, and so is each scorecard with its results."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import Connection, and_, or_, select

from waypost.catalog.model import EntityRef
from waypost.facts import service as facts
from waypost.facts.model import Fact
from waypost.facts.tables import facts_fact
from waypost.scorecards import service, store
from waypost.scorecards.results import Changed
from waypost.scorecards.tables import scorecards_grade
from waypost.techinsights.model import MET, TOLD, check_id, fact_schema, retriever_id, timestamp

_MOST_TIMES = 1_000
"""Times of a retriever that one answer tells, the newest ones."""

_STATES = {state.value: state in MET for state in TOLD}


def list_schemas(connection: Connection) -> list[dict[str, Any]]:
    """Return the schema of every retriever: of the fact sources, and of the scorecards; ids descend."""
    found = [_source_schema(source) for source in facts.list_sources(connection)]
    found += [_scorecard_schema(card) for card in service.list_scorecards(connection)]
    return sorted(found, key=lambda each: str(each["id"]), reverse=True)


def _source_schema(source: Mapping[str, Any]) -> dict[str, Any]:
    told = {fact["path"]: fact_schema(fact) for fact in source["facts"]}
    return {"id": source["name"], "version": _version(told), "entityFilter": [], **told}


def _scorecard_schema(card: Mapping[str, Any]) -> dict[str, Any]:
    told = {
        check_id(card["name"], check["id"]): {"type": "boolean", "description": check["title"]}
        for check in card["checks"]
    }
    applies = card["applies_to"]
    parts = {"kind": applies["kinds"], "spec.type": applies["types"], "spec.lifecycle": applies["lifecycles"]}
    wanted = {key: list(values) for key, values in parts.items() if values}
    filters = [wanted] if wanted else []
    return {"id": retriever_id(card["name"]), "version": _version(told), "entityFilter": filters, **told}


def _version(told: Mapping[str, Any]) -> str:
    """Return a version that is another whenever the schema is."""
    return f"1.0.0+{sha256(orjson.dumps(told)).hexdigest()[:8]}"


def latest_facts(connection: Connection, ref: EntityRef, ids: Collection[str]) -> dict[str, Any]:
    """Return the newest facts of the entity *ref* by retriever; one that has none of it is left out."""
    known = facts.latest(connection, [str(ref)]).get(str(ref), {})
    told = {}
    for schema in (schema for schema in list_schemas(connection) if schema["id"] in ids):
        own = [fact for fact in known.values() if fact.source == schema["id"]]
        found = _of_source(own) if own else _of_scorecard(connection, str(ref), schema["id"])
        if found:
            told[schema["id"]] = _told(schema, ref, *found)
    return told


def _of_source(own: list[Fact]) -> tuple[datetime, dict[str, Any]]:
    return max(fact.collected_at for fact in own), {fact.path: fact.value for fact in own}


def _of_scorecard(connection: Connection, ref: str, name: str) -> tuple[datetime, dict[str, Any]] | None:
    for card in service.list_scorecards(connection):
        if retriever_id(card["name"]) == name:
            kept = store.results_of(connection, [ref]).get((card["name"], ref), {})
            values = {
                check_id(card["name"], check): outcome.state in MET
                for check, outcome in kept.items()
                if outcome.state in TOLD
            }
            return (card["as_of"], values) if values else None
    return None


def _told(
    schema: Mapping[str, Any], ref: EntityRef, at: datetime, values: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "id": schema["id"],
        "entity": {"namespace": ref.namespace, "kind": ref.kind, "name": ref.name},
        "timestamp": timestamp(at),
        "version": schema["version"],
        "facts": dict(values),
    }


@dataclass(frozen=True, slots=True)
class Period:
    """From one time to another, both included."""

    start: datetime
    end: datetime

    def holds(self, at: datetime) -> bool:
        """Tell whether *at* is within it."""
        return self.start <= at <= self.end


def facts_between(
    connection: Connection, ref: EntityRef, ids: Collection[str], period: Period
) -> dict[str, Any]:
    """Return the facts of the entity *ref* by retriever, for each time of *period* when they changed."""
    told = {}
    for schema in (schema for schema in list_schemas(connection) if schema["id"] in ids):
        times = list(_source_times(connection, str(ref), schema["id"], period))
        times = times or list(_scorecard_times(connection, str(ref), schema["id"], period))
        if times:
            told[schema["id"]] = [_told(schema, ref, at, values) for at, values in times[-_MOST_TIMES:]]
    return told


def _source_times(
    connection: Connection, ref: str, source: str, period: Period
) -> Iterator[tuple[datetime, dict[str, Any]]]:
    table = facts_fact.c
    lasted = or_(table.ended_at.is_(None), table.ended_at >= period.start)
    wanted = and_(table.entity == ref, table.source == source, table.collected_at <= period.end, lasted)
    rows = connection.execute(select(facts_fact).where(wanted).order_by(table.id)).all()
    changed = {at for row in rows for at in (row.collected_at, row.ended_at) if at and period.holds(at)}
    for at in sorted(changed):
        yield (
            at,
            {
                row.path: row.value
                for row in rows
                if row.collected_at <= at and (row.ended_at is None or row.ended_at > at)
            },
        )


def _scorecard_times(
    connection: Connection, ref: str, name: str, period: Period
) -> Iterator[tuple[datetime, dict[str, Any]]]:
    card = next(
        (c["name"] for c in service.list_scorecards(connection) if retriever_id(c["name"]) == name), ""
    )
    if not card:
        return
    for at, states in replayed(reversed(store.history_of(connection, card, ref))):
        values = {
            check_id(card, check): _STATES[state] for check, state in states.items() if state in _STATES
        }
        if period.holds(at):
            yield at, values


def replayed(history: Iterable[Changed]) -> Iterator[tuple[datetime, dict[str, str]]]:
    """Give the state of every check after each change of *history*, the oldest first."""
    states: dict[str, str] = {}
    for changed in history:
        states |= {check: state for check, _, state, _ in changed.moves}
        yield changed.at, dict(states)


def entities_with_facts(connection: Connection) -> list[str]:
    """Return every entity of which something is known, a fact or a result, in order."""
    cards = [card["name"] for card in service.list_scorecards(connection)]
    known = select(facts_fact.c.entity).where(facts_fact.c.ended_at.is_(None))
    graded = select(scorecards_grade.c.entity).where(scorecards_grade.c.scorecard.in_(cards))
    return sorted(connection.execute(known.union(graded)).scalars())
