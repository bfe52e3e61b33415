"""Explains a result: the rule, its parameters, and the facts that it read, with their source and age."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from waypost.catalog.model import EntityRef
from waypost.core.durations import parse_duration
from waypost.core.errors import NotFoundError
from waypost.facts import service as facts
from waypost.facts.model import Fact
from waypost.scorecards import service, store
from waypost.scorecards.model import params_for

MAX_CHANGES = 50
"""The newest changes that an explanation tells."""


def explain(connection: Connection, name: str, ref: EntityRef, check_id: str) -> dict[str, Any]:
    """Explain what *check_id* of the scorecard called *name* came to for the entity *ref*.

    Facts are told as they stood when the scorecard was last evaluated.

    Raises:
        NotFoundError: There is no such scorecard or check, or it was never asked of this entity.
    """
    entity = str(ref)
    document = service.definitions(connection).get(name)
    if document is None:
        raise NotFoundError("scorecard", name)
    check = next((check for check in document["checks"] if check["id"] == check_id), None)
    if check is None:
        raise NotFoundError("check", f"{name}/{check_id}")
    outcome = store.results_of(connection, [entity]).get((name, entity), {}).get(check_id)
    grade = store.grades_of(connection, [entity]).get((name, entity))
    if outcome is None or grade is None:
        raise NotFoundError("result", f"{name}/{check_id} of {entity}")
    tier, at = grade.standing.tier, document["as_of"]
    return {
        "scorecard": name,
        "entity": entity,
        "check": check_id,
        "title": check["title"],
        "state": outcome.state.value,
        "would": outcome.would.value if outcome.would else None,
        "exemption": outcome.exemption or None,
        "tier": tier,
        "rule": check["rule"],
        "params": params_for(check["params"], tier),
        "facts": list(_facts(connection, entity, check, at)),
        "message": outcome.message,
        "evidence": outcome.evidence,
        "fix": check["fix"],
        "because": check["because"],
        "since": outcome.since,
        "at": at,
        "history": list(_history(connection, name, entity, check_id)),
    }


def _facts(
    connection: Connection, entity: str, check: Mapping[str, Any], at: datetime
) -> Iterator[dict[str, Any]]:
    known = facts.latest(connection, [entity], at).get(entity, {})
    sources = {fact["path"]: source for source in facts.list_sources(connection) for fact in source["facts"]}
    for path in read_paths(check, sources):
        source = sources[path]
        limit = check["facts"].get(path, {}).get("max_age") or source["ttl"]
        yield _fact(path, known.get(path), source, at) | {
            "stale": _is_stale(known.get(path), limit and parse_duration(limit), at)
        }


def read_paths(check: Mapping[str, Any], declared: Mapping[str, Any]) -> list[str]:
    """Return which of the *declared* facts the expressions of *check* read, in order."""
    # The library of CEL takes longer to import than most answers to make.
    from waypost.scorecards.rules.compiling import compile_rule  # noqa: PLC0415

    found = set(check["facts"])
    for source in (check["rule"], check["evidence"], check["min_sample"]):
        for reference in compile_rule(source).facts if source else ():
            parts = reference.path
            found |= {".".join(parts[:size]) for size in range(1, len(parts) + 1)}
    return sorted(found & declared.keys())


def _fact(path: str, fact: Fact | None, source: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    return {
        "path": path,
        "value": fact.value if fact else None,
        "is_known": fact is not None,
        "source": source["name"],
        "collected_at": fact.collected_at if fact else None,
        "as_of": fact.as_of if fact else None,
        "age": service.age_text(fact.age(at)) if fact else None,
        "ttl": source["ttl"],
    }


def _is_stale(fact: Fact | None, limit: timedelta | None, at: datetime) -> bool:
    return fact is not None and limit is not None and fact.age(at) > limit


def _history(connection: Connection, name: str, entity: str, check_id: str) -> Iterator[dict[str, Any]]:
    moved = (
        {"at": change.at, "state": state, "was": was, "because": because}
        for change in store.history_of(connection, name, entity)
        for check, was, state, because in change.moves
        if check == check_id
    )
    return islice(moved, MAX_CHANGES)
